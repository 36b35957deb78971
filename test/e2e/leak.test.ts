import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCloud } from './deployed';
import type { Cloud } from '../../sandbox/cloud';

// The runbook in docs/operations.md, with its own commands. That a deny ends a token that was issued before is a claim of its own:
// test/acceptance.

const APP = 'test/e2e/leak.app.ts';
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('leak');
});

afterAll(async () => {
  await cloud.stop();
});

/** The commands of the runbook, in their order. */
const [deny, end] = (() => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'operations.md'), 'utf8');
  const section = page.slice(page.indexOf('## After a leak'), page.indexOf('## An ECS service'));
  return [...section.matchAll(/```sh\n([^]*?)```/g)].map(([, command]) => command.replace(/^ +/gm, ''));
})();

async function deployed(context: Record<string, string>) {
  await cloud.deploy(APP, context);
  const { Stacks: [readers] } = await cloud.aws('cloudformation', 'describe-stacks', '--stack-name', cloud.name('Readers'));
  const { Role } = await cloud.aws('lambda', 'get-function-configuration', '--function-name', await cloud.idOf('Leak', 'AWS::Lambda::Function'));
  const { SecretName: secretName } = await cloud.outputsOf('Leak');
  return {
    secretName,
    secretArn: await cloud.idOf('Leak', 'AWS::SecretsManager::Secret'),
    readers: readers.LastUpdatedTime ?? readers.CreationTime,
    role: Role.split('/')[1],
    token: (await cloud.read(secretName)).token,
  };
}

const roles = async (): Promise<string[]> => (await cloud.aws('iam', 'list-roles')).Roles.map(({ RoleName }: any) => RoleName);

test.each([
  ['with a secretName and a roleName', true],
  ['with names that are generated', false],
])('after a leak, another role takes over, and the secret and its readers in another stack stay: %s', async (_, named) => {
  const context: Record<string, string> = named ? { secretName: cloud.name('build/token'), roleName: cloud.name('token') } : {};
  const another = { ...context, roleName: cloud.name('token-2') };
  const before = await deployed(context);
  await cloud.shell({}, deny.replaceAll('ROLE', before.role));
  const after = await deployed(another);

  expect(after.secretArn).toBe(before.secretArn);
  expect(after.secretName).toBe(before.secretName);
  expect(after.readers).toBe(before.readers); // not deployed again
  expect(after.role).toBe(another.roleName);
  expect(after.token === before.token).toBe(false);
  expect(await cloud.opensTo(after.token)).toBe(true);
  const reader = await cloud.credentialsOf(`arn:aws:iam::${cloud.run.account}:role/${cloud.name('reader')}`);
  const read = await cloud.shell(reader, `aws secretsmanager get-secret-value --secret-id ${after.secretArn} --query SecretString --output text`);
  expect(await cloud.opensTo(read.trim())).toBe(true);

  // The deny kept the old role from being deleted with the rest.
  expect(await roles()).toContain(before.role);
  await cloud.shell({}, end.replaceAll('ROLE', before.role));
  expect(await roles()).not.toContain(before.role);

  await cloud.cdk.destroy(APP, another);
});
