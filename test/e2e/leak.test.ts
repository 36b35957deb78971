import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedCloud } from '../../sandbox/embedded-cloud';
import { ACCOUNT } from '../../sandbox/ministack';

// The runbook in docs/operations.md, with its own commands. CodeArtifact is a stand-in that knows no roles: that a deny ends a token that
// was issued before is not shown here.

const APP = 'test/e2e/leak.app.ts';
let cloud: EmbeddedCloud;

beforeAll(async () => {
  cloud = await EmbeddedCloud.start();
  await cloud.cdk.bootstrap();
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
  const { succeeded, output } = await cloud.cdk.deploy(APP, context);
  expect({ succeeded, output }).toMatchObject({ succeeded: true });
  const { StackResources } = await cloud.aws('cloudformation', 'describe-stack-resources', '--stack-name', 'Leak');
  const { Stacks: [readers] } = await cloud.aws('cloudformation', 'describe-stacks', '--stack-name', 'Readers');
  const { Stacks: [{ Outputs: outputs }] } = await cloud.aws('cloudformation', 'describe-stacks', '--stack-name', 'Leak');
  const idOf = (type: string) => StackResources.find(({ ResourceType }: any) => ResourceType === type).PhysicalResourceId;
  const { Role } = await cloud.aws('lambda', 'get-function-configuration', '--function-name', idOf('AWS::Lambda::Function'));
  const secretName = outputs.find(({ OutputKey }: any) => OutputKey === 'SecretName').OutputValue;
  return {
    secretName,
    secretArn: idOf('AWS::SecretsManager::Secret'),
    readers: readers.LastUpdatedTime ?? readers.CreationTime,
    role: Role.split('/')[1],
    token: (await cloud.read(secretName)).token,
  };
}

const roles = async (): Promise<string[]> => (await cloud.aws('iam', 'list-roles')).Roles.map(({ RoleName }: any) => RoleName);

test.each([
  ['with a secretName and a roleName', { secretName: 'build/token', roleName: 'acme-token' }],
  ['with names that are generated', {}],
])('after a leak, another role takes over, and the secret and its readers in another stack stay: %s', async (_, context) => {
  const before = await deployed(context);
  await cloud.shell({}, deny.replaceAll('ROLE', before.role));
  const after = await deployed({ ...context, roleName: 'acme-token-2' });

  expect(after.secretArn).toBe(before.secretArn);
  expect(after.secretName).toBe(before.secretName);
  expect(after.readers).toBe(before.readers); // not deployed again
  expect(after.role).toBe('acme-token-2');
  expect(after.token).not.toBe(before.token);
  expect(cloud.codeartifact.issued.at(-1)).toBe(after.token);
  const reader = await cloud.credentialsOf(`arn:aws:iam::${ACCOUNT}:role/reader`);
  const read = await cloud.shell(reader, `aws secretsmanager get-secret-value --secret-id ${after.secretArn} --query SecretString --output text`);
  expect(await cloud.opensTo(read.trim())).toBe(true);

  // The deny kept the old role from being deleted with the rest.
  expect(await roles()).toContain(before.role);
  await cloud.shell({}, end.replaceAll('ROLE', before.role));
  expect(await roles()).not.toContain(before.role);

  await cloud.cdk.destroy(APP, { ...context, roleName: 'acme-token-2' });
});
