import { EmbeddedCloud } from '../../sandbox/embedded-cloud';

// The Scheduler of the embedded cloud really fires, with the role and the input of the template.

const MINUTE = 60_000;

let cloud: EmbeddedCloud;

beforeAll(async () => {
  cloud = await EmbeddedCloud.start();
  await cloud.cdk.bootstrap();
  await cloud.cdk.deploy('test/e2e/consumer.app.ts');
}, MINUTE);

afterAll(async () => {
  await cloud.stop();
});

test('the schedule replaces the token and its tags, and the token before goes on working until it expires', async () => {
  const first = await cloud.read('token');
  cloud.codeartifact.advance(3600);
  await cloud.speedUpSchedule();
  const deadline = Date.now() + 2 * MINUTE;
  let second = first;
  while (second.tags['codeartifact:version-id'] === first.versionId && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    second = await cloud.read('token');
  }

  expect(second.token).not.toBe(first.token);
  expect(second.tags['codeartifact:version-id']).toBe(second.versionId);
  const later = Date.parse(second.tags['codeartifact:expires-at']) - Date.parse(first.tags['codeartifact:expires-at']);
  expect(later).toBeGreaterThanOrEqual(3600 * 1000);

  const status = async (token: string) =>
    (await fetch(cloud.codeartifact.repositoryUrl('acme', 'npm-store', 'npm'), { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await status(first.token)).not.toBe(401);
  cloud.codeartifact.advance(11.5 * 3600);
  expect(await status(first.token)).toBe(401);
  expect(await status(second.token)).not.toBe(401);
}, 3 * MINUTE);
