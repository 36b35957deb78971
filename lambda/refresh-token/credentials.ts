/**
 * Takes the place of `@aws-sdk/credential-provider-node` in the bundle. Lambda hands credentials to a function in its
 * environment only, so the chain of other sources would be dead weight at each cold start.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
