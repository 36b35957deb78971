import { allowAgain, configured, deny, invokeAsynchronously, linesOf, median, messageIn, statementsOf, succeeds } from './functions-helpers';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

let cloud: Cloud;
let fn: string;
let logGroup: string;

beforeAll(async () => {
  cloud = await startCloud('functions');
  await cloud.deploy('test/acceptance/functions.app.ts');
  fn = await cloud.idOf('Functions', 'AWS::Lambda::Function', 'Token');
  logGroup = await cloud.idOf('Functions', 'AWS::Logs::LogGroup', 'Token');
});

afterAll(async () => {
  await cloud.stop();
});

/** Has an asynchronous invocation fail for good, and returns what the destination of failures gets. */
async function fail(): Promise<any> {
  const queue = await cloud.idOf('Functions', 'AWS::SQS::Queue');
  const role = await cloud.idOf('Functions', 'AWS::IAM::Role', 'TokenRole');
  const since = Date.now();
  await deny(cloud, role, 'secretsmanager:PutSecretValue');
  try {
    await cloud.eventually('a refresh that is denied', 5, async () => (await succeeds(cloud, fn) ? undefined : true));
    await invokeAsynchronously(cloud, fn);
    const { Body } = await messageIn(cloud, queue, 'word of a refresh that failed', 15, ({ Attributes }) => Number(Attributes.SentTimestamp) > since);
    return JSON.parse(Body);
  } finally {
    await allowAgain(cloud, role);
  }
}

settles('three-attempts', [], async () => {
  const { requestContext, requestPayload, responsePayload } = await fail();

  expect(requestContext).toMatchObject({ condition: 'RetriesExhausted', approximateInvokeCount: 3 });
  expect(requestPayload).toEqual({});
  expect(responsePayload.errorMessage).toContain('secretsmanager:PutSecretValue');
});

settles('pauses-of-one-and-two-minutes', ['pauses of Lambda'], async () => {
  const { requestContext: { requestId } } = await fail();
  const ofRequest = (type: string) => linesOf(cloud, logGroup, `{ $.type = "${type}" && $.record.requestId = "${requestId}" }`);
  const { answer: [starts, ends] } = await cloud.eventually('three attempts in the log', 10, async () => {
    const lines = await Promise.all(['platform.start', 'platform.report'].map(ofRequest));
    return lines.every(({ length }) => length >= 3) ? lines : undefined;
  });
  const pauses = starts.slice(1).map(({ message }, attempt) => (
    Math.round((Date.parse(JSON.parse(message).time) - Date.parse(JSON.parse(ends[attempt].message).time)) / 1000)));
  observe('pauses-of-one-and-two-minutes', `${pauses.join(' and ')} s`);

  expect(pauses.length).toBe(2);
  // Nearer to the one and the two minutes than to half a minute more or less.
  expect(pauses.map((pause, index) => Math.abs(pause - [60, 120][index]) <= 30)).toEqual([true, true]);
});

settles('cpu-by-memory', ['CPU by memory'], async () => {
  const configure = async (memory: number, timeout: number) => {
    await cloud.aws('lambda', 'update-function-configuration', '--function-name', fn, '--memory-size', String(memory), '--timeout', String(timeout));
    await configured(cloud, fn);
  };
  const { MemorySize, Timeout } = await cloud.aws('lambda', 'get-function-configuration', '--function-name', fn);
  expect(MemorySize).toBe(256);
  const start = Date.now();
  for (const memory of [128, 256, 512]) {
    for (let run = 1; run <= 5; run++) {
      // After a change of the configuration, Lambda starts the function anew.
      await configure(memory, Timeout - run);
      expect(await succeeds(cloud, fn)).toBe(true);
    }
  }
  await configure(MemorySize, Timeout);
  const sizes = [128, 256, 512];
  const { answer } = await cloud.eventually('the reports of five starts of each size', 10, async () => {
    const lines = await linesOf(cloud, logGroup, '{ $.type = "platform.report" && $.record.status = "success" }', start);
    const reports: Record<string, number>[] = lines.map(({ message }) => JSON.parse(message).record.metrics);
    const bySize = sizes.map((memory) => reports.filter(({ memorySizeMB }) => memorySizeMB === memory));
    return bySize.every(({ length }) => length >= 5) ? bySize : undefined;
  });
  const [ms128, ms256, ms512] = answer.map((reports, index) => {
    const duration = Math.round(median(reports.map(({ durationMs }) => durationMs)));
    const init = Math.round(median(reports.map(({ initDurationMs = 0 }) => initDurationMs)));
    const peak = Math.max(...reports.map(({ maxMemoryUsedMB }) => maxMemoryUsedMB));
    observe('cpu-by-memory', `${sizes[index]} MB: ${init} ms for the start and ${duration} ms for the refresh, medians of ${reports.length}, and ${peak} MB at the most`);
    return { duration, all: init + duration };
  });

  expect(ms128.duration).toBeGreaterThan(1.2 * ms256.duration);
  expect(ms128.duration).toBeGreaterThan(1.5 * ms512.duration);
  // About a second.
  expect(ms256.all).toBeGreaterThan(250);
  expect(ms256.all).toBeLessThan(2_000);
});

settles('key-of-the-environment', ['keys'], async () => {
  const key = await cloud.idOf('Functions', 'AWS::KMS::Key');
  const encrypted = await cloud.idOf('Functions', 'AWS::Lambda::Function', 'Encrypted');
  const role = await cloud.idOf('Functions', 'AWS::IAM::Role', 'EncryptedRole');
  const { KMSKeyArn } = await cloud.aws('lambda', 'get-function-configuration', '--function-name', encrypted);
  expect(KMSKeyArn).toContain(key);
  expect(JSON.stringify(await statementsOf(cloud, role))).not.toContain('kms:');
  expect(await succeeds(cloud, encrypted)).toBe(true);
  const grantsTo = async (grantee: string): Promise<any[]> => (
    (await cloud.aws('kms', 'list-grants', '--key-id', key)).Grants.filter(({ GranteePrincipal }: any) => GranteePrincipal?.includes(grantee)));
  const grants = await grantsTo(role);
  observe('key-of-the-environment', `the grant of the role allows ${grants.flatMap(({ Operations }) => Operations).sort().join(', ')}`);
  expect(grants).toEqual(expect.arrayContaining([expect.objectContaining({ Operations: expect.arrayContaining(['Decrypt']) })]));

  const other = await cloud.idOf('Functions', 'AWS::Lambda::Function', 'Other');
  const deployer = await cloud.credentialsOf(`arn:aws:iam::${cloud.run.account}:role/${cloud.name('deployer')}`);
  await cloud.awsAs(deployer, 'lambda', 'update-function-configuration', '--function-name', other, '--description', 'changed');
  await configured(cloud, other);
  const refused = await cloud.awsAs(deployer, 'lambda', 'update-function-configuration', '--function-name', other, '--kms-key-arn', KMSKeyArn)
    .then(() => 'nothing', String);
  observe('key-of-the-environment', `without kms:CreateGrant: ${/An error occurred \((\w+)\)/.exec(refused)?.[1] ?? 'no error'}`);
  expect(refused).toMatch(/kms|grant/i);
});
