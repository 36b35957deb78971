import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newToken, secondsUntilClosed } from './tokens-helpers';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

// The first command of the runbook in docs/operations.md. test/e2e/leak.test.ts has the rest of it.

const [, deny] = /```sh\n([^]*?)```/.exec(readFileSync(join(__dirname, '..', '..', 'docs', 'operations.md'), 'utf8').split('## After a leak')[1])!;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('deny');
  await cloud.deploy('test/e2e/consumer.app.ts');
});

afterAll(async () => {
  await cloud.stop();
});

settles('deny-reaches-issued-tokens', ['policies of CodeArtifact'], async () => {
  const { token } = await cloud.read(await cloud.idOf('Consumer', 'AWS::SecretsManager::Secret'));
  const { Role } = await cloud.aws('lambda', 'get-function-configuration', '--function-name', await cloud.idOf('Consumer', 'AWS::Lambda::Function', 'Token'));
  const role = Role.split('/').pop();
  const { token: ofAnother } = await newToken(cloud, {}, cloud.run.domain, '--duration-seconds', '3600');
  await cloud.eventually('the token opens the repository', 5, async () => await cloud.opensTo(token) || undefined);

  await cloud.shell({}, deny.replaceAll('ROLE', role));
  try {
    const seconds = await secondsUntilClosed(cloud, 'a deny ends a token that was issued before', 30, () => cloud.opensTo(token));
    observe('deny-reaches-issued-tokens', `after ${seconds} s`);
    expect(seconds).toBeLessThan(10 * 60);
    expect(await cloud.opensTo(ofAnother)).toBe(true);
  } finally {
    // A role with a policy of somebody else would not be deleted with its stack.
    await cloud.aws('iam', 'delete-role-policy', '--role-name', role, '--policy-name', 'Leaked');
  }
});
