import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { CodeArtifactTokenProps, PackageManager, SecretFormat } from '../../src';
import { ENV, tokenIn } from '../token-stack';

/** What users may have deployed, by a name: the props of the token in the stack. */
const scenarios: Record<string, (stack: Stack) => Partial<CodeArtifactTokenProps>> = {
  'the defaults': () => ({}),
  'names and a format': () => ({
    secretName: 'build/token', roleName: 'acme-token', publishTo: ['npm-own'], format: SecretFormat.json(PackageManager.npm('npm-store')), duration: Duration.hours(6),
  }),
  'a VPC': (stack) => ({
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-12345678', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-12345678'] }),
  }),
  'keys, replicas and a group': (stack) => {
    const key = new kms.Key(stack, 'Key');
    return {
      encryptionKey: key,
      environmentEncryption: key,
      scheduleEncryptionKey: key,
      replicaRegions: [{ region: 'us-east-1' }],
      scheduleGroup: new scheduler.ScheduleGroup(stack, 'Group', { scheduleGroupName: 'tokens' }),
    };
  },
  'a rotation, a queue and destinations': (stack) => ({
    managedRotation: true,
    deadLetterQueue: new sqs.Queue(stack, 'Queue'),
    onFailure: new destinations.EventBridgeDestination(),
    onRefreshed: new destinations.EventBridgeDestination(),
  }),
  'readers in another stack': () => ({ secretName: 'token' }),
};

export const SCENARIOS = Object.keys(scenarios);

/** The template of a scenario, as this version of the library makes it, with a reader, an alarm and a dashboard. */
export function synthesise(scenario: string): Record<string, any> {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: ENV });
  const token = tokenIn(stack, 'Token', scenarios[scenario](stack));
  const readers = scenario === 'readers in another stack' ? new Stack(app, 'Readers', { env: ENV }) : stack;
  token.grantRead(new iam.Role(readers, 'Reader', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }));
  token.createDashboard('Dashboard', token.alarmBeforeExpiry('Alarm'));
  return Template.fromStack(stack).toJSON();
}
