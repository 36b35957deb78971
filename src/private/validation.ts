import { RemovalPolicy, Token, Tokenization } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { METRIC_NAMES } from './metrics';
import type { CodeArtifactTokenProps } from '../codeartifact-token-props';

// https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetAuthorizationToken.html
const DOMAIN_NAME = /^[a-z][a-z0-9-]{0,48}[a-z0-9]$/;
const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z]+(-[a-z]+)+-\d+$/;
const DOMAIN_ARN = /^arn:aws[a-z-]*:codeartifact:[a-z]+(-[a-z]+)+-\d+:\d{12}:domain\/[a-z][a-z0-9-]{0,48}[a-z0-9]$/;
// https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_RepositoryDescription.html
const REPOSITORY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,99}$/;

/** What a text must be, and how to say it. */
export type Rule = readonly [pattern: RegExp, rule: string];

// https://docs.npmjs.com/cli/v11/using-npm/scope
export const NPM_SCOPE: Rule = [/^@[a-z0-9][a-z0-9._-]*$/, 'an npm scope, as in @acme'];
// How package managers let a project call a repository.
export const LETTERS_DIGITS_DOTS: Rule = [/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, dots, hyphens and underscores, starting with a letter or a digit'];
export const LETTER_FIRST: Rule = [/^[A-Za-z][A-Za-z0-9_-]*$/, 'letters, digits, hyphens and underscores, starting with a letter'];
export const IDENTIFIER: Rule = [/^[A-Za-z][A-Za-z0-9_]*$/, 'letters, digits and underscores, starting with a letter'];
const ENVIRONMENT_VARIABLE: Rule = [/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and underscores, not starting with a digit'];
// https://maven.apache.org/guides/mini/guide-mirror-settings.html
export const MIRROR_OF: Rule = [/^[A-Za-z0-9*!:,._-]+$/, "repositories' names or patterns with commas between, as in *,!own"];

// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const DESCRIPTION_CHARACTERS = 2048;
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const ENVIRONMENT_BYTES = 4096;
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
const ROLE_NAME = /^[A-Za-z0-9_+=,.@-]{1,64}$/;

function matches(value: string, pattern: RegExp, what: string, rule: string): void {
  if (Token.isUnresolved(value)) {
    return;
  }
  // What is not set, as in `process.env.DOMAIN!`, would pass as the text 'undefined', and so would what a context file makes a number.
  if (typeof value !== 'string') {
    throw new Error(`${what} must be text, ${rule}; received ${value}`);
  }
  if (!pattern.test(value)) {
    throw new Error(`${what} must be ${rule}; received '${value}'`);
  }
}

export function validateDomainName(what: string, name: string): void {
  matches(name, DOMAIN_NAME, what, '2 to 50 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen');
}

export function validateDomainOwner(what: string, owner: string): void {
  matches(owner, ACCOUNT, what, 'the 12 digits of an AWS account');
}

export function validateRegion(what: string, region: string): void {
  matches(region, REGION, what, 'the name of a region, as in eu-west-1');
}

export function validateDomainArn(what: string, arn: string): void {
  matches(arn, DOMAIN_ARN, what, 'the ARN of a CodeArtifact domain, arn:<partition>:codeartifact:<region>:<owner>:domain/<name>');
}

export function validateRepositoryName(what: string, name: string): void {
  matches(name, REPOSITORY_NAME, what, '2 to 100 letters, digits, dots, underscores and hyphens, starting with a letter or a digit');
}

export function validateText(what: string, text: string, [pattern, rule]: Rule): void {
  matches(text, pattern, what, rule);
}

/** Checks a list of repository names: not empty, no name outside the rule, none twice. */
export function validateRepositories(what: string, repositories: string[]): void {
  if (Token.isUnresolved(repositories)) {
    throw new Error(`${what} must be a list whose length is known at synthesis, because each repository gets its own ARN in a policy;`
      + ' received an unresolved list. Its elements may be unresolved');
  }
  if (repositories.length === 0) {
    throw new Error(`${what} must name at least one repository; received an empty list`);
  }
  for (const repository of repositories) {
    validateRepositoryName(`each name in ${what}`, repository);
  }
  namesOnce(what, 'repository', repositories);
}

/** Checks both lists, and that no repository is in both. */
function validateRepositoryLists(readFrom?: string[], publishTo?: string[]): void {
  if (readFrom) {
    validateRepositories('readFrom', readFrom);
  }
  if (publishTo) {
    validateRepositories('publishTo', publishTo);
  }
  const inBoth = readFrom?.find((repository) => publishTo?.includes(repository));
  if (inBoth !== undefined) {
    throw new Error(`readFrom and publishTo must name each repository once; received '${inBoth}' in both. Publishing includes the reading it needs`);
  }
}

/** Checks the other names for variables: each for a variable that there is, each a name that a shell can read, and no two the same. */
export function validateOtherNames(variables: string[], otherNames: Record<string, string>): void {
  for (const [variable, otherName] of Object.entries(otherNames)) {
    if (!variables.includes(variable)) {
      throw new Error(`otherNames must name variables that the secret fills, ${variables.join(', ')}; received '${variable}'`);
    }
    validateText(`the other name of ${variable}`, otherName, ENVIRONMENT_VARIABLE);
  }
  namesOnce('otherNames', 'variable', variables.map((variable) => otherNames[variable] ?? variable));
}

/** Checks what the props say by themselves. */
export function validateProps(props: CodeArtifactTokenProps): void {
  validateRepositoryLists(props.readFrom, props.publishTo);
  validateSecretProps(props);
  validateKeys({ scheduleEncryptionKey: props.scheduleEncryptionKey, environmentEncryption: props.environmentEncryption });
  validateRoleName(props.roleName);
  validateSubnets(props.vpc, props.vpcSubnets);
  validateDeadLetterQueue(props.deadLetterQueue);
}

/** Checks what the secret is given that `secretsmanager.Secret` lets pass, and a deployment refuses. */
function validateSecretProps(props: secretsmanager.SecretProps): void {
  const { secretName, description, encryptionKey, removalPolicy, replicaRegions = [] } = props;
  validateKeys({ encryptionKey });
  replicaRegions.forEach((replica) => validateKeys({ 'each encryptionKey in replicaRegions': replica.encryptionKey }));
  if (secretName !== undefined) {
    matches(secretName, SECRET_NAME, 'secretName', '1 to 512 letters, digits and characters of /_+=.@-');
  }
  const characters = Array.from(knownPartOf(description ?? '')).length;
  if (characters > DESCRIPTION_CHARACTERS) {
    throw new Error(`description must be at most ${DESCRIPTION_CHARACTERS} characters; received ${characters}`);
  }
  if (removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw new Error('removalPolicy must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, because there are no snapshots of a secret; received SNAPSHOT');
  }
  const regions = replicaRegions.map(({ region }) => region);
  regions.forEach((region) => validateRegion('each region in replicaRegions', region));
  namesOnce('replicaRegions', 'region', regions);
}

/** Role of aws-cdk-lib lets an empty one pass. */
function validateRoleName(roleName?: string): void {
  if (roleName !== undefined) {
    matches(roleName, ROLE_NAME, 'roleName', '1 to 64 letters, digits and characters of _+=,.@-');
  }
}

/**
 * Checks that no key is an alias, each by the name of its prop.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
 */
function validateKeys(keys: Record<string, kms.IKey | undefined>): void {
  for (const [what, key] of Object.entries(keys)) {
    if (key && 'aliasName' in key) {
      throw new Error(`${what} must be a key and not an alias, because a policy that names an alias allows nothing; received the alias '${key.aliasName}'.`
        + ' Give the key itself, as with kms.Key.fromKeyArn or kms.Key.fromLookup');
    }
  }
}

/** Checks that the function finds the endpoints by the names of the services, which are what it calls. */
export function validatePrivateDns(endpoints: Record<string, ec2.InterfaceVpcEndpoint>): void {
  for (const [what, endpoint] of Object.entries(endpoints)) {
    if ((endpoint.node.defaultChild as ec2.CfnVPCEndpoint).privateDnsEnabled === false) {
      throw new Error(`${what} must be a VPC endpoint with private DNS, because the function calls the service by its name, and would not be answered;`
        + ` received ${endpoint.node.path} with privateDnsEnabled: false. Enable it there, or share the private hosted zone of a central endpoint, and do`
        + ' without useVpcEndpoints: docs/networks.md');
    }
  }
}

/** Checks that a function in a VPC gets a subnet: without one, a deployment refuses it. */
function validateSubnets(vpc: ec2.IVpc | undefined, vpcSubnets: ec2.SubnetSelection | undefined): void {
  if (vpc?.selectSubnets(vpcSubnets).subnetIds.length === 0) {
    throw new Error('vpcSubnets must select at least one subnet of vpc; received a selection of none.'
      + ' Change its availabilityZones, its subnetFilters or its subnets');
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
function validateDeadLetterQueue(queue?: sqs.IQueue): void {
  if (queue?.fifo) {
    throw new Error('deadLetterQueue must be a standard queue, because Lambda sends to no other; received a FIFO queue');
  }
}

/** Of another metric there are no values: an alarm on it would never go off. */
export function validateMetricName(metricName: string): void {
  if (!Token.isUnresolved(metricName) && !METRIC_NAMES.includes(metricName)) {
    throw new Error(`metricName must be one of ${METRIC_NAMES.join(', ')}; received '${metricName}'`);
  }
}

/** Checks that the environment of the function, of which the format is the part that may be long, is not too long. */
export function validateEnvironment(environment: Record<string, string>): void {
  const excess = Object.entries(environment)
    .reduce((bytes, [name, value]) => bytes + Buffer.byteLength(name + knownPartOf(value)), -ENVIRONMENT_BYTES);
  if (excess > 0) {
    throw new Error(`format must fit the ${ENVIRONMENT_BYTES} bytes of the function's environment; it is at least ${excess} bytes too long.`
      + ' Name fewer package managers, or make a CodeArtifactToken for each');
  }
}

/** What of a text is known at synthesis. The rest comes on top. */
function knownPartOf(text: string): string {
  return Tokenization.reverseString(text)
    .mapTokens({ mapToken: () => '' })
    .join({ join: (left, right) => `${left}${right}` });
}

function namesOnce(what: string, one: string, names: string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`${what} must name each ${one} once; received '${twice}' twice`);
  }
}
