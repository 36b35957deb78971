import { startCloud } from './deployed';
import type { Cloud } from '../../sandbox/cloud';

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('ops');
  await cloud.deploy('test/e2e/operations.app.ts');
});

afterAll(async () => {
  await cloud.stop();
});

test('the command that the dashboard shows refreshes now, for an operator who may do nothing else', async () => {
  const dashboard = await cloud.idOf('Operations', 'AWS::CloudWatch::Dashboard');
  const { DashboardBody } = await cloud.aws('cloudwatch', 'get-dashboard', '--dashboard-name', dashboard);
  const [, command] = /```\n(.*)\n```/.exec(JSON.parse(DashboardBody).widgets[0].properties.markdown)!;
  const secret = await cloud.idOf('Operations', 'AWS::SecretsManager::Secret');
  const before = await cloud.read(secret);
  const operator = await cloud.credentialsOf(`arn:aws:iam::${cloud.run.account}:role/${cloud.name('operator')}`);
  const output = await cloud.shell(operator, command);
  const after = await cloud.read(secret);

  expect(output).toContain(after.versionId);
  expect(output).not.toContain(after.token.slice(0, 8));
  expect(after.versionId).not.toBe(before.versionId);
  expect(await cloud.opensTo(after.token)).toBe(true);
  await expect(cloud.shell(operator, `aws secretsmanager get-secret-value --secret-id ${secret}`)).rejects.toThrow('AccessDenied');
});

// MiniStack's Scheduler has no universal targets: the test makes the call in its place, from what the deployed schedule
// says, with the schedule's role.
test('the call of the schedule, made with its role, deploys the service anew, and the role may do nothing else', async () => {
  const { Target } = await cloud.aws('scheduler', 'get-schedule', '--name', await cloud.scheduleOf('Operations', 'Service'));
  expect(Target.Arn).toBe('arn:aws:scheduler:::aws-sdk:ecs:updateService');
  const scheduler = await cloud.credentialsOf(Target.RoleArn);
  // A universal target takes the parameters of the API with an upper-case first letter.
  const parameters = JSON.stringify(JSON.parse(Target.Input), (_, value) => (value instanceof Object
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key[0].toLowerCase() + key.slice(1), member]))
    : value));
  const cluster = cloud.name('cluster');
  const deployments = async () => (await cloud.aws('ecs', 'describe-services', '--cluster', cluster, '--services', 'service')).services[0].deployments;
  const before = await deployments();
  await cloud.shell(scheduler, `aws ecs update-service --cli-input-json '${parameters}'`);
  const after = await deployments();

  expect(after[0].id).not.toBe(before[0].id);
  await expect(cloud.shell(scheduler, `aws ecs delete-service --cluster ${cluster} --service service`)).rejects.toThrow('AccessDenied');
});
