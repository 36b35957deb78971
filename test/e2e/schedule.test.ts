import { EmbeddedCloud } from '../../sandbox/embedded-cloud';

// The Scheduler of the embedded cloud really fires, with the input of the template. It does not take its role.

let cloud: EmbeddedCloud;

beforeAll(async () => {
  cloud = await EmbeddedCloud.start();
  await cloud.cdk.bootstrap();
  await cloud.cdk.deploy('test/e2e/consumer.app.ts');
});

afterAll(async () => {
  await cloud.stop();
});

test('the schedule replaces the token and its tags, and the token before goes on working until it expires', async () => {
  const first = await cloud.read('token');
  cloud.codeartifact.advance(3600);
  await cloud.speedUpSchedule();
  const second = await cloud.readAfter('token', first.versionId);

  expect(second.token).not.toBe(first.token);
  expect(second.tags['codeartifact:version-id']).toBe(second.versionId);
  const later = Date.parse(second.tags['codeartifact:expires-at']) - Date.parse(first.tags['codeartifact:expires-at']);
  expect(later).toBeGreaterThanOrEqual(3600 * 1000);

  expect(await cloud.opensTo(first.token)).toBe(true);
  cloud.codeartifact.advance(11.5 * 3600);
  expect(await cloud.opensTo(first.token)).toBe(false);
  expect(await cloud.opensTo(second.token)).toBe(true);
});
