import { embedded, startCloud, testNeeding } from './deployed';
import type { Cloud } from '../../sandbox/cloud';
import { faults } from '../../sandbox/codeartifact-errors';
import { ACCOUNT, REGION } from '../../sandbox/ministack';

// Real deployments: the CDK CLI, the shipped handler in Lambda's Node, IAM enforced. CodeArtifact is the stand-in where the cloud is embedded.

const APP = 'test/e2e/consumer.app.ts';
const MINUTE = 60_000;

let cloud: Cloud;
let account: string;
let region: string;

beforeAll(async () => {
  cloud = await startCloud('first');
  ({ account, region } = cloud.run);
});

afterAll(async () => {
  await cloud.stop();
});

const secret = () => cloud.idOf('Consumer', 'AWS::SecretsManager::Secret');

/** How long CloudFormation was busy with the resource of a type before it failed. */
async function failedAfter(type: string): Promise<number> {
  const { StackEvents } = await cloud.aws('cloudformation', 'describe-stack-events', '--stack-name', cloud.name('Consumer'));
  const events: any[] = StackEvents.filter(({ ResourceType }: any) => ResourceType === type);
  const at = (status: string) => Date.parse(events.find(({ ResourceStatus }) => ResourceStatus === status).Timestamp);
  return at('CREATE_FAILED') - at('CREATE_IN_PROGRESS');
}

/** The error that the CDK CLI shows, its lines joined as they were before it broke them. */
const errorOf = (output: string) => output.slice(output.indexOf('DeploymentError')).replace(/\s+/g, ' ');

test('a consumer that fails without a token deploys, and only the ARN that it reads says that it comes later', async () => {
  await cloud.deploy(APP);

  const { token, versionId, tags } = await cloud.read(await secret());
  expect(await cloud.opensTo(token)).toBe(true);
  expect(await cloud.tokensAskedFor(await secret())).toBe(1);
  expect(tags['codeartifact:version-id']).toBe(versionId);
  const { TemplateBody } = await cloud.aws('cloudformation', 'get-template', '--stack-name', cloud.name('Consumer'));
  const dependents = Object.entries<any>(TemplateBody.Resources).filter(([, resource]) => JSON.stringify(resource.DependsOn ?? '').includes('FirstToken'));
  expect(dependents).toEqual([]);
});

test('a change of the settings makes a new token at once, in the same secret', async () => {
  const arn = await secret();
  const before = await cloud.read(arn);
  await cloud.deploy(APP, { minutes: '360' });

  const after = await cloud.read(await secret());
  expect(after.versionId).not.toBe(before.versionId);
  const { created } = (await cloud.versionsOf(arn)).find(({ id }) => id === after.versionId)!;
  const lives = (Date.parse(after.tags['codeartifact:expires-at']) - created) / MINUTE;
  expect(Math.abs(lives - 360)).toBeLessThan(5);
  expect(await secret()).toBe(arn);
});

test('a change of the format makes a new token at once, in the fields of its readers', async () => {
  await cloud.deploy(APP, { minutes: '360', format: 'json' });

  const { token: value, tags } = await cloud.read(await secret());
  const { password, ...fields } = JSON.parse(value);
  expect(await cloud.opensTo(password)).toBe(true);
  const host = `${cloud.run.domain}-${account}.d.codeartifact.${region}.amazonaws.com`;
  const withoutToken = JSON.parse(JSON.stringify(fields).replaceAll(password, 'TOKEN'));
  expect(withoutToken).toEqual({
    username: 'aws',
    expires_at: String(Date.parse(tags['codeartifact:expires-at']) / 1000),
    CODEARTIFACT_AUTH_TOKEN: 'TOKEN',
    NPMRC: `registry=https://${host}/npm/npm-store/\n//${host}/npm/npm-store/:_authToken=TOKEN\n`,
  });
  await cloud.deploy(APP);
});

test('a change to a domain that does not exist fails by its name, and the token before goes on working', async () => {
  const unknown = cloud.name('unknown');
  const { succeeded, output } = await cloud.cdk.deploy(APP, { domain: unknown });

  expect(succeeded).toBe(false);
  expect(errorOf(output)).toContain(`codeartifact:GetAuthorizationToken on arn:aws:codeartifact:${region}:${account}:domain/${unknown} failed:`
    + ` ResourceNotFoundException: Domain not found. Domain '${unknown}' owned by account '${account}' does not exist. The secret arn:`);
  const { token } = await cloud.read(await secret());
  expect(await cloud.opensTo(token)).toBe(true);
});

testNeeding('faults')('a stack is deleted even when CodeArtifact lets nobody in', async () => {
  embedded(cloud).codeartifact.failNext(faults.noGetAuthorizationToken, 1_000);
  const { succeeded } = await cloud.cdk.destroy(APP);
  embedded(cloud).codeartifact.forgetFaults();

  expect(succeeded).toBe(true);
  expect((await cloud.aws('secretsmanager', 'list-secrets')).SecretList).toEqual([]);
});

test('the same consumer does fail on an empty secret', async () => {
  const { succeeded, output } = await cloud.cdk.deploy(APP, { reads: 'empty' });

  expect(succeeded).toBe(false);
  expect(output).toContain('the consumer found no token: ResourceNotFoundException');
});

testNeeding('faults')('a permission that arrives late is waited for', async () => {
  await cloud.cdk.destroy(APP);
  embedded(cloud).codeartifact.failNext(faults.noGetServiceBearerToken, 3);
  const { succeeded, output } = await cloud.cdk.deploy(APP);

  expect({ succeeded, output }).toMatchObject({ succeeded: true });
});

testNeeding('faults').each([
  ['codeartifact:GetAuthorizationToken', faults.noGetAuthorizationToken, `arn:aws:codeartifact:${REGION}:${ACCOUNT}:domain/acme`],
  ['sts:GetServiceBearerToken', faults.noGetServiceBearerToken, '*'],
])('a first token that %s is missing for fails the deployment within two minutes, by its name and resource', async (action, fault, resource) => {
  await cloud.cdk.destroy(APP);
  embedded(cloud).codeartifact.failNext(fault, 1_000);
  const { succeeded, output } = await cloud.cdk.deploy(APP);
  embedded(cloud).codeartifact.forgetFaults();

  expect(succeeded).toBe(false);
  expect(await failedAfter('Custom::CodeArtifactToken')).toBeLessThan(2 * MINUTE);
  expect(errorOf(output)).toContain(`is not authorized to perform: ${action} on resource: ${resource}`);
  // What is left after the rollback is deleted without a call.
  expect((await cloud.aws('secretsmanager', 'list-secrets')).SecretList).toEqual([]);
});
