import type { OutgoingHttpHeaders } from 'node:http';

/** A call of the API, as it came. */
export interface ApiRequest {
  readonly operation: 'GetAuthorizationToken' | 'GetRepositoryEndpoint' | 'ListDomains' | 'CreateDomain' | 'DeleteDomain'
    | 'ListRepositoriesInDomain' | 'CreateRepository' | 'DeleteRepository';
  /** By their names in the query. */
  readonly parameters: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body: string | Buffer;
}

/** What the API answers in place of the truth. */
export type Fault = (request: ApiRequest, caller: { readonly region: string; readonly account: string }) => Answer;

const STATUS = {
  AccessDeniedException: 403,
  ConflictException: 409,
  InternalServerException: 500,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  ResourceNotFoundException: 404,
  ThrottlingException: 429,
  UnknownOperationException: 404,
  ValidationException: 400,
};

/** An error in the wire format that the AWS clients parse. */
export function awsError(
  name: keyof typeof STATUS, message: string, members: Record<string, string> = {}, headers: Record<string, string> = {},
): Answer {
  return {
    status: STATUS[name],
    headers: { 'x-amzn-errortype': name, ...headers },
    body: JSON.stringify({ message, ...members }),
  };
}

function accessDenied(action: string, resource: string, account: string): Answer {
  const caller = `arn:aws:sts::${account}:assumed-role/caller/session`;
  return awsError('AccessDeniedException',
    `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`);
}

const noGetAuthorizationToken: Fault = ({ parameters }, { region, account }) => accessDenied('codeartifact:GetAuthorizationToken',
  `arn:aws:codeartifact:${region}:${parameters['domain-owner'] ?? account}:domain/${parameters.domain}`, account);

const noGetServiceBearerToken: Fault = (_, { account }) => accessDenied('sts:GetServiceBearerToken', '*', account);

const noDomain: Fault = ({ parameters }, { account }) => domainNotFound(parameters.domain, parameters['domain-owner'] ?? account);

const conflict: Fault = ({ parameters }) => awsError('ConflictException', 'The domain is being changed.',
  { resourceId: parameters.domain, resourceType: 'domain' });

const throttling = (retryAfterSeconds: number): Fault => () => awsError('ThrottlingException', 'Rate exceeded', {},
  { 'retry-after': `${retryAfterSeconds}` });

const internalServer: Fault = () => awsError('InternalServerException', 'Internal server error');

const validation: Fault = () => invalid('OTHER', 'The request is not valid.');

/** What can go wrong in the real service, in its own words where they are known. */
export const faults = { noGetAuthorizationToken, noGetServiceBearerToken, noDomain, conflict, throttling, internalServer, validation };

export function invalid(reason: 'FIELD_VALIDATION_FAILED' | 'OTHER', message: string): Answer {
  return awsError('ValidationException', message, { reason });
}

export const NOT_FOUND: Answer = { status: 404, body: '{}' };

export function domainNotFound(name: string, owner: string): Answer {
  return awsError('ResourceNotFoundException', `Domain not found. Domain '${name}' owned by account '${owner}' does not exist.`,
    { resourceId: name, resourceType: 'domain' });
}
