import { faults } from '../../sandbox/codeartifact-errors';
import { EmbeddedCloud } from '../../sandbox/embedded-cloud';
import { ACCOUNT, REGION } from '../../sandbox/ministack';

// Real deployments: the CDK CLI, the shipped handler in Lambda's Node, IAM enforced. CodeArtifact is the stand-in.

const APP = 'test/e2e/consumer.app.ts';
const MINUTE = 60_000;

let cloud: EmbeddedCloud;

beforeAll(async () => {
  cloud = await EmbeddedCloud.start();
  await cloud.cdk.bootstrap();
});

afterAll(async () => {
  await cloud.stop();
});

/** How long CloudFormation was busy with the resource of a type before it failed. */
async function timeOf(type: string): Promise<number> {
  const { StackEvents } = await cloud.aws('cloudformation', 'describe-stack-events', '--stack-name', 'Consumer');
  const events: any[] = StackEvents.filter(({ ResourceType }: any) => ResourceType === type);
  const at = (status: string) => Date.parse(events.find(({ ResourceStatus }) => ResourceStatus === status).Timestamp);
  return at('CREATE_FAILED') - at('CREATE_IN_PROGRESS');
}

/** The error that the CDK CLI shows, its lines joined as they were before it broke them. */
const errorOf = (output: string) => output.slice(output.indexOf('DeploymentError')).replace(/\s+/g, ' ');

test('a consumer that fails without a token deploys, and only the ARN that it reads says that it comes later', async () => {
  const { succeeded, output } = await cloud.cdk.deploy(APP);
  expect({ succeeded, output }).toMatchObject({ succeeded: true });

  const { token, versionId, tags } = await cloud.read('token');
  expect(cloud.codeartifact.issued).toEqual([token]);
  expect(tags['codeartifact:version-id']).toBe(versionId);
  const { TemplateBody } = await cloud.aws('cloudformation', 'get-template', '--stack-name', 'Consumer');
  const dependents = Object.entries<any>(TemplateBody.Resources).filter(([, resource]) => JSON.stringify(resource.DependsOn ?? '').includes('FirstToken'));
  expect(dependents).toEqual([]);
});

test('a change of the settings makes a new token at once, in the same secret', async () => {
  const before = await cloud.aws('secretsmanager', 'describe-secret', '--secret-id', 'token');
  const { token } = await cloud.read('token');
  await cloud.cdk.deploy(APP, { hours: '6' });

  const after = await cloud.read('token');
  expect(after.token).not.toBe(token);
  expect(cloud.codeartifact.requests.at(-1)!.parameters.duration).toBe('21600');
  expect((await cloud.aws('secretsmanager', 'describe-secret', '--secret-id', 'token')).ARN).toBe(before.ARN);
});

test('a change of the format makes a new token at once, in the fields of its readers', async () => {
  await cloud.cdk.deploy(APP, { hours: '6', format: 'json' });

  const { token: value, tags } = await cloud.read('token');
  const token = cloud.codeartifact.issued.at(-1)!;
  const host = `acme-${ACCOUNT}.d.codeartifact.${REGION}.amazonaws.com`;
  expect(JSON.parse(value)).toEqual({
    username: 'aws',
    password: token,
    expires_at: String(Date.parse(tags['codeartifact:expires-at']) / 1000),
    CODEARTIFACT_AUTH_TOKEN: token,
    NPMRC: `registry=https://${host}/npm/npm-store/\n//${host}/npm/npm-store/:_authToken=${token}\n`,
  });
  await cloud.cdk.deploy(APP);
});

test('a change to a domain that does not exist fails by its name, and the token before goes on working', async () => {
  const { succeeded, output } = await cloud.cdk.deploy(APP, { domain: 'unknown' });

  expect(succeeded).toBe(false);
  expect(errorOf(output)).toContain(`codeartifact:GetAuthorizationToken on arn:aws:codeartifact:${REGION}:${ACCOUNT}:domain/unknown failed:`
    + ` ResourceNotFoundException: Domain not found. Domain 'unknown' owned by account '${ACCOUNT}' does not exist. The secret arn:`);
  const { token } = await cloud.read('token');
  expect(await cloud.opensTo(token)).toBe(true);
});

test('a stack is deleted even when CodeArtifact lets nobody in', async () => {
  cloud.codeartifact.failNext(faults.noGetAuthorizationToken, 1_000);
  const { succeeded } = await cloud.cdk.destroy(APP);
  cloud.codeartifact.forgetFaults();

  expect(succeeded).toBe(true);
  expect((await cloud.aws('secretsmanager', 'list-secrets')).SecretList).toEqual([]);
});

test('the same consumer does fail on an empty secret', async () => {
  const { succeeded, output } = await cloud.cdk.deploy(APP, { reads: 'empty' });

  expect(succeeded).toBe(false);
  expect(output).toContain('the consumer found no token: ResourceNotFoundException');
});

test('a permission that arrives late is waited for', async () => {
  await cloud.cdk.destroy(APP);
  cloud.codeartifact.failNext(faults.noGetServiceBearerToken, 3);
  const { succeeded, output } = await cloud.cdk.deploy(APP);

  expect({ succeeded, output }).toMatchObject({ succeeded: true });
});

test.each([
  ['codeartifact:GetAuthorizationToken', faults.noGetAuthorizationToken, `arn:aws:codeartifact:${REGION}:${ACCOUNT}:domain/acme`],
  ['sts:GetServiceBearerToken', faults.noGetServiceBearerToken, '*'],
])('a first token that %s is missing for fails the deployment within two minutes, by its name and resource', async (action, fault, resource) => {
  await cloud.cdk.destroy(APP);
  cloud.codeartifact.failNext(fault, 1_000);
  const { succeeded, output } = await cloud.cdk.deploy(APP);
  cloud.codeartifact.forgetFaults();

  expect(succeeded).toBe(false);
  expect(await timeOf('Custom::CodeArtifactToken')).toBeLessThan(2 * MINUTE);
  expect(errorOf(output)).toContain(`is not authorized to perform: ${action} on resource: ${resource}`);
  // What is left after the rollback is deleted without a call.
  expect((await cloud.aws('secretsmanager', 'list-secrets')).SecretList).toEqual([]);
});
