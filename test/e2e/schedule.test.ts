import { startCloud, testNeeding } from './deployed';
import type { Cloud } from '../../sandbox/cloud';

// The Scheduler really fires, with the input of the template. That of the embedded cloud does not take its role.

const MINUTE = 60;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('schedule');
  await cloud.deploy('test/e2e/consumer.app.ts', { minutes: '15' });
});

afterAll(async () => {
  await cloud.stop();
});

testNeeding('minutes that pass')('the schedule replaces the token and its tags, and the token before goes on working until it expires', async () => {
  const secret = await cloud.idOf('Consumer', 'AWS::SecretsManager::Secret');
  const first = await cloud.read(secret);
  await cloud.pass(5 * MINUTE);
  await cloud.speedUpSchedule(await cloud.scheduleOf('Consumer'));
  const second = await cloud.readAfter(secret, first.versionId);

  expect(second.token).not.toBe(first.token);
  const later = Date.parse(second.tags['codeartifact:expires-at']) - Date.parse(first.tags['codeartifact:expires-at']);
  expect(later).toBeGreaterThanOrEqual(5 * MINUTE * 1000);

  expect(await cloud.opensTo(first.token)).toBe(true);
  await cloud.pass(11 * MINUTE);
  expect(await cloud.opensTo(first.token)).toBe(false);
  expect(await cloud.opensTo(second.token)).toBe(true);
});
