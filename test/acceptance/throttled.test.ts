import { invokeAsynchronously } from './functions-helpers';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

const MINUTE = 60_000;
const THROTTLED_MINUTES = 25;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('throttled');
  await cloud.deploy('test/acceptance/throttled.app.ts');
});

afterAll(async () => {
  await cloud.stop();
});

settles('throttled-function-catches-up', ['pauses of Lambda'], async () => {
  const secret = await cloud.idOf('Throttled', 'AWS::SecretsManager::Secret');
  const fn = await cloud.idOf('Throttled', 'AWS::Lambda::Function');
  // The schedule must not be what refreshes in the end.
  await cloud.changeSchedule(await cloud.scheduleOf('Throttled'), { State: 'DISABLED' });
  await cloud.aws('lambda', 'put-function-concurrency', '--function-name', fn, '--reserved-concurrent-executions', '0');
  await cloud.eventually('an invocation that is throttled', 5, () => (
    cloud.invoke(fn).then(() => undefined, (error) => {
      expect(String(error)).toContain('TooManyRequestsException');
      return true;
    })));
  const before = (await cloud.versionsOf(secret)).length;
  const invoked = Date.now();
  await invokeAsynchronously(cloud, fn);
  await cloud.eventually('the end of the minutes without concurrency', THROTTLED_MINUTES + 1, async () => {
    expect(await cloud.versionsOf(secret)).toHaveLength(before);
    return Date.now() - invoked > THROTTLED_MINUTES * MINUTE ? true : undefined;
  });

  await cloud.aws('lambda', 'delete-function-concurrency', '--function-name', fn);
  const { seconds } = await cloud.eventually('the refresh that waited', 15, async () => (
    (await cloud.versionsOf(secret)).length > before ? true : undefined));
  observe('throttled-function-catches-up', `after ${THROTTLED_MINUTES} minutes without concurrency, ${seconds} s later`);
});
