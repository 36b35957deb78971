import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CodeArtifactDomain, CodeArtifactToken } from 'cdk-codeartifact-token';

// A VPC without a way to the internet. The function reaches what it calls through VPC endpoints, which let nothing else through.
const app = new App();
const stack = new Stack(app, 'VpcEndpoints');

const vpc = new ec2.Vpc(stack, 'Vpc', {
  maxAzs: 2,
  subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
});
const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };

const token = new CodeArtifactToken(stack, 'Token', {
  domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'),
  readFrom: ['npm-store'],
  vpc,
  vpcSubnets,
});

token.useVpcEndpoints({
  codeArtifactApi: vpc.addInterfaceEndpoint('CodeArtifactApi', { service: ec2.InterfaceVpcEndpointAwsService.CODEARTIFACT_API, open: false }),
  secretsManager: vpc.addInterfaceEndpoint('SecretsManager', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, open: false }),
  s3: vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3, subnets: [vpcSubnets] }),
});
