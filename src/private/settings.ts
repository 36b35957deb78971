/**
 * What the construct tells the function: its environment variables.
 *
 * Nothing of it is in an event, so no caller can steer the function to another domain or secret.
 */
export interface Settings {
  /** Region, owner and name of the domain are read from it. */
  readonly DOMAIN_ARN: string;
  /** 0 for the life of the function's own credentials. */
  readonly DURATION_SECONDS: string;
  readonly SECRET_ARN: string;
}

/** When the token in the secret expires: ISO 8601, UTC. */
export const EXPIRES_AT_TAG = 'codeartifact:expires-at';

/** The version of the secret that `EXPIRES_AT_TAG` speaks of: value and tag are two calls. */
export const VERSION_ID_TAG = 'codeartifact:version-id';
