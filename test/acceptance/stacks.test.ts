import { linesOf, messageIn, queueCommand, succeeds } from './functions-helpers';
import type { Cloud, StackResource } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

const APP = 'test/acceptance/stacks.app.ts';
const MINUTE = 60_000;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('stacks');
});

afterAll(async () => {
  await cloud.stop();
});

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

settles('new-policy-is-believed', ['delays of IAM'], async () => {
  await cloud.deploy(APP, { stack: 'NewRoles' });
  const resources = await cloud.resourcesOf('NewRoles');
  const logGroups = resources.filter(({ ResourceType }) => ResourceType === 'AWS::Logs::LogGroup').map(({ PhysicalResourceId }) => PhysicalResourceId);
  expect(logGroups.length).toBe(6);
  const waits = await Promise.all(logGroups.map(async (logGroup) => {
    const { answer: [{ message }] } = await cloud.eventually('the first token, in the log', 5, async () => {
      const lines = await linesOf(cloud, logGroup, '"The token was refreshed"');
      return lines.length > 0 ? lines : undefined;
    });
    const { GetAuthorizationTokenLatency, PutSecretValueLatency, TagResourceLatency } = JSON.parse(message);
    return [GetAuthorizationTokenLatency, PutSecretValueLatency, TagResourceLatency];
  }));
  // A call that is denied is made again after half a second, one second, two and so on.
  const waited = waits.filter((calls) => calls.some((ms) => ms > 500)).length;
  const [slowest] = waits.sort((a, b) => sum(b) - sum(a));
  observe('new-policy-is-believed', `${waited} of ${waits.length} first tokens waited for a permission;`
    + ` the slowest took ${slowest.join(', ')} ms for its three calls, of 50 s that it may`);
  expect(sum(slowest)).toBeLessThan(50_000);
});

settles('answer-url-is-open', ['URLs of CloudFormation'], async () => {
  const deploying = cloud.cdk.deploy(APP, { stack: 'Unanswered' });
  const { answer: queue } = await cloud.eventually('the queue of the requests', 10, () => (
    cloud.idOf('Unanswered', 'AWS::SQS::Queue').then((id) => id || undefined, () => undefined)));
  const { Body } = await messageIn(cloud, queue, 'the request of CloudFormation', 10, () => true);
  const request = JSON.parse(Body);
  // Without credentials: fetch has none.
  const answer = async () => {
    const { status } = await fetch(request.ResponseURL, {
      method: 'PUT',
      headers: { 'content-type': '' },
      body: JSON.stringify({
        Status: 'SUCCESS',
        Reason: '',
        PhysicalResourceId: 'answered-by-the-test',
        ...Object.fromEntries(['StackId', 'RequestId', 'LogicalResourceId'].map((key) => [key, request[key]])),
      }),
    });
    return status;
  };
  expect(await answer()).toBe(200);
  const { succeeded } = await deploying;

  expect(succeeded).toBe(true);
  expect(await cloud.idOf('Unanswered', 'AWS::CloudFormation::CustomResource')).toBe('answered-by-the-test');
  const afterwards = await answer();
  const { searchParams } = new URL(request.ResponseURL);
  const seconds = Number(searchParams.get('X-Amz-Expires') ?? Number(searchParams.get('Expires')) - Date.now() / 1000);
  observe('answer-url-is-open', `for ${Math.round(seconds / 60)} minutes, and also when the stack is complete (status ${afterwards})`);
  expect(seconds).toBeGreaterThan(60 * 60);
  expect(seconds).toBeLessThan(24 * 60 * 60);
});

settles('dynamic-reference-is-read-once', [], async () => {
  const referring = async (): Promise<string> => {
    const name = await cloud.idOf('Reference', 'AWS::SSM::Parameter', 'Referring');
    return (await cloud.aws('ssm', 'get-parameter', '--name', name)).Parameter.Value;
  };
  await cloud.deploy(APP, { stack: 'Reference' });
  const secret = await cloud.idOf('Reference', 'AWS::SecretsManager::Secret');
  // A schedule may have its first turn at once: whatever was in the secret then, it is not what comes now.
  const first = await referring();
  expect(await succeeds(cloud, await cloud.idOf('Reference', 'AWS::Lambda::Function'))).toBe(true);
  const same = async () => [(await referring()) === first, (await referring()) === (await cloud.read(secret)).token];
  expect(await same()).toEqual([true, false]);

  await cloud.deploy(APP, { stack: 'Reference' });
  expect(await same()).toEqual([true, false]);
  await cloud.deploy(APP, { stack: 'Reference', others: '1' });
  expect(await same()).toEqual([true, false]);

  await cloud.deploy(APP, { stack: 'Reference', others: '1', description: 'second' });
  expect((await same())[0]).toBe(false);
  observe('dynamic-reference-is-read-once', 'read again when the description of the parameter changed, and not when another resource did');
});

/** How to ask for a resource of each type, which an error or an empty answer says to be gone. */
const ASK: Record<string, (id: string) => string[]> = {
  'AWS::CloudWatch::Alarm': (id) => ['cloudwatch', 'describe-alarms', '--alarm-names', id, '--query', 'MetricAlarms'],
  'AWS::CloudWatch::Dashboard': (id) => ['cloudwatch', 'get-dashboard', '--dashboard-name', id],
  'AWS::ECS::Cluster': (id) => ['ecs', 'describe-clusters', '--clusters', id, '--query', "clusters[?status=='ACTIVE']"],
  'AWS::ECS::Service': (id) => [
    'ecs', 'describe-services', '--cluster', id.split('/')[1], '--services', id, '--query', "services[?status=='ACTIVE']",
  ],
  'AWS::IAM::Role': (id) => ['iam', 'get-role', '--role-name', id],
  'AWS::Lambda::Function': (id) => ['lambda', 'get-function-configuration', '--function-name', id],
  'AWS::Logs::LogGroup': (id) => ['logs', 'describe-log-groups', '--log-group-name-prefix', id, '--query', 'logGroups'],
  'AWS::Scheduler::Schedule': (id) => ['scheduler', 'get-schedule', '--name', id],
  'AWS::SecretsManager::Secret': (id) => ['secretsmanager', 'describe-secret', '--secret-id', id],
  'AWS::SQS::Queue': (id) => [...queueCommand('get-queue-attributes', id), '--attribute-names', 'QueueArn'],
};

/** Of other resources, or in nothing but the template. A task definition stays as INACTIVE, which costs nothing. */
const NOT_ASKED = ['AWS::CDK::Metadata', 'AWS::ECS::TaskDefinition', 'AWS::IAM::Policy', 'AWS::Lambda::EventInvokeConfig', 'Custom::CodeArtifactToken'];

const GONE = /NotFound|NoSuchEntity|NonExistentQueue|does not exist/;

settles('deleted-stack-leaves-nothing', [], async () => {
  await cloud.deploy(APP, { stack: 'Everything' });
  const resources = (await cloud.resourcesOf('Everything')).filter(({ ResourceType }) => !NOT_ASKED.includes(ResourceType));
  expect(new Set(resources.map(({ ResourceType }) => ResourceType)).size).toBeGreaterThanOrEqual(Object.keys(ASK).length - 1);
  const isThere = async ({ ResourceType, PhysicalResourceId }: StackResource) => {
    const answer = await cloud.aws(...ASK[ResourceType](PhysicalResourceId)).catch((error) => {
      if (!GONE.test(String(error))) {
        throw error;
      }
      return [];
    });
    return Object.keys(answer).length > 0;
  };
  const left = async () => {
    const there = await Promise.all(resources.map(isThere));
    return resources.filter((_, index) => there[index]).map(({ PhysicalResourceId }) => PhysicalResourceId);
  };
  expect(await left()).toHaveLength(resources.length);

  // What the function logs at the end comes late.
  expect(await succeeds(cloud, await cloud.idOf('Everything', 'AWS::Lambda::Function'))).toBe(true);
  const { succeeded, output } = await cloud.cdk.destroy(APP, { stack: 'Everything' });
  expect({ succeeded, output }).toMatchObject({ succeeded: true });
  const { seconds } = await cloud.eventually(`the end of ${(await left()).join(', ')}`, 5, async () => (
    (await left()).length === 0 ? true : undefined));
  observe('deleted-stack-leaves-nothing', `${resources.length} resources were gone ${seconds} s after the stack; it had no network interfaces here`);

  const gone = Date.now();
  const minutes = cloud.run.on === 'AWS' ? 6 : 0;
  await cloud.eventually(`${minutes} minutes without anything left`, minutes + 2, async () => {
    expect(await left()).toEqual([]);
    return Date.now() - gone > minutes * MINUTE ? true : undefined;
  });
});
