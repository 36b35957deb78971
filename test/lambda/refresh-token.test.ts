import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { CreateSecretCommand, DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import { CloudFormationEndpoint } from './cloudformation-endpoint';
import { metricsOf } from './embedded-metrics';
import { awsFault, FaultyProxy } from './faulty-proxy';
import { partsOfTokensIn } from './parts-of-tokens';
import { handler } from '../../lambda/refresh-token';
import { CodeArtifactStandIn } from '../../sandbox/codeartifact';
import { faults, type Answer } from '../../sandbox/codeartifact-errors';
import { ACCOUNT, type MiniStack, REGION, startMiniStack } from '../../sandbox/ministack';
import { METRIC_NAMES } from '../../src/private/metrics';
import { deployed } from '../token-stack';

// The handler's own source, against the stand-in for CodeArtifact and MiniStack's Secrets Manager, over HTTP.

const OTHER_ACCOUNT = '444455556666';
const domainArn = (name: string, owner = ACCOUNT) => `arn:aws:codeartifact:${REGION}:${owner}:domain/${name}`;
const ACME = domainArn('acme');
const RAW_TOKEN = 'rawtokenthatcomeswithoutanyjsonaroundit';
const TIME_FOR_ONE_REFRESH = 50_000;
const DATE_HEADER_PRECISION = 1_000;

let cloud: MiniStack;
let secretsManager: FaultyProxy;
let codeartifact: CodeArtifactStandIn;
let client: SecretsManagerClient;
const cloudFormation = new CloudFormationEndpoint();

let secretArn: string;
/** Everything that left the handler in the test, but for its answers to CloudFormation: lines, results, errors. */
let left: string[];

beforeAll(async () => {
  codeartifact = new CodeArtifactStandIn({
    region: REGION,
    account: ACCOUNT,
    domains: [{ name: 'acme', repositories: ['npm-store'] }, { name: 'shared', owner: OTHER_ACCOUNT, repositories: [] }],
  });
  [cloud] = await Promise.all([startMiniStack(), codeartifact.start()]);
  secretsManager = new FaultyProxy(cloud.endpoint);
  await Promise.all([secretsManager.start(), cloudFormation.start()]);
  client = new SecretsManagerClient(cloud.client);
  Object.assign(process.env, cloud.environment, {
    AWS_ENDPOINT_URL: undefined,
    AWS_LAMBDA_FUNCTION_NAME: 'refresh-token',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    AWS_ENDPOINT_URL_CODEARTIFACT: codeartifact.url,
  });
});

afterAll(async () => {
  await Promise.all([codeartifact.stop(), secretsManager.stop(), cloudFormation.stop(), cloud.stop()]);
});

beforeEach(async () => {
  left = [];
  cloudFormation.reset();
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => left.push(String(chunk)) > 0);
  }
  secretsManager.reset();
  codeartifact.requests.length = 0;
  secretArn = (await client.send(new CreateSecretCommand({ Name: `test/${expect.getState().currentTestName!.replace(/\W+/g, '-').slice(-200)}` }))).ARN!;
  settings({});
});

// Whatever a test is about, no eight characters of a token may have left, and answers are of the form that CloudFormation takes.
afterEach(() => {
  jest.restoreAllMocks();
  const answers = cloudFormation.received;
  expect(left.length).toBeGreaterThan(0);
  expect(partsOfTokensIn([...left, ...answers.map(({ body }) => body)], [...codeartifact.issued, RAW_TOKEN])).toEqual([]);
  for (const answered of answers) {
    expect(answered).toMatchObject({ method: 'PUT', contentType: '', contentLength: Buffer.byteLength(answered.body) });
  }
});

function settings(given: { domainArn?: string; durationSeconds?: string; secretTemplate?: string }): void {
  Object.assign(process.env, {
    DOMAIN_ARN: given.domainArn ?? ACME,
    DURATION_SECONDS: given.durationSeconds ?? '43200',
    SECRET_ARN: secretArn,
    SECRET_TEMPLATE: given.secretTemplate ?? '{{token}}',
    METRICS: METRIC_NAMES.join(),
  });
}

async function invoke(event: unknown = {}, remainingMilliseconds = TIME_FOR_ONE_REFRESH) {
  try {
    const result = await handler(event, { getRemainingTimeInMillis: () => remainingMilliseconds } as Context);
    left.push(inspect(result, { depth: 10 }));
    return result;
  } catch (error) {
    // With what Lambda logs of an error and hands to a destination: stack, cause and all own properties.
    left.push(inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error));
    throw error;
  }
}

const storedToken = async () => (await client.send(new GetSecretValueCommand({ SecretId: secretArn }))).SecretString!;

async function storedTags(): Promise<Record<string, string>> {
  const { Tags } = await client.send(new DescribeSecretCommand({ SecretId: secretArn }));
  return Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key!, Value!]));
}

/** The line that the handler logged last. */
function logged(): Record<string, any> {
  return JSON.parse(left.filter((text) => text.startsWith('{"level"')).at(-1)!);
}

/** When the token that was issued last expires, by what it says itself, and that it lives as long as it should. */
function expiryOfCurrent(seconds: number): string {
  const { isu, exp } = JSON.parse(Buffer.from(codeartifact.issued.at(-1)!.split('.')[0], 'base64url').toString());
  expect(exp - isu).toBe(seconds);
  return new Date(exp * 1000).toISOString();
}

/** Expects the metric to be of a moment between two, by the service's clock, which the SDK knows to the second. */
function expectSecondsLeft(expiry: string, before: number, after: number): void {
  expect(logged().SecondsLeft).toBeLessThanOrEqual(Math.round((Date.parse(expiry) - before + DATE_HEADER_PRECISION) / 1000));
  expect(logged().SecondsLeft).toBeGreaterThanOrEqual(Math.round((Date.parse(expiry) - after) / 1000));
}

const answer = (body: string, status = 200): (() => Answer) => () => ({ status, body });

describe('a refresh', () => {
  test('puts a token into the secret that the repositories accept', async () => {
    await invoke();

    expect(codeartifact.issued).toContain(await storedToken());
  });

  test('design.md 3.7: tags the secret with the expiry of the answer, and the version that it speaks of', async () => {
    const refreshed = await invoke();
    const { VersionId } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));

    expect(await storedTags()).toEqual({
      'codeartifact:expires-at': (refreshed as any).expiresAt,
      'codeartifact:version-id': VersionId,
    });
    expect((refreshed as any).expiresAt).toBe(expiryOfCurrent(43200));
  });

  test('design.md 3.8: makes exactly three calls: token, value, tags', async () => {
    await invoke();

    expect(codeartifact.requests.map(({ operation }) => operation)).toEqual(['GetAuthorizationToken']);
    expect(secretsManager.calls).toEqual(['PutSecretValue', 'TagResource']);
  });

  test('logs one line of what it did, and returns the same', async () => {
    const refreshed = await invoke();

    expect(left.filter((text) => text.endsWith('\n'))).toHaveLength(1);
    expect(logged()).toEqual({
      level: 'INFO',
      message: 'The token was refreshed',
      secretName: expect.stringMatching(/^test\/.*returns-the-same$/),
      versionId: expect.any(String),
      domain: 'acme',
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      attempt: 1,
      FunctionName: 'refresh-token',
      Refreshes: 1,
      SecondsLeft: expect.any(Number),
      GetAuthorizationTokenLatency: expect.any(Number),
      PutSecretValueLatency: expect.any(Number),
      TagResourceLatency: expect.any(Number),
      _aws: expect.anything(),
    });
    expect(logged()).toMatchObject({ ...refreshed });
  });

  test('emits metrics that CloudWatch reads off that line, under the name of the function', async () => {
    const before = Date.now();
    await invoke();
    const after = Date.now();

    expect(metricsOf(logged())).toEqual([
      { name: 'Refreshes', unit: 'Count', value: 1, dimensions: { FunctionName: 'refresh-token' } },
      { name: 'GetAuthorizationTokenLatency', unit: 'Milliseconds', value: expect.any(Number), dimensions: { FunctionName: 'refresh-token' } },
      { name: 'PutSecretValueLatency', unit: 'Milliseconds', value: expect.any(Number), dimensions: { FunctionName: 'refresh-token' } },
      { name: 'TagResourceLatency', unit: 'Milliseconds', value: expect.any(Number), dimensions: { FunctionName: 'refresh-token' } },
      { name: 'SecondsLeft', unit: 'Seconds', value: expect.any(Number), dimensions: { FunctionName: 'refresh-token' } },
    ]);
    expectSecondsLeft(expiryOfCurrent(43200), before, after);
    for (const { value } of metricsOf(logged()).filter(({ unit }) => unit === 'Milliseconds')) {
      expect(value).toBeLessThanOrEqual(after - before);
    }
    // What the construct reads is what was emitted.
    const { token } = deployed();
    const read = [
      token.metricRefreshes(), token.metricSecondsLeft(),
      token.metricGetAuthorizationTokenLatency(), token.metricPutSecretValueLatency(), token.metricTagResourceLatency(),
    ];
    expect(read.map(({ metricName }) => metricName).sort()).toEqual(metricsOf(logged()).map(({ name }) => name).sort());
    expect(new Set(read.map(({ namespace }) => namespace))).toEqual(new Set(logged()._aws.CloudWatchMetrics.map(({ Namespace }: any) => Namespace)));
    expect(logged()._aws.Timestamp).toBeGreaterThanOrEqual(before);
    expect(logged()._aws.Timestamp).toBeLessThanOrEqual(after);
  });

  test('emits the metrics alone that are used, and measures all the same', async () => {
    process.env.METRICS = 'SecondsLeft';
    await invoke();
    expect(metricsOf(logged()).map(({ name }) => name)).toEqual(['SecondsLeft']);

    delete process.env.METRICS;
    await invoke();
    expect(logged()).toMatchObject({ Refreshes: 1, SecondsLeft: expect.any(Number) });
    expect(logged()).not.toHaveProperty('_aws');
  });

  test('fills the template of the secret, wherever it asks for the token or its expiry', async () => {
    settings({ secretTemplate: '{"password":"{{token}}","expires_at":"{{expires_at}}","PIP_INDEX_URL":"https://aws:{{token}}@host/"}' });
    const refreshed: any = await invoke();
    const token = codeartifact.issued.at(-1);

    expect(JSON.parse(await storedToken())).toEqual({
      password: token,
      expires_at: String(Date.parse(refreshed.expiresAt) / 1000),
      PIP_INDEX_URL: `https://aws:${token}@host/`,
    });
  });

  test('fills a secret to the last byte that it may have', async () => {
    const authorizationToken = 'x'.repeat(65_536);
    codeartifact.failNext(answer(JSON.stringify({ authorizationToken, expiration: Math.floor(Date.now() / 1000) + 3600 })));
    await invoke();

    expect(await storedToken()).toBe(authorizationToken);
  });

  test('takes a token that claims to live minutes longer than was asked for: the service rounds, and clocks differ', async () => {
    const expiration = Math.floor(Date.now() / 1000) + 43_200 + 240;
    codeartifact.failNext(answer(JSON.stringify({ authorizationToken: RAW_TOKEN, expiration })));
    await invoke();

    expect((await storedTags())['codeartifact:expires-at']).toBe(new Date(expiration * 1000).toISOString());
  });

  test('replaces the token of the refresh before', async () => {
    await invoke();
    const first = await storedToken();
    await invoke();

    expect(await storedToken()).not.toBe(first);
  });

  test.each([
    ['of this account', ACME, { 'domain': 'acme', 'domain-owner': ACCOUNT }],
    ['of another account', domainArn('shared', OTHER_ACCOUNT), { 'domain': 'shared', 'domain-owner': OTHER_ACCOUNT }],
  ])('asks for a token of a domain %s by its owner', async (_, arn, parameters) => {
    settings({ domainArn: arn });
    await invoke();

    expect(codeartifact.requests[0].parameters).toMatchObject(parameters);
    expect(codeartifact.issued).toContain(await storedToken());
  });

  test('asks in the region of the domain, which may be another than that of the secret', async () => {
    const elsewhere = new CodeArtifactStandIn({ region: 'us-east-1', account: ACCOUNT, domains: [{ name: 'acme', repositories: [] }] });
    await elsewhere.start();
    const { AWS_ENDPOINT_URL_CODEARTIFACT } = process.env;
    Object.assign(process.env, { AWS_ENDPOINT_URL_CODEARTIFACT: elsewhere.url });
    try {
      settings({ domainArn: ACME.replace(REGION, 'us-east-1') });
      await invoke();

      expect(elsewhere.issued).toEqual([await storedToken()]);
    } finally {
      Object.assign(process.env, { AWS_ENDPOINT_URL_CODEARTIFACT });
      await elsewhere.stop();
    }
  });

  test.each([
    ['0', 3600], // what the stand-in takes for the life of the caller's credentials
    ['900', 900],
    ['43200', 43200],
  ])('asks for a duration of %s seconds', async (durationSeconds, life) => {
    settings({ durationSeconds });
    const before = Date.now();
    await invoke();

    expect(codeartifact.requests[0].parameters.duration).toBe(durationSeconds);
    expectSecondsLeft(expiryOfCurrent(life), before, Date.now());
  });

  test('believes the clock of the service where its own is wrong', async () => {
    codeartifact.advance(-2 * 3600);
    try {
      settings({ durationSeconds: '900' });
      // By the own clock this token expired long ago.
      const before = codeartifact.now;
      await invoke();

      expect(Date.parse(expiryOfCurrent(900))).toBeLessThan(Date.now() - 3600_000);
      expectSecondsLeft(expiryOfCurrent(900), before, codeartifact.now);
      expect((await storedTags())['codeartifact:expires-at']).toBe(expiryOfCurrent(900));
    } finally {
      codeartifact.advance(2 * 3600);
    }
  });
});

describe('design.md 3.5: a refresh that gets no token leaves the one before, and says what failed:', () => {
  const ROLE_NEEDS = '. The role of the function needs codeartifact:GetAuthorizationToken on that domain and sts:GetServiceBearerToken for'
    + ' codeartifact.amazonaws.com, and a domain of another account must allow the role in its own policy';
  const denied = (action: string, resource: string) => `AccessDeniedException: User: arn:aws:sts::${ACCOUNT}:assumed-role/caller/session is not`
    + ` authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action${ROLE_NEEDS}`;

  /** Refreshes once for good, then under the fault, and expects that nothing was written. */
  async function failed(fault: () => void, requests: number): Promise<Error> {
    await invoke();
    const before = [await storedToken(), await storedTags()];
    secretsManager.reset();
    codeartifact.requests.length = 0;
    fault();

    const error: Error = await invoke().then(() => { throw new Error('it did not fail'); }, (reason) => reason);
    expect(codeartifact.requests).toHaveLength(requests);
    expect(secretsManager.calls).toEqual([]);
    expect([await storedToken(), await storedTags()]).toEqual(before);
    return error;
  }

  test.each([
    ['AccessDenied, for want of codeartifact:GetAuthorizationToken', faults.noGetAuthorizationToken, 1,
      'AccessDeniedException', denied('codeartifact:GetAuthorizationToken', ACME)],
    ['AccessDenied, for want of sts:GetServiceBearerToken', faults.noGetServiceBearerToken, 1,
      'AccessDeniedException', denied('sts:GetServiceBearerToken', '*')],
    ['Validation', faults.validation, 1,
      'ValidationException', 'ValidationException: The request is not valid'],
    ['Throttling, after three attempts', faults.throttling(0), 3,
      'ThrottlingException', 'ThrottlingException: Rate exceeded'],
    ['InternalServer, after three attempts', faults.internalServer, 3,
      'InternalServerException', 'InternalServerException'],
    ['a raw token, which no parser may quote', answer(RAW_TOKEN), 1,
      'SyntaxError', 'SyntaxError'],
    ['a page of HTML', answer('<html>Service Unavailable</html>', 503), 3,
      'SyntaxError', 'SyntaxError'],
  ])('%s', async (_, fault, requests, name, reason) => {
    const error = await failed(() => codeartifact.failNext(fault, requests), requests);

    expect(error.name).toBe(name);
    expect(error.message).toBe(`codeartifact:GetAuthorizationToken on ${ACME} failed: ${reason}. The secret ${secretArn} was left as it was`);
  });

  test('ResourceNotFound', async () => {
    const error = await failed(() => settings({ domainArn: domainArn('unknown') }), 1);

    expect(error.name).toBe('ResourceNotFoundException');
    expect(error.message).toBe(`codeartifact:GetAuthorizationToken on ${domainArn('unknown')} failed: ResourceNotFoundException: Domain not found.`
      + ` Domain 'unknown' owned by account '${ACCOUNT}' does not exist. The secret ${secretArn} was left as it was`);
  });

  const inAnHour = Math.floor(Date.now() / 1000) + 3600;
  test.each([
    ['nothing', {}, 'without a token'],
    ['no token', { expiration: inAnHour }, 'without a token'],
    ['a token of null', { authorizationToken: null, expiration: inAnHour }, 'without a token'],
    ['an empty token', { authorizationToken: '', expiration: inAnHour }, 'without a token'],
    ['a token with a newline', { authorizationToken: `${RAW_TOKEN}\n`, expiration: inAnHour }, 'with a token that has characters which no bearer token has'],
    ['a token after a quotation mark', { authorizationToken: `"${RAW_TOKEN}`, expiration: inAnHour }, 'with a token that has characters which no bearer token has'],
    ['no expiry', { authorizationToken: RAW_TOKEN }, 'without an expiry'],
    ['an expiry long after what was asked for', { authorizationToken: RAW_TOKEN, expiration: 4_000_000_000 },
      'with a token that claims to expire at 2096-10-02T07:06:40.000Z, when 43200 seconds were asked for'],
    ['a token longer than a secret', { authorizationToken: RAW_TOKEN.repeat(2000), expiration: inAnHour },
      'with a token that would make the secret longer than 65536 bytes'],
    ['an expiry in the past', { authorizationToken: RAW_TOKEN, expiration: 1_000_000_000 }, 'with a token that expired at 2001-09-09T01:46:40.000Z'],
  ])('an answer with %s', async (_, body, what) => {
    const error = await failed(() => codeartifact.failNext(answer(JSON.stringify(body))), 1);

    expect(error.name).toBe('InvalidResponse');
    expect(error.message).toBe(`codeartifact:GetAuthorizationToken on ${ACME} answered ${what}. The secret ${secretArn} was left as it was`);
  });

  test('a failure is a metric, in total and by the name of its error, with the duration of the call', async () => {
    await failed(() => codeartifact.failNext(faults.noGetAuthorizationToken), 1);

    expect(metricsOf(logged())).toEqual([
      { name: 'Failures', unit: 'Count', value: 1, dimensions: { FunctionName: 'refresh-token' } },
      { name: 'GetAuthorizationTokenLatency', unit: 'Milliseconds', value: expect.any(Number), dimensions: { FunctionName: 'refresh-token' } },
      { name: 'Failures', unit: 'Count', value: 1, dimensions: { FunctionName: 'refresh-token', ErrorName: 'AccessDeniedException' } },
    ]);
    expect(deployed().token.metricFailures().metricName).toBe(metricsOf(logged())[0].name);
  });

  test('an expiry that is no date', async () => {
    const error = await failed(() => codeartifact.failNext(answer(JSON.stringify({ authorizationToken: RAW_TOKEN, expiration: 'soon' }))), 1);

    expect(error.message).toContain(`codeartifact:GetAuthorizationToken on ${ACME} failed: `);
  });
});

describe('a refresh gets over', () => {
  test.each([
    ['throttling', faults.throttling(0)],
    ['an internal error', faults.internalServer],
  ])('%s that passes, and says at which attempt', async (_, fault) => {
    codeartifact.failNext(fault, 2);

    expect(await invoke()).toMatchObject({ attempt: 3 });
    expect(codeartifact.issued).toContain(await storedToken());
  });

  test('an error of Secrets Manager that passes', async () => {
    secretsManager.failNext('PutSecretValue', awsFault(500, 'InternalServiceError', 'An error occurred on the server side.'));
    await invoke();

    expect(secretsManager.calls).toEqual(['PutSecretValue', 'PutSecretValue', 'TagResource']);
    expect(codeartifact.issued).toContain(await storedToken());
  });
});

test('a refresh gives up on an answer that never ends', async () => {
  // Its 20 seconds pass in test/faults; here they are a tenth of one.
  const limit = AbortSignal.timeout(100);
  jest.spyOn(AbortSignal, 'timeout').mockReturnValue(limit);
  const slow = createServer((_, response) => response.writeHead(200, { 'content-length': 1000 }).write('{'));
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  process.env.AWS_ENDPOINT_URL_CODEARTIFACT = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
  try {
    await expect(invoke()).rejects.toMatchObject({ name: 'TimeoutError' });
  } finally {
    process.env.AWS_ENDPOINT_URL_CODEARTIFACT = codeartifact.url;
    slow.closeAllConnections();
    slow.close();
  }
});

describe('a refresh that cannot write', () => {
  test('leaves the value before, and names the action and the secret', async () => {
    await invoke();
    const before = await storedToken();
    secretsManager.reset();
    secretsManager.failNext('PutSecretValue', awsFault(400, 'AccessDeniedException', 'Access to KMS is not allowed'));

    await expect(invoke()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `secretsmanager:PutSecretValue on ${secretArn} failed: AccessDeniedException: Access to KMS is not allowed.`
        + ` The secret ${secretArn} was left as it was`,
    });
    expect(secretsManager.calls).toEqual(['PutSecretValue']);
    expect(await storedToken()).toBe(before);
  });

  test('never creates the secret that is not there', async () => {
    process.env.SECRET_ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:gone-AbCdEf`;

    await expect(invoke()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(secretsManager.calls).toEqual(['PutSecretValue']);
  });

  test('the tags keeps the new token, whose tags then promise less than is true', async () => {
    await invoke();
    const tags = await storedTags();
    const before = await storedToken();
    secretsManager.failNext('TagResource', awsFault(400, 'AccessDeniedException', 'not authorized to perform: secretsmanager:TagResource'));

    await expect(invoke()).rejects.toMatchObject({
      name: 'TagFailed',
      message: `secretsmanager:TagResource on ${secretArn} failed: AccessDeniedException: not authorized to perform: secretsmanager:TagResource.`
        + ' The secret holds the new token, and its tags still speak of the one before',
    });
    expect(await storedToken()).not.toBe(before);
    expect(codeartifact.issued).toContain(await storedToken());
    expect(await storedTags()).toEqual(tags);
  });
});

describe('the event', () => {
  test.each([
    ['a string', 'refresh'], ['null', null], ['a list', []], ['a number', 1],
    ['another secret', { SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:other-AbCdEf' }],
    ['half of a request of CloudFormation', { RequestType: 'Create' }],
    ['a request of CloudFormation that says not what of', { RequestType: 'Create', ResponseURL: 'http://127.0.0.1:1', RequestId: 'id', StackId: 'id' }],
    ['256 KB', { junk: 'x'.repeat(256 * 1024) }],
  ])('%s is refused, nothing is called, and it is not quoted', async (_, event) => {
    await expect(invoke(event)).rejects.toMatchObject({
      name: 'InvalidEvent',
      message: 'the event must be {}: what the function does is set in its environment alone. Nothing was done',
    });
    expect([...codeartifact.requests, ...secretsManager.calls]).toEqual([]);
  });

  test('of a function that lacks its settings is refused by their names', async () => {
    process.env.SECRET_ARN = '';
    delete process.env.DOMAIN_ARN;

    await expect(invoke()).rejects.toMatchObject({
      name: 'InvalidSettings',
      message: 'the function lacks the environment variables DOMAIN_ARN, SECRET_ARN: it works only as deployed by CodeArtifactToken',
    });
  });
});

test('design.md 3.9: a token is in the secret and nowhere else, whoever asked for it and whatever came of it', async () => {
  const request = cloudFormation.request('Create');
  const denied = () => secretsManager.failNext('PutSecretValue', awsFault(403, 'AccessDeniedException', 'denied'));
  await invoke();
  await invoke(request);
  denied();
  await expect(invoke()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  for (const repeated of Array(2).fill(cloudFormation.request('Update'))) {
    denied();
    await expect(invoke(repeated)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  }

  const out = [...left, ...cloudFormation.received.map(({ body }) => body)];
  expect(partsOfTokensIn([await storedToken()], codeartifact.issued)).not.toEqual([]);
  expect(partsOfTokensIn(out, codeartifact.issued)).toEqual([]);
});

describe('CloudFormation', () => {
  const ids = {
    PhysicalResourceId: 'TokenFirstToken',
    StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/S/1',
    RequestId: expect.any(String),
    LogicalResourceId: 'TokenFirstToken',
  };

  test.each(['Create', 'Update'] as const)('gets, on %s, the ARN and the name of the secret once a token is in it', async (type) => {
    const refreshed = await invoke(cloudFormation.request(type));

    expect(cloudFormation.told).toEqual([{ ...ids, Status: 'SUCCESS', Reason: '', Data: { SecretArn: secretArn, SecretName: refreshed!.secretName } }]);
    expect(codeartifact.issued).toContain(await storedToken());
    // A destination hears of this refresh as of every other.
    expect(logged()).toMatchObject({ level: 'INFO', domain: 'acme', ...refreshed });
  });

  test('gets success on Delete, without any call, whatever became of the secret and the settings', async () => {
    process.env.SECRET_ARN = '';
    await invoke(cloudFormation.request('Delete'));

    expect(cloudFormation.told).toEqual([{ ...ids, Status: 'SUCCESS', Reason: '' }]);
    expect([...codeartifact.requests, ...secretsManager.calls]).toEqual([]);
  });

  test('gets the reason of a failure at once, and so does the log', async () => {
    settings({ domainArn: domainArn('unknown') });
    await expect(invoke(cloudFormation.request('Create'), 100_000)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });

    const reason = `ResourceNotFoundException: codeartifact:GetAuthorizationToken on ${domainArn('unknown')} failed: ResourceNotFoundException:`
      + ` Domain not found. Domain 'unknown' owned by account '${ACCOUNT}' does not exist. The secret ${secretArn} was left as it was`;
    expect(cloudFormation.told).toEqual([{ ...ids, Status: 'FAILED', Reason: reason }]);
    expect(logged()).toMatchObject({ level: 'ERROR', message: reason, Failures: 1, ErrorName: 'ResourceNotFoundException' });
  });

  test('gets a reason that fits its answer, however long the message of the service', async () => {
    codeartifact.failNext(answer(JSON.stringify({ __type: 'ValidationException', message: 'x'.repeat(10_000) }), 400));
    await expect(invoke(cloudFormation.request('Create'))).rejects.toMatchObject({ name: 'ValidationException' });

    expect(cloudFormation.told[0].Status).toBe('FAILED');
    expect(Buffer.byteLength(JSON.stringify(cloudFormation.told[0]))).toBeLessThan(4096);
  });

  test('waits for permissions that arrive late', async () => {
    codeartifact.failNext(faults.noGetAuthorizationToken, 2);
    secretsManager.failNext('PutSecretValue', awsFault(400, 'AccessDeniedException', 'not yet'));
    await invoke(cloudFormation.request('Create'), TIME_FOR_ONE_REFRESH + 10_000);

    expect(cloudFormation.told).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(codeartifact.issued).toContain(await storedToken());
  });

  test('does not wait for them longer than there is time', async () => {
    codeartifact.failNext(faults.noGetAuthorizationToken, 100);
    await expect(invoke(cloudFormation.request('Create'), TIME_FOR_ONE_REFRESH + 2_000)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    codeartifact.forgetFaults();

    // After pauses of half a second and of one, the next one would end too late.
    expect(codeartifact.requests.length).toBeLessThanOrEqual(3);
    expect(cloudFormation.told).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/^AccessDeniedException: codeartifact:GetAuthorizationToken on arn/) }]);
  });

  test('gets success of a rollback that makes no token either, and of nothing else: the secret holds the last good one', async () => {
    await invoke(cloudFormation.request('Create', { settings: 'good' }));
    const token = await storedToken();
    const toldWhenDenied = async (properties: object, oldProperties: object) => {
      codeartifact.failNext(faults.noGetAuthorizationToken);
      // Also where CloudFormation is told of a success: without a token, the function is not well.
      await expect(invoke(cloudFormation.request('Update', properties, oldProperties))).rejects.toMatchObject({ name: 'AccessDeniedException' });
      return cloudFormation.told.at(-1);
    };

    expect(await toldWhenDenied({ settings: 'bad' }, { settings: 'good' })).toMatchObject({ Status: 'FAILED' });
    expect(await toldWhenDenied({ settings: 'good' }, { settings: 'bad' })).toMatchObject({
      Status: 'SUCCESS', Data: { SecretArn: secretArn, SecretName: secretArn.split(':')[6].slice(0, -7) },
    });
    expect(logged()).toMatchObject({ level: 'ERROR', ErrorName: 'AccessDeniedException' });
    expect(await storedToken()).toBe(token);
    expect(await toldWhenDenied({ settings: 'other' }, { settings: 'good' })).toMatchObject({ Status: 'FAILED' });
  });

  test('is answered once, when Lambda brings a request again that failed', async () => {
    const request = cloudFormation.request('Create');
    codeartifact.failNext(faults.noGetAuthorizationToken);
    await expect(invoke(request)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    codeartifact.requests.length = 0;

    await expect(invoke(request)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(cloudFormation.told).toHaveLength(1);
    expect([...codeartifact.requests, ...secretsManager.calls]).toEqual([]);
  });

  test('is told again when it does not listen', async () => {
    cloudFormation.deaf = 3;
    await invoke(cloudFormation.request('Create'));

    expect(cloudFormation.told).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  test('is given up after six attempts, with an error that does not give its address away', async () => {
    cloudFormation.deaf = 6;

    await expect(invoke(cloudFormation.request('Delete'))).rejects.toThrow('CloudFormation could not be told the outcome in 6 attempts: HTTP status 503');
    expect(left.filter((text) => text.includes('/signed'))).toEqual([]);
  });
});
