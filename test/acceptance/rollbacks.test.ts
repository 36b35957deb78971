import { allowAgain, configured, deny, linesOf, succeeds } from './functions-helpers';
import { timeOf } from '../../sandbox/aws-cli';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

const APP = 'test/acceptance/rollbacks.app.ts';
const FIRST_TOKEN = 'Custom::CodeArtifactToken';

let cloud: Cloud;
let secret: string;

beforeAll(async () => {
  cloud = await startCloud('rollbacks');
  await cloud.deploy(APP);
  secret = await cloud.idOf('Rollbacks', 'AWS::SecretsManager::Secret');
});

afterAll(async () => {
  await cloud.stop();
});

const stack = () => ['--stack-name', cloud.name('Rollbacks')];

async function status(): Promise<string> {
  return (await cloud.aws('cloudformation', 'describe-stacks', ...stack())).Stacks[0].StackStatus;
}

/** What happened to the resource of the first token since some time, the earliest first. */
async function eventsSince(time: number): Promise<{ at: number; status: string; reason: string }[]> {
  const { StackEvents } = await cloud.aws('cloudformation', 'describe-stack-events', ...stack());
  return StackEvents.filter(({ ResourceType, Timestamp }: any) => ResourceType === FIRST_TOKEN && timeOf(Timestamp) > time)
    .map(({ Timestamp, ResourceStatus, ResourceStatusReason = '' }: any) => ({ at: timeOf(Timestamp), status: ResourceStatus, reason: ResourceStatusReason }))
    .reverse();
}

/** The time of the last event so far, by the clock of CloudFormation. */
async function now(): Promise<number> {
  const { StackEvents } = await cloud.aws('cloudformation', 'describe-stack-events', ...stack());
  return Math.max(...StackEvents.map(({ Timestamp }: any) => timeOf(Timestamp)));
}

settles('function-that-does-not-start', ['the texts of CloudFormation'], async () => {
  const since = await now();
  const before = await cloud.read(secret);
  const { succeeded, output } = await cloud.cdk.deploy(APP, { change: 'code' });
  expect({ succeeded, output }).toMatchObject({ succeeded: false });
  const events = await eventsSince(since);
  const failed = events.find((event) => event.status === 'UPDATE_FAILED')!;
  const seconds = Math.round((failed.at - events.find((event) => event.status === 'UPDATE_IN_PROGRESS')!.at) / 1000);
  observe('function-that-does-not-start', `after ${seconds} s, and then ${await status()}: "${failed.reason}"`);

  expect(failed.reason).toMatch(/did not receive a response from your custom resource/i);
  expect(Math.abs(seconds - 120)).toBeLessThan(30);
  const logGroup = await cloud.idOf('Rollbacks', 'AWS::Logs::LogGroup');
  await cloud.eventually('the reason, in the log of the function', 5, async () => (
    (await linesOf(cloud, logGroup, '"a defect that keeps it from starting"')).length > 0 ? true : undefined));
  expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  // The rollback makes a token again, with the code before.
  expect(await cloud.opensTo((await cloud.read(secret)).token)).toBe(true);
  expect(await cloud.opensTo(before.token)).toBe(true);
});

settles('rollback-of-a-cold-function', [], async () => {
  const fn = await cloud.idOf('Rollbacks', 'AWS::Lambda::Function');
  const role = await cloud.idOf('Rollbacks', 'AWS::IAM::Role', 'TokenRole');
  // From outside of the stack: it is there in the deployment and in its rollback.
  await deny(cloud, role, 'secretsmanager:PutSecretValue');
  try {
    await cloud.eventually('a refresh that is denied', 5, async () => (await succeeds(cloud, fn) ? undefined : true));
    const { versionId: before } = await cloud.read(secret);
    const warm = await now();
    expect((await cloud.cdk.deploy(APP, { change: 'tag' })).succeeded).toBe(false);
    expect((await eventsSince(warm)).map((event) => event.status)).toContain('UPDATE_FAILED');
    expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');

    const cold = await now();
    const deploying = cloud.cdk.deploy(APP, { change: 'tag' });
    // The function waits for its permissions for 50 seconds on AWS. Changed meanwhile, it answers as it was before the change, and what
    // comes next, which is the rollback, starts it anew.
    await cloud.eventually('the request for a token', 10, async () => (
      (await eventsSince(cold)).find((event) => event.status === 'UPDATE_IN_PROGRESS')));
    await cloud.aws('lambda', 'update-function-configuration', '--function-name', fn, '--timeout', '59');
    await configured(cloud, fn);
    const soFar = await eventsSince(cold);
    expect((await deploying).succeeded).toBe(false);
    expect(soFar.map((event) => event.status)).not.toContain('UPDATE_FAILED');
    expect(await status()).toBe('UPDATE_ROLLBACK_FAILED');
    expect((await cloud.read(secret)).versionId).toBe(before);
  } finally {
    await allowAgain(cloud, role);
  }

  await cloud.eventually('a refresh that is allowed again', 5, async () => (await succeeds(cloud, fn) ? true : undefined));
  const { versionId: failed } = await cloud.read(secret);
  await cloud.aws('cloudformation', 'continue-update-rollback', ...stack());
  const { answer: end, seconds } = await cloud.eventually('the end of the rollback', 15, async () => {
    const reached = await status();
    return reached.endsWith('_IN_PROGRESS') ? undefined : reached;
  });
  expect(end).toBe('UPDATE_ROLLBACK_COMPLETE');
  observe('rollback-of-a-cold-function', `continued within ${seconds} s, once the cause was removed`);
  const { token, versionId } = await cloud.read(secret);
  expect(versionId).not.toBe(failed);
  expect(await cloud.opensTo(token)).toBe(true);
});
