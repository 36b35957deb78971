import { Token } from 'aws-cdk-lib';

// https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetAuthorizationToken.html
const DOMAIN_NAME = /^[a-z][a-z0-9-]{0,48}[a-z0-9]$/;
const ACCOUNT = /^\d{12}$/;
const DOMAIN_ARN = /^arn:[^:]+:codeartifact:[^:]+:\d{12}:domain\/[a-z][a-z0-9-]{0,48}[a-z0-9]$/;
// https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_RepositoryDescription.html
const REPOSITORY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,99}$/;

// https://docs.npmjs.com/cli/v11/using-npm/scope
const NPM_SCOPE = /^@[a-z0-9][a-z0-9._-]*$/;
const REPOSITORY_CONFIG_NAME = /^[a-z][a-z0-9_]*$/;

function matches(value: string, pattern: RegExp, what: string, rule: string): void {
  if (Token.isUnresolved(value)) {
    return;
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

export function validateDomainArn(what: string, arn: string): void {
  matches(arn, DOMAIN_ARN, what, 'the ARN of a CodeArtifact domain, arn:<partition>:codeartifact:<region>:<owner>:domain/<name>');
}

export function validateRepositoryName(what: string, name: string): void {
  matches(name, REPOSITORY_NAME, what, '2 to 100 letters, digits, dots, underscores and hyphens, starting with a letter or a digit');
}

export function validateNpmScope(what: string, scope: string): void {
  matches(scope, NPM_SCOPE, what, 'an npm scope, as in @acme');
}

export function validateRepositoryConfigName(what: string, name: string): void {
  if (Token.isUnresolved(name)) {
    throw new Error(`${what} must be known at synthesis, because it is a part of variables' names; received an unresolved value`);
  }
  matches(name, REPOSITORY_CONFIG_NAME, what, 'lower-case letters, digits and underscores, starting with a letter');
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
  const twice = repositories.find((repository, index) => repositories.indexOf(repository) !== index);
  if (twice !== undefined) {
    throw new Error(`${what} must name each repository once; received '${twice}' twice`);
  }
}
