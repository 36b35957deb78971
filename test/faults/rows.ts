import { type Play, domainArn } from './play';
import { faults } from '../../sandbox/codeartifact-errors';
import { awsFault, type Fault } from '../lambda/faulty-proxy';
import type { Outcome } from '../lambda/shipped-function';

/** A token that comes in a way in which no token comes. */
export const RAW_TOKEN = 'rawtokenthatcomeswithoutanyjsonaroundit';

/** A fault, and what comes of it. */
export interface Row {
  readonly number: number;
  readonly fault: string;
  /** Sets up the fault, after a refresh that succeeded. */
  readonly arrange?: (play: Play) => void | Promise<void>;
  /** @default - one refresh by the schedule */
  readonly invoke?: (play: Play) => Promise<Outcome>;
  readonly environment?: Record<string, string>;
  readonly calls: string;
  /** The name of the error, or what CloudFormation was told. */
  readonly ends: string;
  readonly value: 'old' | 'new' | 'none';
  readonly tags: 'old' | 'new' | 'none';
  /** A part of the error's message, or of the reason that CloudFormation was told. */
  readonly says?: string | RegExp;
  /** What else must be true. */
  readonly also?: (play: Play) => void;
  /** @default 10 */
  readonly seconds?: number;
}

const GET = 'GetAuthorizationToken';
const PUT = 'PutSecretValue';
const TAG = 'TagResource';
const ALL = `${GET}, ${PUT}, ${TAG}`;
const FOREVER = 1_000;

const get = (fault: Fault, times = FOREVER) => ({ codeartifact }: Play) => codeartifact.failNext(GET, fault, times);
const put = (fault: Fault, times = FOREVER) => ({ secretsManager }: Play) => secretsManager.failNext(PUT, fault, times);
const tag = (fault: Fault, times = FOREVER) => ({ secretsManager }: Play) => secretsManager.failNext(TAG, fault, times);
const service = (fault: Parameters<Play['standIn']['failNext']>[0], times = FOREVER) => ({ standIn }: Play) => standIn.failNext(fault, times);
const answers = (body: string, status = 200) => get({ status, headers: { 'content-type': 'application/json' }, body });

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;
const token = (members: object) => answers(JSON.stringify({ authorizationToken: RAW_TOKEN, expiration: inAnHour(), ...members }));

const failed = { value: 'old', tags: 'old' } as const;
const refreshed = { calls: ALL, ends: 'returns', value: 'new', tags: 'new' } as const;

const oneVersionByOneName = ({ secretsManager }: Play) => {
  const names = secretsManager.received.filter(({ operation }) => operation === PUT).map(({ clientRequestToken }) => clientRequestToken);
  expect(new Set(names).size).toBe(1);
  expect(names[0]).toEqual(expect.any(String));
};

/** Two attempts at once, as when something else invokes the function too. */
const together = (...events: ((play: Play) => unknown)[]) => async (play: Play) => {
  const outcomes = await Promise.all(events.map((event) => play.function().invoke(event(play))));
  return outcomes.find(({ error }) => error) ?? outcomes[0];
};

const twice = async (play: Play) => {
  const fn = play.function();
  await fn.invoke();
  return fn.invoke();
};

/** Ends the function when it makes a call, which then comes to nothing, and has Lambda try again. */
const crashAt = (operation: string) => async (play: Play) => {
  const fn = play.function();
  play.secretsManager.beforeNext(operation, async () => fn.kill());
  play.secretsManager.failNext(operation, 'hang');
  expect((await fn.invoke()).died).toBe(true);
  return fn.invoke();
};

const asked = (type: 'Create' | 'Update' | 'Delete') => (play: Play) => play.function().invoke(play.cloudFormation.request(type));
const event = (value: unknown) => (play: Play) => play.function().invoke(value);

const clockOff = (hours: number, rejected: boolean) => ({ standIn }: Play) => {
  standIn.advance(hours * 3600);
  if (rejected) {
    standIn.failNext(() => ({
      status: 403,
      headers: { 'x-amzn-errortype': 'InvalidSignatureException' },
      body: JSON.stringify({ message: 'Signature not yet current' }),
    }));
  }
};

const signedForTheServicesClock = ({ codeartifact, standIn }: Play) => {
  const signed = codeartifact.received.at(-1)!.signedAt.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5');
  expect(Math.abs(Date.parse(signed) - standIn.now)).toBeLessThan(60_000);
};

const NEEDED = 'The role of the function needs codeartifact:GetAuthorizationToken on that domain and sts:GetServiceBearerToken';

export const rows: Row[] = [
  { number: 1, fault: 'Get is throttled once', arrange: service(faults.throttling(0), 1), ...refreshed, calls: `${GET} ×2, ${PUT}, ${TAG}` },
  { number: 1, fault: 'Get is throttled twice, and asks for a second', arrange: service(faults.throttling(1), 2), ...refreshed, calls: `${GET} ×3, ${PUT}, ${TAG}` },
  { number: 2, fault: 'Get is throttled for good', arrange: service(faults.throttling(0)), ...failed, calls: `${GET} ×3`, ends: 'ThrottlingException' },
  { number: 2, fault: 'the same, and asks for an hour', arrange: service(faults.throttling(3600)), ...failed, calls: `${GET} ×3`, ends: 'ThrottlingException', seconds: 20 },
  { number: 3, fault: 'Get answers 500, for good', arrange: service(faults.internalServer), ...failed, calls: `${GET} ×3`, ends: 'InternalServerException', says: 'failed: InternalServerException. The secret' },
  { number: 3, fault: 'Get answers 500, twice', arrange: service(faults.internalServer, 2), ...refreshed, calls: `${GET} ×3, ${PUT}, ${TAG}` },
  { number: 3, fault: 'Get answers 503 with a page of HTML', arrange: answers('<html>Service Unavailable</html>', 503), ...failed, calls: `${GET} ×3`, ends: 'SyntaxError', says: 'failed: SyntaxError. The secret' },
  { number: 4, fault: 'Put is throttled, then not', arrange: put(awsFault(400, 'ThrottlingException', 'Rate exceeded'), 1), ...refreshed, calls: `${GET}, ${PUT} ×2, ${TAG}`, also: oneVersionByOneName },
  { number: 4, fault: 'Put answers InternalServiceError twice', arrange: put(awsFault(500, 'InternalServiceError', 'An error occurred'), 2), ...refreshed, calls: `${GET}, ${PUT} ×3, ${TAG}`, also: oneVersionByOneName },
  { number: 5, fault: 'Put is done, its answer is lost', arrange: put('loseAnswer', 1), ...refreshed, calls: `${GET}, ${PUT} ×2, ${TAG}`, also: oneVersionByOneName },
  { number: 6, fault: 'Put answers InternalServiceError for good', arrange: put(awsFault(500, 'InternalServiceError', 'An error occurred')), ...failed, calls: `${GET}, ${PUT} ×3`, ends: 'InternalServiceError' },
  { number: 7, fault: 'Get is never answered', arrange: get('hang'), ...failed, calls: `${GET} ×3`, ends: 'TimeoutError', seconds: 40 },
  { number: 7, fault: 'Put is never answered', arrange: put('hang'), ...failed, calls: `${GET}, ${PUT} ×3`, ends: 'TimeoutError', seconds: 40 },
  { number: 7, fault: 'Tag is never answered', arrange: tag('hang'), ends: 'TagFailed', calls: `${GET}, ${PUT}, ${TAG} ×3`, value: 'new', tags: 'old', seconds: 40 },
  { number: 8, fault: 'Get stops in the middle of its answer', arrange: get('stall'), ...failed, calls: `${GET} ×3`, ends: 'TimeoutError', seconds: 40 },
  { number: 8, fault: 'Get answers a byte a second', arrange: get('drip'), ...failed, calls: GET, ends: 'TimeoutError', seconds: 40 },
  { number: 9, fault: 'Get closes the connection, for good', arrange: get('reset'), ...failed, calls: `${GET} ×3`, ends: 'TimeoutError' },
  { number: 9, fault: 'CodeArtifact refuses connections', environment: { AWS_ENDPOINT_URL_CODEARTIFACT: 'http://127.0.0.1:1' }, ...failed, calls: 'none', ends: 'ECONNREFUSED' },
  { number: 9, fault: 'Secrets Manager refuses connections', environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1' }, ...failed, calls: GET, ends: 'ECONNREFUSED' },
  { number: 9, fault: 'CodeArtifact has no address', environment: { AWS_ENDPOINT_URL_CODEARTIFACT: 'http://nowhere.invalid' }, ...failed, calls: 'none', ends: 'ENOTFOUND', seconds: 40 },
  { number: 10, fault: 'codeartifact:GetAuthorizationToken is denied', arrange: service(faults.noGetAuthorizationToken), ...failed, calls: GET, ends: 'AccessDeniedException', says: `domain/acme because no identity-based policy allows the codeartifact:GetAuthorizationToken action. ${NEEDED}` },
  { number: 10, fault: 'sts:GetServiceBearerToken is denied', arrange: service(faults.noGetServiceBearerToken), ...failed, calls: GET, ends: 'AccessDeniedException', says: 'is not authorized to perform: sts:GetServiceBearerToken on resource: *' },
  { number: 10, fault: 'the policy of a domain in another account denies', arrange: answers(JSON.stringify({ __type: 'AccessDeniedException', message: 'no resource-based policy allows the codeartifact:GetAuthorizationToken action' }), 403), ...failed, calls: GET, ends: 'AccessDeniedException', says: 'a domain of another account must allow the role in its own policy' },
  { number: 11, fault: 'secretsmanager:PutSecretValue is denied', arrange: put(awsFault(400, 'AccessDeniedException', 'not authorized')), ...failed, calls: `${GET}, ${PUT}`, ends: 'AccessDeniedException', says: /^secretsmanager:PutSecretValue on arn:aws:secretsmanager:/ },
  { number: 12, fault: 'secretsmanager:TagResource is denied', arrange: tag(awsFault(400, 'AccessDeniedException', 'not authorized')), ends: 'TagFailed', calls: ALL, value: 'new', tags: 'old', says: 'The secret holds the new token, and its tags still speak of the one before' },
  { number: 13, fault: 'the domain does not exist', environment: { DOMAIN_ARN: domainArn('unknown') }, ...failed, calls: GET, ends: 'ResourceNotFoundException', says: "Domain 'unknown' owned by account" },
  { number: 14, fault: 'the secret does not exist', arrange: (play) => play.deleteSecret(true), calls: `${GET}, ${PUT}`, ends: 'ResourceNotFoundException', value: 'none', tags: 'none' },
  { number: 15, fault: 'the secret is scheduled for deletion', arrange: (play) => play.deleteSecret(false), calls: `${GET}, ${PUT}`, ends: 'InvalidRequestException', value: 'none', tags: 'none', says: 'marked for deletion' },
  { number: 16, fault: 'the secret is deleted between Put and Tag', arrange: (play) => play.secretsManager.beforeNext(TAG, () => play.deleteSecret(true)), calls: ALL, ends: 'TagFailed', value: 'none', tags: 'none' },
  { number: 17, fault: 'the key is disabled', arrange: put(awsFault(400, 'EncryptionFailure', "Secrets Manager can't encrypt the protected secret text using the provided KMS key")), ...failed, calls: `${GET}, ${PUT}`, ends: 'EncryptionFailure', says: 'KMS key' },
  { number: 17, fault: 'the key is denied', arrange: put(awsFault(400, 'AccessDeniedException', 'Access to KMS is not allowed')), ...failed, calls: `${GET}, ${PUT}`, ends: 'AccessDeniedException', says: 'Access to KMS is not allowed' },
  { number: 18, fault: 'the secret has too many versions', arrange: put(awsFault(400, 'LimitExceededException', 'The request failed because it would exceed one of the Secrets Manager quotas')), ...failed, calls: `${GET}, ${PUT} ×3`, ends: 'LimitExceededException' },
  ...([
    [19, '{}', answers('{}')],
    [19, 'nothing', answers('')],
    [19, 'an empty token', token({ authorizationToken: '' })],
    [19, 'a token of null', token({ authorizationToken: null })],
    [20, 'no expiry', token({ expiration: undefined })],
    [20, 'an expiry in the past', token({ expiration: 1_000_000_000 })],
    [20, 'an expiry long after what was asked for', token({ expiration: 4_000_000_000 })],
    [22, 'a token with a line break', token({ authorizationToken: `${RAW_TOKEN}\n` })],
    [22, 'a token with a NUL', token({ authorizationToken: `${RAW_TOKEN}\0` })],
    [22, 'a token with an umlaut', token({ authorizationToken: `${RAW_TOKEN}ä` })],
    [23, 'a token longer than a secret may be', token({ authorizationToken: RAW_TOKEN.repeat(2000) })],
  ] as const).map(([number, what, arrange]): Row => ({ number, fault: `Get answers with ${what}`, arrange, ...failed, calls: GET, ends: 'InvalidResponse' })),
  { number: 20, fault: 'Get answers with an expiry that is no number', arrange: token({ expiration: 'soon' }), ...failed, calls: GET, ends: 'TypeError', says: 'failed: TypeError. The secret' },
  { number: 21, fault: 'Get answers with half of its JSON', arrange: answers(`{"authorizationToken":"${RAW_TOKEN}`), ...failed, calls: GET, ends: 'SyntaxError', says: 'failed: SyntaxError. The secret' },
  { number: 21, fault: 'Get answers 200 with a page of HTML', arrange: answers('<html>Login</html>'), ...failed, calls: GET, ends: 'SyntaxError', says: 'failed: SyntaxError. The secret' },
  { number: 21, fault: 'Get answers with the bare token', arrange: answers(RAW_TOKEN), ...failed, calls: GET, ends: 'SyntaxError', says: 'failed: SyntaxError. The secret' },
  { number: 24, fault: 'the clock is an hour slow, and Get rejects the signature', arrange: clockOff(1, true), ...refreshed, calls: `${GET} ×2, ${PUT}, ${TAG}`, also: signedForTheServicesClock },
  { number: 24, fault: 'the clock is an hour fast, and Get rejects the signature', arrange: clockOff(-1, true), ...refreshed, calls: `${GET} ×2, ${PUT}, ${TAG}`, also: signedForTheServicesClock },
  { number: 25, fault: 'the clock is an hour slow, and Get accepts', arrange: clockOff(1, false), ...refreshed },
  { number: 25, fault: 'the clock is an hour fast, and Get accepts', arrange: clockOff(-1, false), ...refreshed },
  { number: 26, fault: 'the credentials have expired', arrange: answers(JSON.stringify({ __type: 'ExpiredTokenException', message: 'The security token included in the request is expired' }), 403), ...failed, calls: GET, ends: 'ExpiredTokenException' },
  { number: 27, fault: 'the process dies at Put, and Lambda tries again', invoke: crashAt(PUT), ...refreshed, calls: `${GET} ×2, ${PUT} ×2, ${TAG}` },
  { number: 28, fault: 'the process dies at Tag, and Lambda tries again', invoke: crashAt(TAG), ...refreshed, calls: `${GET} ×2, ${PUT} ×2, ${TAG} ×2` },
  { number: 29, fault: 'an event comes twice, one after the other', invoke: twice, ...refreshed, calls: `${GET} ×2, ${PUT} ×2, ${TAG} ×2` },
  { number: 29, fault: 'an event comes twice, at once', invoke: together(() => ({}), () => ({})), ...refreshed, calls: `${GET} ×2, ${PUT} ×2, ${TAG} ×2` },
  { number: 30, fault: 'schedule, deployment and operator come at once', invoke: together(() => ({}), ({ cloudFormation }) => cloudFormation.request('Update'), () => ({})), ...refreshed, calls: `${GET} ×3, ${PUT} ×3, ${TAG} ×3`, ends: 'SUCCESS' },
  { number: 36, fault: 'a deployment asks for the first token', invoke: asked('Create'), ...refreshed, ends: 'SUCCESS' },
  { number: 37, fault: 'a deployment asks, and is denied for as long as there is time', arrange: service(faults.noGetServiceBearerToken), invoke: (play) => play.function().invoke(play.cloudFormation.request('Create'), 53_300), ...failed, calls: `${GET} ×3`, ends: 'FAILED', says: /^AccessDeniedException: codeartifact:GetAuthorizationToken on / },
  { number: 38, fault: 'a deployment changes the settings', invoke: asked('Update'), ...refreshed, ends: 'SUCCESS' },
  { number: 39, fault: 'the stack is deleted, the secret already is', arrange: (play) => play.deleteSecret(true), invoke: asked('Delete'), calls: 'none', ends: 'SUCCESS', value: 'none', tags: 'none' },
  ...[1, 2, 3, 4].map((times): Row => ({ number: 40, fault: `CloudFormation does not hear the first ${times === 1 ? 'answer' : `${times} answers`}`, arrange: ({ cloudFormation }) => { cloudFormation.deaf = times; }, invoke: asked('Update'), ...refreshed, ends: 'SUCCESS' })),
  ...([
    ['null', null], ['a string', 'refresh'], ['a list', []], ['another secret', { SECRET_ARN: 'arn' }],
    ['half of a request of CloudFormation', { RequestType: 'Create', ResponseURL: 'http://127.0.0.1:1/signed' }],
    ['a request of CloudFormation with wrong types', { RequestType: 'Create', ResponseURL: 1, StackId: 1, RequestId: 1, LogicalResourceId: 1 }],
    ['256 KB', { junk: 'x'.repeat(256 * 1024) }],
    ['keys of the prototype', JSON.parse('{"__proto__":{"RequestType":"Create","ResponseURL":"http://127.0.0.1:1/"}}')],
  ] as const).map(([what, value]): Row => ({ number: 41, fault: `the event is ${what}`, invoke: event(value), ...failed, calls: 'none', ends: 'InvalidEvent', says: /^the event must be \{\}: what the function does is set in its environment alone. Nothing was done$/ })),
  { number: 42, fault: 'NODE_DEBUG=http', environment: { NODE_DEBUG: 'http' }, ...refreshed },
];

/** The rest of the numbers, which another test has. */
export const elsewhere: { number: number | string; fault: string; file: string; test: string }[] = [
  { number: 31, fault: 'many tokens at once', file: 'test/codeartifact-token.test.ts', test: 'refreshes every hour, within a window that spreads many tokens' },
  { number: 33, fault: 'the schedule is disabled, the function never runs', file: 'test/freshness/alarm.test.ts', test: 'goes on likewise when the function runs no more, as when its schedule is disabled' },
  { number: 34, fault: 'all attempts fail', file: 'test/faults/soak.test.ts', test: 'a refresh of which all three attempts fail is told to the destination of failures, without a token' },
  { number: 35, fault: 'the function is throttled for hours', file: 'test/freshness/freshness.test.ts', test: 'no reader sees less life than promised' },
  { number: '36 to 39', fault: 'deployments', file: 'test/e2e/first-token.test.ts', test: 'a stack is deleted even when CodeArtifact lets nobody in' },
  { number: 44, fault: 'bad props', file: 'test/codeartifact-token.test.ts', test: 'bad input' },
  { number: '45, 46', fault: 'props that are not known at synthesis', file: 'test/codeartifact-token.test.ts', test: 'values that are not known at synthesis' },
  { number: 47, fault: 'keys and secrets of elsewhere', file: 'test/readers.test.ts', test: 'of a key from elsewhere are warned of, with the statement that its policy needs' },
  { number: 48, fault: 'other partitions, regions without CodeArtifact', file: 'test/codeartifact-token.test.ts', test: 'regionWithoutCodeArtifact' },
];
