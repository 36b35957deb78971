import { App, Aspects, Duration, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ENV, idOf, tokenIn } from './token-stack';
import { CodeArtifactToken, CodeArtifactTokenProps, SecretFormat } from '../src';

// What a deployment does of it: test/e2e/changes.test.ts.

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const vpcIn = (stack: Stack) => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-1', availabilityZones: ['eu-west-1a', 'eu-west-1b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
});
const groupIn = (stack: Stack, id: string) => ec2.SecurityGroup.fromSecurityGroupId(stack, id, id);
const resourceOf = (token: CodeArtifactToken) => token.function.node.defaultChild as lambda.CfnFunction;

/** What CloudFormation compares to see whether it must ask for a new token. */
function propertiesOf(
  props: (stack: Stack) => Partial<CodeArtifactTokenProps> = () => ({}),
  change: (token: CodeArtifactToken) => void = () => undefined,
) {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  change(tokenIn(stack, 'Token', props(stack)));
  const template = Template.fromStack(stack);
  return template.toJSON().Resources[idOf(template, 'Custom::CodeArtifactToken')].Properties;
}

describe('design.md 3.4: a new token is made in the deployment that changes', () => {
  const inVpc = (subnets = ['subnet-1'], group = 'sg-1') => propertiesOf((stack) => ({
    vpc: vpcIn(stack), vpcSubnets: { subnetFilters: [ec2.SubnetFilter.byIds(subnets)] }, securityGroups: [groupIn(stack, group)],
  }));

  test.each<[string, () => object, (() => object)?]>([
    ['the duration', () => propertiesOf(() => ({ duration: Duration.hours(6) }))],
    ['the format', () => propertiesOf(() => ({ format: SecretFormat.json() }))],
    ['the code of the function', () => propertiesOf(undefined, (token) => {
      const { s3Bucket } = resourceOf(token).code as lambda.CfnFunction.CodeProperty;
      resourceOf(token).code = { s3Bucket, s3Key: 'of-another-version.zip' };
    })],
    ['the runtime of the function', () => propertiesOf(undefined, (token) => { resourceOf(token).runtime = 'nodejs26.x'; })],
    ['its layers', () => propertiesOf(undefined, (token) => { resourceOf(token).layers = ['arn:aws:lambda:eu-west-1:111122223333:layer:agent:1']; })],
    ['a variable of its environment', () => propertiesOf(undefined, (token) => { token.function.addEnvironment('HTTPS_PROXY', 'http://proxy'); })],
    ['the key of its environment', () => propertiesOf((stack) => ({ environmentEncryption: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }))],
    ['the VPC', () => inVpc()],
    ['the subnets', () => inVpc(['subnet-1', 'subnet-2']), () => inVpc()],
    ['the security groups', () => inVpc(['subnet-1'], 'sg-2'), () => inVpc()],
    ['the key of the secret', () => propertiesOf((stack) => ({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }))],
    ['the replicas of the secret', () => propertiesOf(() => ({ replicaRegions: [{ region: 'us-east-1' }] }))],
    ['the tags of the secret, among which CloudFormation may drop ours', () => propertiesOf(undefined, (token) => Tags.of(token.secret).add('team', 'build'))],
    ['the log group', () => propertiesOf((stack) => ({ logGroup: logs.LogGroup.fromLogGroupName(stack, 'Given', 'given') }))],
    ['the name of the role', () => propertiesOf(() => ({ roleName: 'another' }))],
    ['what the role may do', () => propertiesOf(() => ({ readFrom: ['another'] }))],
    ['what the role is denied', () => propertiesOf(undefined, (token) => token.function.addToRolePolicy(
      new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['logs:*'], resources: ['*'] })))],
    ['the permissions boundary of the role', () => propertiesOf(undefined, ({ function: { role } }) => iam.PermissionsBoundary.of(role!).apply(
      iam.ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess')))],
    ['the managed policies of the role', () => propertiesOf(undefined, ({ function: { role } }) => role!.addManagedPolicy(
      iam.ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')))],
    ['anything of these, by an escape hatch', () => propertiesOf(undefined, (token) => resourceOf(token).addPropertyOverride('Layers', ['arn:aws:layer:1']))],
    ['anything of these, by an Aspect', () => propertiesOf(undefined, (token) => Aspects.of(token).add({
      visit: (node) => {
        if (node === resourceOf(token)) {
          resourceOf(token).layers = ['arn:aws:lambda:eu-west-1:111122223333:layer:agent:1'];
        }
      },
    }))],
  ])('%s', (_, changed, before = propertiesOf) => {
    expect(changed()).not.toEqual(before());
  });

  test('the VPC endpoints', () => {
    const properties = [false, true].map((use) => {
      const stack = new Stack(new App(), 'Stack', { env: ENV });
      const vpc = new ec2.Vpc(stack, 'Vpc');
      const token = tokenIn(stack, 'Token', { vpc });
      const endpoints = {
        codeArtifactApi: vpc.addInterfaceEndpoint('CodeArtifactApi', { service: ec2.InterfaceVpcEndpointAwsService.CODEARTIFACT_API }),
        secretsManager: vpc.addInterfaceEndpoint('SecretsManager', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER }),
        s3: vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 }),
      };
      if (use) {
        token.useVpcEndpoints(endpoints);
      }
      const template = Template.fromStack(stack);
      return template.toJSON().Resources[idOf(template, 'Custom::CodeArtifactToken')].Properties;
    });

    expect(properties[0].VpcEndpoints).toEqual([]);
    expect(properties[1].VpcEndpoints).toHaveLength(3);
  });
});

describe('design.md 3.4: an unchanged deployment asks for nothing', () => {
  test('two syntheses of the same source have the same properties', () => {
    expect(propertiesOf()).toEqual(propertiesOf());
  });

  test('nor does one that changes nothing which a refresh depends on', () => {
    expect(propertiesOf(() => ({ refreshInterval: Duration.hours(2), description: 'another' }))).toEqual(propertiesOf());
  });
});
