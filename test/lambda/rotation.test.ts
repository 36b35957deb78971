import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import {
  CreateSecretCommand, DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand, RotateSecretCommand, SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import * as fc from 'fast-check';
import { metricsOf } from './embedded-metrics';
import { awsFault, FaultyProxy } from './faulty-proxy';
import { partsOfTokensIn } from './parts-of-tokens';
import { handler } from '../../lambda/refresh-token';
import { CodeArtifactStandIn, expiryOf } from '../../sandbox/codeartifact';
import { faults } from '../../sandbox/codeartifact-errors';
import { ACCOUNT, type MiniStack, REGION, startMiniStack } from '../../sandbox/ministack';
import { METRIC_NAMES } from '../../src/private/metrics';
import { SEED } from '../seed';

// The tests play Secrets Manager's part, which is to call the function:
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
// The secret itself is MiniStack's, and the function's own source runs against it over HTTP.

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
type Step = typeof STEPS[number];

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const LIFE = 12 * HOUR;

let cloud: MiniStack;
let proxy: FaultyProxy;
let codeartifact: CodeArtifactStandIn;
let client: SecretsManagerClient;

let secretArn: string;
/** Everything that left the handler in the test: lines, results, errors. */
let left: string[];
/** How many seconds later it is than it was at the start, for the function and for CodeArtifact. */
let elapsed: number;
/** The tokens that other tests were given. */
let issuedBefore: number;
/** What was seen of the secret last. */
let seen: Secret | undefined;

beforeAll(async () => {
  codeartifact = new CodeArtifactStandIn({ region: REGION, account: ACCOUNT, domains: [{ name: 'acme', repositories: ['npm-store'] }] });
  [cloud] = await Promise.all([startMiniStack(), codeartifact.start()]);
  proxy = new FaultyProxy(cloud.endpoint);
  await proxy.start();
  client = new SecretsManagerClient(cloud.client);
  Object.assign(process.env, cloud.environment, {
    AWS_ENDPOINT_URL: undefined,
    AWS_LAMBDA_FUNCTION_NAME: 'refresh-token',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: proxy.url,
    AWS_ENDPOINT_URL_CODEARTIFACT: codeartifact.url,
    DOMAIN_ARN: `arn:aws:codeartifact:${REGION}:${ACCOUNT}:domain/acme`,
    DURATION_SECONDS: String(LIFE),
    SECRET_TEMPLATE: '{{token}}',
    METRICS: METRIC_NAMES.join(),
  });
});

afterAll(async () => {
  await Promise.all([codeartifact.stop(), proxy.stop(), cloud.stop()]);
});

beforeEach(async () => {
  left = [];
  elapsed = 0;
  const now = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + elapsed * 1000);
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => left.push(String(chunk)) > 0);
  }
  issuedBefore = codeartifact.issued.length;
  await newSecret();
});

// Whatever a test is about, no eight characters of a token may have left.
afterEach(() => {
  jest.restoreAllMocks();
  expect(left.length).toBeGreaterThan(0);
  expect(partsOfTokensIn(left, codeartifact.issued.slice(issuedBefore))).toEqual([]);
});

async function newSecret(): Promise<void> {
  proxy.reset();
  codeartifact.forgetFaults();
  codeartifact.requests.length = 0;
  seen = undefined;
  process.env.SECRET_ARN = secretArn = (await client.send(new CreateSecretCommand({ Name: `rotation/${randomUUID()}` }))).ARN!;
}

async function invoke(event: unknown): Promise<unknown> {
  elapsed += 20; // as long as any of it takes
  try {
    const result = await handler(event, {} as Context);
    left.push(inspect(result, { depth: 10 }));
    return result;
  } catch (error) {
    left.push(inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error));
    throw error;
  }
}

const refresh = () => invoke({});
const take = (Step: Step, ClientRequestToken: string) => invoke({ Step, SecretId: secretArn, ClientRequestToken });

/** Begins a rotation, or comes back to the one that was not finished, as Secrets Manager does. */
async function begin(): Promise<string> {
  const ClientRequestToken = randomUUID();
  try {
    await client.send(new RotateSecretCommand({ SecretId: secretArn, ClientRequestToken }));
    return ClientRequestToken;
  } catch (error) {
    expect((error as Error).message).toBe("A previous rotation isn't complete. That rotation will be reattempted.");
    return (await look()).pending!;
  }
}

async function rotate(version?: string): Promise<string> {
  version ??= await begin();
  for (const step of STEPS) {
    await take(step, version);
    await check();
  }
  return version;
}

interface Secret {
  readonly current: string;
  readonly pending?: string;
  readonly token: string;
  /** When the token expires, in milliseconds. */
  readonly expires: number;
  readonly tags: Record<string, string>;
}

async function look(): Promise<Secret> {
  const [{ VersionIdsToStages, Tags = [] }, { SecretString }] = await Promise.all([
    client.send(new DescribeSecretCommand({ SecretId: secretArn })),
    client.send(new GetSecretValueCommand({ SecretId: secretArn })),
  ]);
  const labelled = (label: string) => Object.keys(VersionIdsToStages!).filter((id) => VersionIdsToStages![id].includes(label));
  expect(labelled('AWSCURRENT')).toHaveLength(1);
  expect(labelled('AWSPENDING').length).toBeLessThan(2);
  return {
    current: labelled('AWSCURRENT')[0],
    pending: labelled('AWSPENDING')[0],
    token: SecretString!,
    expires: expiryOf(SecretString!),
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key!, Value!])),
  };
}

/**
 * What holds at every moment: a token that works, no older than the last, and tags that promise no more than it keeps.
 *
 * @param overlap the seconds by which refreshes overlapped, of which the last to be written may be the first that was made
 */
async function check(overlap = 0): Promise<Secret> {
  const secret = await look();
  expect(codeartifact.issued.slice(issuedBefore)).toContain(secret.token);
  expect(secret.expires).toBeGreaterThan(codeartifact.now);
  expect(secret.expires).toBeGreaterThanOrEqual((seen?.expires ?? 0) - overlap * 1000);
  const promised = Date.parse(secret.tags['codeartifact:expires-at'] ?? 0); // without the tag, nothing is promised
  expect(promised).toBeLessThanOrEqual(secret.expires + overlap * 1000);
  if (secret.tags['codeartifact:version-id'] === secret.current) {
    expect(promised).toBe(secret.expires);
  }
  expect(new Set([...proxy.calls, 'PutSecretValue', 'TagResource', 'DescribeSecret', 'UpdateSecretVersionStage']).size).toBe(4);
  return seen = secret;
}

/** What holds when a rotation is over: the next one can begin, and the tags speak of the token that readers get. */
async function checkFinished(): Promise<Secret> {
  const secret = await check();
  expect([undefined, secret.current]).toContain(secret.pending);
  expect(secret.tags['codeartifact:version-id']).toBe(secret.current);
  expect(codeartifact.now + LIFE * 1000 - secret.expires).toBeLessThan(15 * MINUTE * 1000);
  return secret;
}

const lines = () => left.filter((text) => text.startsWith('{"level"')).map((text): Record<string, any> => JSON.parse(text));
const refreshesOf = (version: string) => lines().filter(({ Refreshes, versionId }) => Refreshes === 1 && versionId === version);

describe('a rotation', () => {
  test('has its token as AWSPENDING first, which readers do not see, and makes it the current one in the end', async () => {
    await refresh();
    const before = await check();
    const version = await begin();
    for (const step of STEPS.slice(0, 3)) {
      await take(step, version);
      expect(await check()).toMatchObject({ current: before.current, pending: version, token: before.token });
    }
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn, VersionId: version, VersionStage: 'AWSPENDING' }));
    await take('finishSecret', version);

    expect(await checkFinished()).toMatchObject({ current: version, token: SecretString });
  });

  test('leaves the token before as AWSPREVIOUS', async () => {
    await refresh();
    const { current } = await check();
    await rotate();

    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: secretArn }));
    expect(VersionIdsToStages![current]).toEqual(['AWSPREVIOUS']);
  });

  test('makes five calls of Secrets Manager and one of CodeArtifact, and reads no value', async () => {
    await refresh();
    proxy.reset();
    codeartifact.requests.length = 0;
    await rotate();

    expect(proxy.calls).toEqual(['PutSecretValue', 'TagResource', 'DescribeSecret', 'UpdateSecretVersionStage', 'TagResource']);
    expect(codeartifact.requests).toHaveLength(1);
  });

  test('counts as one refresh, when its token becomes the current one', async () => {
    await refresh();
    left.length = 0;
    const version = await begin();
    await take('createSecret', version);
    const [made] = lines();
    expect(made).toMatchObject({ level: 'INFO', message: 'A rotation made a token', versionId: version, domain: 'acme' });
    expect(metricsOf(made).map(({ name }) => name)).toEqual(['GetAuthorizationTokenLatency', 'PutSecretValueLatency', 'TagResourceLatency']);

    await take('setSecret', version);
    await take('testSecret', version);
    const refreshed: any = await take('finishSecret', version);
    const { expires } = await checkFinished();
    expect(lines()).toHaveLength(2);
    expect(lines()[1]).toMatchObject({ level: 'INFO', message: 'The token was refreshed', ...refreshed });
    expect(refreshed).toEqual({
      secretName: expect.stringMatching(/^rotation\/.{36}$/), versionId: version, domain: 'acme', expiresAt: new Date(expires).toISOString(),
    });
    expect(metricsOf(lines()[1])).toEqual([
      { name: 'Refreshes', unit: 'Count', value: 1, dimensions: { FunctionName: 'refresh-token' } },
      { name: 'TagResourceLatency', unit: 'Milliseconds', value: expect.any(Number), dimensions: { FunctionName: 'refresh-token' } },
      { name: 'SecondsLeft', unit: 'Seconds', value: expect.any(Number), dimensions: { FunctionName: 'refresh-token' } },
    ]);
    expect(LIFE - metricsOf(lines()[1])[2].value).toBeLessThan(2 * MINUTE);
  });

  test('can be taken by a RotationToken, which Secrets Manager sends along', async () => {
    await refresh();
    const version = await begin();
    for (const Step of STEPS) {
      await invoke({ Step, SecretId: secretArn, ClientRequestToken: version, RotationToken: randomUUID() });
    }

    expect((await checkFinished()).current).toBe(version);
  });

  test('gives a secret that has no token yet its first one', async () => {
    const version = await rotate();

    expect((await checkFinished()).current).toBe(version);
    expect(refreshesOf(version)).toHaveLength(1);
  });

  test('goes on while the test of a new configuration, which is testSecret alone, finds no token', async () => {
    await refresh();
    const before = await check();
    await take('testSecret', randomUUID());
    const test = await begin();
    await take('testSecret', test);
    await client.send(new UpdateSecretVersionStageCommand({ SecretId: secretArn, VersionStage: 'AWSPENDING', RemoveFromVersionId: test }));
    expect(await check()).toEqual(before);

    expect((await rotate())).toBe((await checkFinished()).current);
  });
});

describe('in whatever way Secrets Manager repeats itself', () => {
  const upTo3 = [1, 2, 3];
  const repetitions = upTo3.flatMap((a) => upTo3.flatMap((b) => upTo3.flatMap((c) => upTo3.map((d) => [a, b, c, d]))));

  test('each step one to three times, the rotation makes one token current, once', async () => {
    for (const times of repetitions) {
      await newSecret();
      await refresh();
      const version = await begin();
      for (const [i, step] of STEPS.entries()) {
        for (let time = 0; time < times[i]; time++) {
          await take(step, version);
          await check();
        }
      }
      expect((await checkFinished()).current).toBe(version);
      expect(refreshesOf(version)).toHaveLength(1);
    }
  });

  test('each step twice at the same time, the rotation ends well', async () => {
    for (const twice of STEPS) {
      await newSecret();
      await refresh();
      const version = await begin();
      for (const step of STEPS) {
        await Promise.allSettled(Array.from({ length: step === twice ? 2 : 1 }, () => take(step, version)));
        await check();
      }
      await rotate(version);
      expect((await checkFinished()).current).toBe(version);
    }
  });

  test('the whole rotation up to three times, it ends well each time', async () => {
    await refresh();
    const version = await begin();
    for (let times = 0; times < 3; times++) {
      await rotate(version);
      expect((await checkFinished()).current).toBe(version);
    }
    expect(refreshesOf(version)).toHaveLength(1);
  });

  test('a rotation after another, each makes its token the current one', async () => {
    await refresh();
    for (let times = 0; times < 4; times++) {
      elapsed += 4 * HOUR;
      const version = await rotate();
      expect((await checkFinished()).current).toBe(version);
    }
  });
});

describe('a failure at any call is made good by the next attempt, seconds or hours later,', () => {
  const refused = awsFault(400, 'AccessDeniedException', 'not authorized');
  const unavailable = awsFault(500, 'InternalServiceError', 'An error occurred on the server side.');
  const codeArtifactFails = () => codeartifact.failNext(faults.validation);
  const failing = (operation: string) => [
    [`${operation} refused`, () => proxy.failNext(operation, refused)],
    [`${operation} unavailable`, () => proxy.failNext(operation, unavailable, 3)],
    [`${operation} done, without an answer`, () => proxy.failNext(operation, 'loseAnswer', 3)],
  ] as const;
  const failures: (readonly [Step, string, () => void])[] = [
    ['createSecret', 'GetAuthorizationToken refused', codeArtifactFails],
    ...['PutSecretValue', 'TagResource'].flatMap((operation) => failing(operation).map((failure) => ['createSecret', ...failure] as const)),
    ...['DescribeSecret', 'UpdateSecretVersionStage', 'TagResource'].flatMap(
      (operation) => failing(operation).map((failure) => ['finishSecret', ...failure] as const)),
  ];

  test.each(failures)('in %s: %s', async (failingStep, _, fail) => {
    for (const pause of [20, 5 * HOUR]) {
      for (const refreshed of [false, true]) {
        await newSecret();
        await refresh();
        const version = await begin();
        for (const step of STEPS.slice(0, STEPS.indexOf(failingStep))) {
          await take(step, version);
        }
        fail();
        await expect(take(failingStep, version)).rejects.toThrow(' failed: ');
        await check();
        elapsed += pause;
        if (refreshed) {
          await refresh();
          await check();
        }
        await rotate(await begin());
        const { current } = await checkFinished();
        expect(refreshesOf(current)).toHaveLength(1);
      }
    }
  });

  test('also where the step makes another token', async () => {
    for (const operation of ['DescribeSecret', 'PutSecretValue', 'TagResource']) {
      for (const [, fail] of failing(operation)) {
        await newSecret();
        await refresh();
        const version = await begin();
        await take('createSecret', version);
        await refresh();
        fail();
        await expect(take('finishSecret', version)).rejects.toThrow(`secretsmanager:${operation} on ${secretArn} failed: `);
        await check();
        await rotate(version);
        await checkFinished();
      }
    }
  });

  test('with the tags alone, where they alone are missing', async () => {
    await refresh();
    const version = await begin();
    await take('createSecret', version);
    proxy.failNext('TagResource', refused);
    await expect(take('finishSecret', version)).rejects.toMatchObject({ name: 'TagFailed' });
    expect(refreshesOf(version)).toHaveLength(0);
    proxy.reset();
    await take('finishSecret', version);

    expect(proxy.calls).toEqual(['DescribeSecret', 'TagResource']);
    expect((await checkFinished()).current).toBe(version);
    expect(refreshesOf(version)).toHaveLength(1);
  });

  test('and says how long its token lives', async () => {
    await refresh();
    const version = await begin();
    await take('createSecret', version);
    left.length = 0;
    await take('finishSecret', version);

    expect(lines()[0].SecondsLeft).toBeGreaterThan(LIFE - 5 * MINUTE);
    expect(lines()[0].SecondsLeft).toBeLessThanOrEqual(LIFE);
  });

  test('but looks like a failure as long as the tags cannot be written, with which a refresh fails too', async () => {
    await refresh();
    const version = await begin();
    for (let times = 0; times < 3; times++) {
      proxy.failNext('TagResource', refused);
      await expect(take('createSecret', version)).rejects.toMatchObject({ name: 'TagFailed' });
    }
    await rotate(version);
    await checkFinished();
  });

  test('with another token, where nothing is known of the secret', async () => {
    await refresh();
    const version = await begin();
    await take('createSecret', version);
    proxy.failNext('DescribeSecret', { status: 200, body: '{}' });
    await take('finishSecret', version);

    expect((await checkFinished()).current).not.toBe(version);
  });

  test('and what failed is said, with what became of the secret', async () => {
    await refresh();
    const version = await begin();
    await take('createSecret', version);
    proxy.failNext('DescribeSecret', refused);
    await expect(take('finishSecret', version)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `secretsmanager:DescribeSecret on ${secretArn} failed: AccessDeniedException: not authorized. The secret ${secretArn} was left as it was`,
    });
    proxy.failNext('UpdateSecretVersionStage', refused);
    await expect(take('finishSecret', version)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `secretsmanager:UpdateSecretVersionStage on ${secretArn} failed: AccessDeniedException: not authorized.`
        + ' The next attempt of the rotation sees to it',
    });
    expect(lines().at(-1)).toMatchObject({ level: 'ERROR', Failures: 1, ErrorName: 'AccessDeniedException' });
  });
});

describe('the refreshes of the schedule', () => {
  const sometimes = [false, true];
  const refreshFails = () => proxy.failNext('TagResource', awsFault(400, 'AccessDeniedException', 'not authorized'));

  test('at any points between the steps are not undone', async () => {
    const choices = STEPS.reduce<boolean[][]>((all) => all.flatMap((some) => sometimes.map((one) => [...some, one])), [[]]);
    for (const tagged of sometimes) {
      for (const refreshes of choices) {
        await newSecret();
        await refresh();
        const version = await begin();
        for (const [i, step] of STEPS.entries()) {
          if (refreshes[i]) {
            if (!tagged) {
              refreshFails();
            }
            await refresh().catch(() => undefined);
            await check();
          }
          await take(step, version);
          await check();
        }
        const { current } = await checkFinished();
        // A refresh before createSecret is older than the rotation; what came later is not passed over.
        expect(current === version).toBe(!refreshes.slice(1).includes(true) && (tagged || !refreshes[0]));
        await refresh();
        await check();
        await rotate();
        await checkFinished();
      }
    }
  });

  test.each(['PutSecretValue', 'TagResource', 'DescribeSecret', 'UpdateSecretVersionStage'])('just before %s of a step are not undone', async (operation) => {
    for (const skipped of operation === 'TagResource' ? [0, 1] : [0]) {
      for (const tagged of sometimes) {
        await newSecret();
        await refresh();
        const version = await begin();
        for (const step of STEPS) {
          if (step === (skipped === 1 ? 'finishSecret' : STEPS[0]) || (step === 'finishSecret' && operation !== 'TagResource')) {
            proxy.beforeNext(operation, async () => {
              if (!tagged) {
                refreshFails();
              }
              await refresh().catch(() => undefined);
              await check();
            });
          }
          await take(step, version).catch(() => undefined);
          await check(20);
        }
        await rotate(version);
        const { pending, current } = await check();
        expect([undefined, current]).toContain(pending);
      }
    }
  });

  test('that overtake UpdateSecretVersionStage make the step fail, and its next attempt finds them', async () => {
    await refresh();
    const version = await begin();
    await take('createSecret', version);
    proxy.beforeNext('UpdateSecretVersionStage', refresh);
    await expect(take('finishSecret', version)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const overtaking = await check();
    await rotate(version);

    expect((await checkFinished()).expires).toBeGreaterThan(overtaking.expires);
  });
});

describe('a rotation that was not finished', () => {
  const places = [0, 1, 2, 3, 4].flatMap((steps) => [false, true].map((refreshed) => [steps, refreshed] as const));

  async function unfinished(steps: number, refreshed: boolean): Promise<string> {
    await refresh();
    const version = await begin();
    for (const step of STEPS.slice(0, steps)) {
      await take(step, version);
    }
    elapsed += 5 * HOUR;
    if (refreshed) {
      await refresh();
    }
    await check();
    return version;
  }

  test.each(places)('after %i steps, with later refreshes: %s, is come back to hours later, and its old token is not used', async (steps, refreshed) => {
    const version = await unfinished(steps, refreshed);
    const rotated = await rotate();

    // One that had not made its token yet makes it now, and one that was over is followed by another.
    const { current } = await checkFinished();
    const isOver = steps === 4 && !refreshed;
    expect(rotated === version).toBe(!isOver);
    expect(current === rotated).toBe(steps === 0 || isOver);
  });

  test.each(places)('after %i steps, with later refreshes: %s, and is cancelled, does not hinder a new one', async (steps, refreshed) => {
    const cancelled = await unfinished(steps, refreshed);
    await client.send(new UpdateSecretVersionStageCommand({ SecretId: secretArn, VersionStage: 'AWSPENDING', RemoveFromVersionId: cancelled }));
    const version = await rotate();

    expect(version).not.toBe(cancelled);
    expect((await checkFinished()).current).toBe(version);
  });

  test('does not hinder a new one whose steps are taken all the same', async () => {
    const version = randomUUID();
    await unfinished(1, false);
    await rotate(version);

    expect((await checkFinished()).current).toBe(version);
  });

  test('is finished without a new token for as long as its own is minutes old', async () => {
    for (const [minutes, own] of [[9, true], [10, false]] as const) {
      await newSecret();
      await refresh();
      const version = await begin();
      await take('createSecret', version);
      elapsed += minutes * MINUTE - 20;
      await take('finishSecret', version);

      expect((await checkFinished()).current === version).toBe(own);
    }
  });
});

describe('two rotations at a time', () => {
  /** All orders of two rotations' steps. */
  const orders = (first: number, second: number): number[][] => first + second === 0 ? [[]] : [
    ...(first > 0 ? orders(first - 1, second).map((order) => [0, ...order]) : []),
    ...(second > 0 ? orders(first, second - 1).map((order) => [1, ...order]) : []),
  ];

  test('end well, in any order of their steps', async () => {
    for (const order of orders(4, 4)) {
      await newSecret();
      await refresh();
      const versions = [await begin(), randomUUID()];
      const next = [0, 0];
      for (const rotation of order) {
        await take(STEPS[next[rotation]++], versions[rotation]);
        await check();
      }
      const { current } = await checkFinished();
      expect(refreshesOf(current)).toHaveLength(1);
    }
  });

  test('end well when both make and finish their tokens at the same time', async () => {
    await refresh();
    const versions = [await begin(), randomUUID()];
    for (const step of STEPS) {
      await Promise.allSettled(versions.map((version) => take(step, version)));
    }
    await rotate(versions[0]);
    await rotate(versions[1]);

    await checkFinished();
  });
});

test('after anything that can happen, there is a token that works, and a rotation ends well', async () => {
  const operation = fc.constantFrom('PutSecretValue', 'TagResource', 'DescribeSecret', 'UpdateSecretVersionStage');
  const event = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('step' as const), step: fc.constantFrom(...STEPS), rotation: fc.nat(1) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('refresh' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.constantFrom(5 * MINUTE, HOUR, 5 * HOUR) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('refusal' as const), operation }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('loss' as const), operation }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('overlap' as const), operation }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('begin' as const), rotation: fc.nat(1) }) },
  );
  await fc.assert(fc.asyncProperty(fc.array(event, { minLength: 3, maxLength: 14 }), async (events) => {
    await newSecret();
    await refresh();
    const versions: string[] = [randomUUID(), randomUUID()];
    for (const happening of events) {
      switch (happening.kind) {
        case 'step':
          await take(happening.step, versions[happening.rotation]).catch(() => undefined);
          break;
        case 'refresh':
          await refresh().catch(() => undefined);
          break;
        case 'pass':
          // Long enough for the schedule to succeed.
          elapsed += happening.seconds;
          proxy.reset();
          await refresh();
          break;
        case 'refusal':
          proxy.failNext(happening.operation, awsFault(400, 'AccessDeniedException', 'not authorized'));
          break;
        case 'loss':
          proxy.failNext(happening.operation, 'loseAnswer');
          break;
        case 'overlap':
          proxy.beforeNext(happening.operation, () => refresh().catch(() => undefined));
          break;
        case 'begin':
          versions[happening.rotation] = await begin();
      }
      await check(20);
    }
    proxy.reset();
    await rotate();
    await checkFinished();
  }), { seed: SEED, numRuns: 60 });
});

describe('the event', () => {
  const good = { Step: 'createSecret', SecretId: 'this', ClientRequestToken: '6c6d1a5e-8b1c-4b8c-8d2f-111122223333' };
  const OTHER = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:other-AbCdEf`;

  test.each<[string, object]>([
    ['of another secret', { ...good, SecretId: OTHER }],
    ['of the secret by its name alone', { ...good, SecretId: 'rotation' }],
    ['of a step that there is not', { ...good, Step: 'deleteSecret' }],
    ['without a step', { ...good, Step: undefined }],
    ['without a version', { ...good, ClientRequestToken: undefined }],
    ['with a version that is no string', { ...good, ClientRequestToken: [good.ClientRequestToken] }],
    ['with more than there is in one', { ...good, Duration: 900 }],
  ])('%s is refused, and nothing is called', async (_, event: any) => {
    await expect(invoke({ ...event, SecretId: event.SecretId === 'this' ? secretArn : event.SecretId })).rejects.toMatchObject({ name: 'InvalidEvent' });
    expect([...codeartifact.requests, ...proxy.calls]).toEqual([]);
  });
});

describe('the secret store of these tests is like that of AWS:', () => {
  const put = (ClientRequestToken: string, SecretString: string, VersionStages?: string[]) => client.send(
    new PutSecretValueCommand({ SecretId: secretArn, ClientRequestToken, SecretString, VersionStages }));
  const stages = async () => (await client.send(new DescribeSecretCommand({ SecretId: secretArn }))).VersionIdsToStages ?? {};
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];

  beforeEach(() => left.push('nothing'));

  test('a version keeps its value, and takes it again', async () => {
    await put(first, 'one');
    await put(first, 'one');
    await expect(put(first, 'two')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await put(second, 'two');
    await put(third, 'three');
    await expect(put(first, 'four')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  test('a label is on one version, and the first version is the current one', async () => {
    await put(first, 'one', ['AWSPENDING']);
    expect(await stages()).toEqual({ [first]: expect.arrayContaining(['AWSCURRENT', 'AWSPENDING']) });
    await put(second, 'two', ['AWSPENDING']);
    expect(await stages()).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'] });
    await put(third, 'three', ['AWSCURRENT', 'AWSPENDING']);
    expect(await stages()).toEqual({ [first]: ['AWSPREVIOUS'], [third]: expect.arrayContaining(['AWSCURRENT', 'AWSPENDING']) });
  });

  test('a rotation begins with a version that has no value yet, and only when none is under way', async () => {
    await put(first, 'one');
    const version = await begin();
    expect(await stages()).toEqual({ [first]: ['AWSCURRENT'], [version]: ['AWSPENDING'] });
    await expect(client.send(new RotateSecretCommand({ SecretId: secretArn, ClientRequestToken: second }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    await put(version, 'two', ['AWSPENDING']);
    expect((await client.send(new GetSecretValueCommand({ SecretId: secretArn, VersionId: version }))).SecretString).toBe('two');
  });
});
