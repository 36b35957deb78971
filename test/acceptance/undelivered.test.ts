import { allowAgain, deny, invokeAsynchronously, messageIn, succeeds } from './functions-helpers';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

const MINUTE = 60_000;
const MAXIMUM_AGE_SECONDS = 180;

let cloud: Cloud;
let secret: string;
let deadLetters: string;

beforeAll(async () => {
  cloud = await startCloud('undelivered');
  await cloud.deploy('test/acceptance/undelivered.app.ts');
  secret = await cloud.idOf('Undelivered', 'AWS::SecretsManager::Secret');
  deadLetters = await cloud.idOf('Undelivered', 'AWS::SQS::Queue');
});

afterAll(async () => {
  await cloud.stop();
});

/** Has the schedule fire at a rate, and give up sooner. */
async function fireAt(rate: string): Promise<void> {
  const name = await cloud.scheduleOf('Undelivered');
  const { Target } = await cloud.aws('scheduler', 'get-schedule', '--name', name);
  await cloud.changeSchedule(name, {
    ScheduleExpression: rate,
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1 },
    Target: { ...Target, RetryPolicy: { ...Target.RetryPolicy, MaximumEventAgeInSeconds: MAXIMUM_AGE_SECONDS } },
  });
}

/** What the Scheduler says in the dead-letter queue of a turn since some time. */
async function undelivered(since: number): Promise<any> {
  return messageIn(cloud, deadLetters, 'a turn that could not be delivered', 15, ({ Attributes, MessageAttributes }) => (
    MessageAttributes?.SCHEDULE_ARN !== undefined && Number(Attributes.SentTimestamp) > since));
}

settles('turns-within-the-window', ['turns of the Scheduler'], async () => {
  const interval = 2 * MINUTE;
  const changed = Date.now();
  await fireAt('rate(2 minutes)');
  const { answer } = await cloud.eventually('six turns of the schedule', 20, async () => {
    const turns = (await cloud.versionsOf(secret)).map(({ created }) => created).filter((time) => time > changed);
    return turns.length >= 6 ? turns : undefined;
  });
  // A turn before the change may still come after it.
  const turns = answer.slice(1);
  const phases = turns.map((time, turn) => time - turn * interval);
  const spread = Math.max(...phases) - Math.min(...phases);
  const gaps = turns.slice(1).map((time, turn) => Math.round((time - turns[turn]) / 1000));
  observe('turns-within-the-window', `gaps of ${gaps.join(', ')} s with an interval of 2 minutes and a window of 1`);
  // A minute for the window, a minute for the Scheduler's precision, and what a refresh takes.
  expect(spread).toBeLessThanOrEqual(2 * MINUTE + 10_000);

  const role = await cloud.idOf('Undelivered', 'AWS::IAM::Role', 'TokenScheduleRole');
  const denied = Date.now();
  await deny(cloud, role, 'lambda:InvokeFunction');
  try {
    const { Attributes, MessageAttributes } = await undelivered(denied);
    const told = (name: string) => MessageAttributes[name]?.StringValue;
    const age = Math.round((Number(Attributes.SentTimestamp) - Date.parse(told('SCHEDULED_TIME'))) / 1000);
    observe('turns-within-the-window', `without permission to invoke, ${told('ERROR_CODE')}: given up after ${told('RETRY_ATTEMPTS')} retries`
      + ` and ${age} s, of ${MAXIMUM_AGE_SECONDS} at the most, because of ${told('EXHAUSTED_RETRY_CONDITION')}`);
    expect(Number(told('RETRY_ATTEMPTS'))).toBeGreaterThan(0);
    expect(told('EXHAUSTED_RETRY_CONDITION')).toMatch(/age/i);
  } finally {
    await allowAgain(cloud, role);
  }
  const allowed = Date.now();
  await cloud.eventually('a turn since the Scheduler may invoke again', 15, async () => (
    (await cloud.versionsOf(secret)).find(({ created }) => created > allowed)));
});

settles('dead-letter-queue', ['turns of the Scheduler', 'dead-letter queues'], async () => {
  await fireAt('rate(1 hour)');
  const fn = await cloud.idOf('Undelivered', 'AWS::Lambda::Function');
  const functionRole = await cloud.idOf('Undelivered', 'AWS::IAM::Role', 'TokenRole');
  const since = Date.now();
  await deny(cloud, functionRole, 'secretsmanager:PutSecretValue');
  try {
    await cloud.eventually('a refresh that is denied', 5, async () => (await succeeds(cloud, fn) ? undefined : true));
    await invokeAsynchronously(cloud, fn);
    const ofLambda = await messageIn(cloud, deadLetters, 'an invocation whose attempts failed', 15, ({ Attributes, MessageAttributes }) => (
      MessageAttributes?.RequestID !== undefined && Number(Attributes.SentTimestamp) > since));
    expect(ofLambda.Body).toBe('{}');
    expect(ofLambda.MessageAttributes.ErrorMessage.StringValue).toContain('secretsmanager:PutSecretValue on arn:aws:secretsmanager:');
    observe('dead-letter-queue', `Lambda sends the event with the attributes ${Object.keys(ofLambda.MessageAttributes).sort().join(', ')}`);
  } finally {
    await allowAgain(cloud, functionRole);
  }

  const scheduleRole = await cloud.idOf('Undelivered', 'AWS::IAM::Role', 'TokenScheduleRole');
  const before = Date.now();
  await deny(cloud, scheduleRole, 'lambda:InvokeFunction');
  try {
    await fireAt('rate(2 minutes)');
    const ofScheduler = await undelivered(before);
    expect(ofScheduler.Body).toBe('{}');
    observe('dead-letter-queue', `the Scheduler sends it with ${Object.keys(ofScheduler.MessageAttributes).sort().join(', ')}`);
  } finally {
    await allowAgain(cloud, scheduleRole);
  }
});
