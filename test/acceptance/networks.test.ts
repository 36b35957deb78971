import { PROBE } from '../../acceptance/aws-cloud';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

// A VPC without internet access. The stack has two interface endpoints more than the token needs, and its function no way to them.

const APP = 'test/acceptance/networks.app.ts';

let cloud: Cloud;
let zone: string;
let secret: string;
/** The security group of the function. */
let group: string;

beforeAll(async () => {
  cloud = await startCloud('vpc');
  zone = await zoneOf('codeartifact.api', 'codeartifact.repositories', 'secretsmanager');
  await cloud.deploy(APP, { zone });
  secret = await cloud.idOf('Isolated', 'AWS::SecretsManager::Secret');
  group = await cloud.idOf('Isolated', 'AWS::EC2::SecurityGroup', 'TokenFunction');
});

afterAll(async () => {
  await cloud.stop();
});

/** An availability zone in which there can be an endpoint of each service. */
async function zoneOf(...services: string[]): Promise<string> {
  const [{ AvailabilityZones }, { ServiceDetails }] = await Promise.all([
    cloud.aws('ec2', 'describe-availability-zones', '--filters', 'Name=zone-type,Values=availability-zone'),
    cloud.aws('ec2', 'describe-vpc-endpoint-services', '--service-names', ...services.map((service) => `com.amazonaws.${cloud.run.region}.${service}`)),
  ]);
  // Their ids tell zones apart in all accounts: the first ones have the most services, and Lambda.
  const zones = AvailabilityZones.sort((one: any, other: any) => one.ZoneId.localeCompare(other.ZoneId)).map(({ ZoneName }: any) => ZoneName);
  const found = zones.find((name: string) => ServiceDetails.every(({ AvailabilityZones: names }: any) => names.includes(name)));
  if (!found) {
    throw new Error(`No availability zone of ${cloud.run.region} can have endpoints of ${services.join(', ')}`);
  }
  return found;
}

interface Outcome {
  readonly code: string;
  readonly message?: string;
  readonly host?: string;
}

/** What a function of the test says of what it was told to do. */
async function ask(name: string, event: object): Promise<Outcome> {
  const functionName = await cloud.idOf('Isolated', 'AWS::Lambda::Function', name);
  const outcome = await cloud.invoke(functionName, event);
  expect(outcome).toMatchObject({ code: expect.any(String) });
  return outcome;
}

const call = (service: string, method: string, parameters: object = {}) => ({ call: { service, method, parameters } });

const tokenSubnet = () => cloud.idOf('Isolated', 'AWS::EC2::Subnet', 'VpcToken');

async function vpcEndpoints(): Promise<any[]> {
  const vpc = await cloud.idOf('Isolated', 'AWS::EC2::VPC');
  return (await cloud.aws('ec2', 'describe-vpc-endpoints', '--filters', `Name=vpc-id,Values=${vpc}`)).VpcEndpoints;
}

/** The network interfaces of the function. */
async function networkInterfaces(): Promise<any[]> {
  return (await cloud.aws('ec2', 'describe-network-interfaces', '--filters', `Name=group-id,Values=${group}`)).NetworkInterfaces;
}

settles('deploy-with-vpc-endpoints-alone', ['networks'], async () => {
  const first = await cloud.read(secret);
  expect(await cloud.opensTo(first.token)).toBe(true);

  // Whatever routes lead out of the subnet lead to S3, and only two interface endpoints let the function in.
  const { RouteTables: [{ Routes }] } = await cloud.aws('ec2', 'describe-route-tables', '--filters', `Name=association.subnet-id,Values=${await tokenSubnet()}`);
  const endpoints = await vpcEndpoints();
  const serviceOf = ({ ServiceName }: any) => ServiceName.split(`${cloud.run.region}.`)[1];
  const gateways = Routes.map(({ GatewayId }: any) => GatewayId).filter((id: string) => id !== 'local');
  expect(gateways.map((id: string) => serviceOf(endpoints.find(({ VpcEndpointId }: any) => VpcEndpointId === id)))).toEqual(['s3']);
  const { SecurityGroups } = await cloud.aws('ec2', 'describe-security-groups', '--filters', `Name=ip-permission.group-id,Values=${group}`);
  const open = SecurityGroups.map(({ GroupId }: any) => GroupId);
  const reached = endpoints.filter(({ Groups = [] }: any) => Groups.some(({ GroupId }: any) => open.includes(GroupId)));
  expect(reached.map(serviceOf).sort()).toEqual(['codeartifact.api', 'secretsmanager']);

  await cloud.speedUpSchedule(await cloud.scheduleOf('Isolated'));
  const second = await cloud.readAfter(secret, first.versionId);
  expect(await cloud.opensTo(second.token)).toBe(true);
  const { seconds } = await cloud.eventually('that refresh in the log', 10, async () => {
    const { events } = await cloud.aws('logs', 'filter-log-events', '--log-group-name', await cloud.idOf('Isolated', 'AWS::Logs::LogGroup'));
    return events.some(({ message }: any) => message.includes(second.versionId)) || undefined;
  });
  observe('deploy-with-vpc-endpoints-alone', `with a customer-managed KMS key; the log has the refresh after ${seconds} s`);
});

settles('policies-of-vpc-endpoints', ['networks'], async () => {
  const { domain, account } = cloud.run;
  // What the role of the clients may do, it may do from here, and by another endpoint of S3.
  const role = await cloud.credentialsOf(`arn:aws:iam::${account}:role/${cloud.name('client')}`);
  await cloud.awsAs(role, 'secretsmanager', 'get-secret-value', '--secret-id', secret);
  await cloud.awsAs(role, 'codeartifact', 'get-authorization-token', '--domain', domain, '--domain-owner', account);
  await cloud.awsAs(role, 's3api', 'list-buckets');
  expect((await ask('Client', call('s3', 'list_buckets'))).code).toBe('allowed');

  const outcomes = [
    await ask('Intruder', call('secretsmanager', 'get_secret_value', { SecretId: secret })),
    await ask('Intruder', call('codeartifact', 'get_authorization_token', { domain, domainOwner: account })),
    await ask('Intruder', call('s3', 'list_buckets')),
  ];
  expect(outcomes.map(({ code }) => code)).toEqual(['AccessDeniedException', 'AccessDeniedException', 'AccessDenied']);
  const named = outcomes.filter(({ message }) => message?.includes('VPC endpoint policy')).length;
  observe('policies-of-vpc-endpoints', `${named} of the 3 errors name the policy of the VPC endpoint`);
});

settles('names-of-vpc-endpoints', ['networks'], async () => {
  const { domain, account } = cloud.run;
  const endpoints = await vpcEndpoints();
  const [api, repositories] = ['api', 'repositories'].map((service) => endpoints.find(({ ServiceName, PrivateDnsEnabled }: any) =>
    ServiceName.endsWith(`codeartifact.${service}`) && !PrivateDnsEnabled).DnsEntries[0].DnsName);
  const { host, code, message } = await ask('Client', {
    environment: { AWS_ENDPOINT_URL_CODEARTIFACT: `https://${api}` },
    install: {
      repository: `https://${repositories}/npm/d/${domain}-${account}/npm-store/`,
      package: PROBE,
      domain: { domain, domainOwner: account },
    },
  });
  const hosts: Record<string, string> = { [repositories]: 'the endpoint', [new URL(await cloud.repositoryUrl('npm')).hostname]: 'the domain' };
  const tarballOf = host && (hosts[host] ?? 'neither the endpoint nor the domain');
  observe('names-of-vpc-endpoints', `an npm package, whose tarball is named with the host of ${tarballOf}: ${code}`);
  expect({ code, message, tarballOf }).toEqual({ code: 'installed', tarballOf });
});

settles('network-interfaces-by-the-role', ['networks'], async () => {
  const { Role: { RoleId } } = await cloud.aws('iam', 'get-role', '--role-name', await cloud.idOf('Isolated', 'AWS::IAM::Role', 'TokenRole'));
  const interfaces = await networkInterfaces();
  expect(interfaces.map(({ InterfaceType, RequesterId }) => [InterfaceType, RequesterId.split(':')[0]])).toEqual(interfaces.map(() => ['lambda', RoleId]));
  expect(interfaces).not.toEqual([]);

  // Another function with that role, which is not in the VPC and reaches EC2.
  const outcomes = [
    await ask('Impostor', call('ec2', 'describe_network_interfaces')),
    await ask('Impostor', call('ec2', 'create_network_interface', { SubnetId: await tokenSubnet(), DryRun: true })),
  ];
  expect(outcomes.map(({ code }) => code)).toEqual(['UnauthorizedOperation', 'UnauthorizedOperation']);
  const named = outcomes.filter(({ message }) => message?.includes('explicit deny')).length;
  observe('network-interfaces-by-the-role', `${named} of the 2 errors name an explicit deny`);
});

settles('destroy-with-vpc-endpoints-alone', ['networks'], async () => {
  expect(await networkInterfaces()).not.toEqual([]);
  const { Stacks: [{ StackId }] } = await cloud.aws('cloudformation', 'describe-stacks', '--stack-name', cloud.name('Isolated'));
  const { output } = await cloud.cdk.destroy(APP, { zone });

  const { StackEvents } = await cloud.aws('cloudformation', 'describe-stack-events', '--stack-name', StackId);
  const [end] = StackEvents; // the last one comes first
  const minutesOf = (id: string) => {
    const times = StackEvents.filter(({ PhysicalResourceId, ResourceStatus }: any) => PhysicalResourceId === id && ResourceStatus.startsWith('DELETE_'))
      .map(({ Timestamp }: any) => Date.parse(Timestamp));
    return Math.round((Math.max(...times) - Math.min(...times)) / 60_000);
  };
  expect({ status: end.ResourceStatus, output }).toEqual({ status: 'DELETE_COMPLETE', output });
  observe('destroy-with-vpc-endpoints-alone', `in ${minutesOf(StackId)} minutes, of which the security group took ${minutesOf(group)}`);
  expect(await networkInterfaces()).toEqual([]);
});
