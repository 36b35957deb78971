import { type Answer, type ApiRequest, awsError, invalid } from './codeartifact-errors';

const PATTERNS: Record<string, RegExp> = {
  'domain': /^[a-z][a-z0-9-]{0,48}[a-z0-9]$/,
  'domain-owner': /^[0-9]{12}$/,
  'duration': /^[0-9]{1,18}$/,
  'repository': /^[A-Za-z0-9][A-Za-z0-9._-]{1,99}$/,
  'format': /^(npm|pypi|maven|nuget|generic|ruby|swift|cargo)$/,
  'endpointType': /^(dualstack|ipv4)$/,
};

export const OPERATIONS: Record<string, ApiRequest['operation'] | undefined> = {
  'POST /v1/authorization-token': 'GetAuthorizationToken',
  'GET /v1/repository/endpoint': 'GetRepositoryEndpoint',
  'POST /v1/domains': 'ListDomains',
  'POST /v1/domain': 'CreateDomain',
  'DELETE /v1/domain': 'DeleteDomain',
  'POST /v1/domain/repositories': 'ListRepositoriesInDomain',
  'POST /v1/repository': 'CreateRepository',
  'DELETE /v1/repository': 'DeleteRepository',
};

const REQUIRED: Record<ApiRequest['operation'], string[]> = {
  GetAuthorizationToken: ['domain'],
  GetRepositoryEndpoint: ['domain', 'repository', 'format'],
  ListDomains: [],
  CreateDomain: ['domain'],
  DeleteDomain: ['domain'],
  ListRepositoriesInDomain: ['domain'],
  CreateRepository: ['domain', 'repository'],
  DeleteRepository: ['domain', 'repository'],
};

/** What is wrong with the signature of a request, of which only the head is read. */
export function unauthenticated(authorization: string | undefined, expectedRegion: string): Answer | undefined {
  if (!authorization) {
    return awsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const scope = /^AWS4-HMAC-SHA256 Credential=[^/, ]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/.exec(authorization);
  if (!scope) {
    return awsError('InvalidSignatureException', 'The request signature we calculated does not match the signature you provided.');
  }
  const [, region, service] = scope;
  if (region !== expectedRegion) {
    return awsError('InvalidSignatureException', `Credential should be scoped to a valid region, not '${region}'. `);
  }
  if (service !== 'codeartifact') {
    return awsError('InvalidSignatureException', "Credential should be scoped to correct service: 'codeartifact'. ");
  }
  return undefined;
}

/** What is wrong with the parameters of a request by themselves. */
export function malformed({ operation, parameters }: ApiRequest): Answer | undefined {
  const missing = REQUIRED[operation].find(name => !(name in parameters));
  if (missing) {
    return invalid('FIELD_VALIDATION_FAILED', `1 validation error detected: Value null at '${missing}' failed to satisfy constraint: Member must not be null`);
  }
  const wrong = Object.entries(parameters).find(([name, value]) => name in PATTERNS && !PATTERNS[name].test(value));
  if (wrong) {
    const [name, value] = wrong;
    return invalid('FIELD_VALIDATION_FAILED', `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: `
      + `Member must satisfy regular expression pattern: ${PATTERNS[name].source}`);
  }
  const duration = Number(parameters.duration ?? 0);
  if (duration !== 0 && (duration < 900 || duration > 43200)) {
    return invalid('FIELD_VALIDATION_FAILED', `1 validation error detected: Value '${duration}' at 'duration' failed to satisfy constraint: `
      + 'Member must be 0 or between 900 and 43200');
  }
  return undefined;
}
