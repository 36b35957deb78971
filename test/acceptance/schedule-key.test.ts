import { allowAgain, deny, statementsOf } from './functions-helpers';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

const MINUTE = 60_000;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('schedule-key');
  await cloud.deploy('test/acceptance/schedule-key.app.ts');
});

afterAll(async () => {
  await cloud.stop();
});

settles('scheduler-deploys-a-service', ['turns of the Scheduler'], async () => {
  const service = ['--cluster', cloud.name('cluster'), '--services', await cloud.idOf('ScheduleKey', 'AWS::ECS::Service')];
  const deployments = async (): Promise<any[]> => (await cloud.aws('ecs', 'describe-services', ...service)).services[0].deployments;
  const [{ id: before }] = await deployments();
  await cloud.speedUpSchedule(await cloud.scheduleOf('ScheduleKey', 'Service'));
  const { seconds } = await cloud.eventually('a deployment by the schedule', 10, async () => (
    (await deployments()).find(({ id, status }) => id !== before && status === 'PRIMARY')));
  observe('scheduler-deploys-a-service', `a new deployment ${seconds} s after the schedule was set to every minute; the service has no containers here`);
});

settles('schedule-with-a-key', ['turns of the Scheduler', 'keys'], async () => {
  const secret = await cloud.idOf('ScheduleKey', 'AWS::SecretsManager::Secret');
  const key = await cloud.idOf('ScheduleKey', 'AWS::KMS::Key');
  const schedule = await cloud.scheduleOf('ScheduleKey', 'Token');
  const role = await cloud.idOf('ScheduleKey', 'AWS::IAM::Role', 'TokenScheduleRole');
  const { KmsKeyArn } = await cloud.aws('scheduler', 'get-schedule', '--name', schedule);
  expect(KmsKeyArn).toContain(key);
  const ofKms = (await statementsOf(cloud, role)).filter(({ Action }) => JSON.stringify(Action).includes('kms:'));
  expect(ofKms).toEqual([{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KmsKeyArn }]);

  await cloud.speedUpSchedule(schedule);
  const refreshedSince = (time: number) => async () => ((await cloud.versionsOf(secret)).some(({ created }) => created > time) ? true : undefined);
  const start = Date.now();
  await cloud.eventually('a turn of a schedule with a key', 15, refreshedSince(start));

  await deny(cloud, role, 'kms:Decrypt');
  try {
    // While there are turns, none is more than a minute and the Scheduler's precision after the last.
    const { seconds } = await cloud.eventually('five minutes without a turn, because the role may not decrypt', 40, async () => (
      Date.now() - (await cloud.versionsOf(secret)).at(-1)!.created > 5 * MINUTE ? true : undefined));
    observe('schedule-with-a-key', `with kms:Decrypt denied, the last turn came ${Math.max(0, seconds - 5 * 60)} s later`);
  } finally {
    await allowAgain(cloud, role);
  }
  await cloud.eventually('a turn since the role may decrypt again', 15, refreshedSince(Date.now()));
});
