import { statementsOf } from './functions-helpers';
import { timeOf } from '../../sandbox/aws-cli';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

const APP = 'test/acceptance/schedules.app.ts';
const MINUTE = 60_000;
/** The flexible window of an interval of 10 or 11 minutes. */
const WINDOW = MINUTE;
/** A turn is precise to a minute, and a refresh takes some seconds. */
const LATE = 1.5 * MINUTE;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('schedules');
  await cloud.deploy(APP);
});

afterAll(async () => {
  await cloud.stop();
});

/** Seconds from a time to the first refresh after it. */
async function secondsToRefresh(secret: string, since: number, minutes: number): Promise<number> {
  const { answer } = await cloud.eventually('a turn of the schedule', minutes, async () => (
    (await cloud.versionsOf(secret)).find(({ created }) => created > since)));
  return Math.round((answer.created - since) / 1000);
}

/** Which of the two it was. */
function expectAtOnceOrAfter(interval: number, seconds: number): void {
  const inTime = (turn: number) => seconds * 1000 >= turn - MINUTE && seconds * 1000 <= turn + WINDOW + LATE;
  expect({ seconds, atOnceOrAnIntervalLater: inTime(0) || inTime(interval) }).toEqual({ seconds, atOnceOrAnIntervalLater: true });
}

settles('first-turn-of-a-schedule', ['turns of the Scheduler'], async () => {
  const secret = await cloud.idOf('Schedules', 'AWS::SecretsManager::Secret', 'Token');
  const name = await cloud.scheduleOf('Schedules', 'Token');
  const { CreationDate } = await cloud.aws('scheduler', 'get-schedule', '--name', name);
  const afterCreation = await secondsToRefresh(secret, timeOf(CreationDate), 15);
  observe('first-turn-of-a-schedule', `with an interval of 10 minutes and a window of 1, ${afterCreation} s after the schedule was made`);
  expectAtOnceOrAfter(10 * MINUTE, afterCreation);

  await cloud.deploy(APP, { interval: '11' });
  const { LastModificationDate } = await cloud.aws('scheduler', 'get-schedule', '--name', name);
  const afterChange = await secondsToRefresh(secret, timeOf(LastModificationDate), 16);
  observe('first-turn-of-a-schedule', `and ${afterChange} s after its interval was changed to 11 minutes`);
  expectAtOnceOrAfter(11 * MINUTE, afterChange);
});

settles('role-of-the-schedule', ['turns of the Scheduler'], async () => {
  const group = cloud.name('group');
  for (const [logicalId, groupName] of [['Token', 'default'], ['Grouped', group]]) {
    const role = await cloud.idOf('Schedules', 'AWS::IAM::Role', `${logicalId}ScheduleRole`);
    const { Role: { AssumeRolePolicyDocument } } = await cloud.aws('iam', 'get-role', '--role-name', role);
    const { account, region } = cloud.run;
    expect(AssumeRolePolicyDocument.Statement).toMatchObject([{
      Condition: {
        StringEquals: {
          'aws:SourceAccount': account,
          'aws:SourceArn': `arn:aws:scheduler:${region}:${account}:schedule-group/${groupName}`,
        },
      },
    }]);
    const functionName = await cloud.idOf('Schedules', 'AWS::Lambda::Function', logicalId);
    expect(await statementsOf(cloud, role)).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: `arn:aws:lambda:${region}:${account}:function:${functionName}` },
    ]);
    // Nothing but the role lets the Scheduler in.
    await expect(cloud.aws('lambda', 'get-policy', '--function-name', functionName)).rejects.toThrow('ResourceNotFoundException');

    const name = await cloud.scheduleOf('Schedules', logicalId);
    const { CreationDate } = await cloud.aws('scheduler', 'get-schedule', '--name', name, '--group-name', groupName);
    const secret = await cloud.idOf('Schedules', 'AWS::SecretsManager::Secret', logicalId);
    const seconds = await secondsToRefresh(secret, timeOf(CreationDate), 15);
    observe('role-of-the-schedule', `in the group ${groupName === group ? 'of its own' : groupName}, after ${seconds} s`);
  }
});
