import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

// A function that has no way out by IPv4 but to S3.

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('ipv6');
  const [{ AvailabilityZones }, { PrefixLists }] = await Promise.all([
    cloud.aws('ec2', 'describe-availability-zones', '--filters', 'Name=zone-type,Values=availability-zone'),
    cloud.aws('ec2', 'describe-managed-prefix-lists', '--filters', `Name=prefix-list-name,Values=com.amazonaws.${cloud.run.region}.s3`),
  ]);
  const [{ ZoneName }] = AvailabilityZones.sort((one: any, other: any) => one.ZoneId.localeCompare(other.ZoneId));
  await cloud.deploy('test/acceptance/dual-stack.app.ts', { zone: ZoneName, prefixList: PrefixLists[0].PrefixListId });
});

afterAll(async () => {
  await cloud.stop();
});

settles('dual-stack-for-the-function', ['networks'], async () => {
  const functionName = await cloud.idOf('DualStack', 'AWS::Lambda::Function');
  const { VpcConfig } = await cloud.aws('lambda', 'get-function-configuration', '--function-name', functionName);
  const [subnet, group] = await Promise.all([cloud.idOf('DualStack', 'AWS::EC2::Subnet'), cloud.idOf('DualStack', 'AWS::EC2::SecurityGroup')]);
  const { RouteTables } = await cloud.aws('ec2', 'describe-route-tables', '--filters', `Name=association.subnet-id,Values=${subnet}`);
  const { SecurityGroups } = await cloud.aws('ec2', 'describe-security-groups', '--group-ids', group);
  const ranges = SecurityGroups.flatMap(({ IpPermissionsEgress }: any) => IpPermissionsEgress)
    .flatMap(({ IpRanges, Ipv6Ranges }: any) => [...IpRanges.map(({ CidrIp }: any) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 }: any) => CidrIpv6)]);
  expect(VpcConfig.Ipv6AllowedForDualStack).toBe(true);
  expect(RouteTables.flatMap(({ Routes }: any) => Routes).map((route: any) => route.DestinationCidrBlock)).not.toContain('0.0.0.0/0');
  expect(ranges).toEqual(['::/0']);

  const secret = await cloud.idOf('DualStack', 'AWS::SecretsManager::Secret');
  const first = await cloud.read(secret);
  expect(await cloud.opensTo(first.token)).toBe(true);
  const { versionId } = await cloud.invoke(functionName);
  const second = await cloud.read(secret);
  expect(versionId).toBe(second.versionId);
  expect(second.versionId).not.toBe(first.versionId);
  expect(await cloud.opensTo(second.token)).toBe(true);
  observe('dual-stack-for-the-function', 'the first token and a refresh, with IPv4 to the prefix list of S3 alone');
});
