import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CodeArtifactDomain, CodeArtifactToken, PackageFormat } from 'cdk-codeartifact-token';

// A service whose containers install a private package when they start.
const app = new App();
const stack = new Stack(app, 'EcsService');

const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme');
const token = new CodeArtifactToken(stack, 'Token', {
  domain,
  readFrom: ['npm-store'],
});

const registry = domain.repositoryEndpoint('npm-store', PackageFormat.NPM);
const taskDefinition = new ecs.FargateTaskDefinition(stack, 'TaskDefinition');
taskDefinition.addContainer('app', {
  image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/node:24-alpine'),
  environment: {
    NPM_CONFIG_REGISTRY: registry,
  },
  secrets: token.ecsSecrets(), // CODEARTIFACT_AUTH_TOKEN
  command: ['sh', '-c', [
    // npm fills the variable in each time it reads the file: the token itself is never written down.
    `echo '${registry.replace(/^https:/, '')}:_authToken=\${CODEARTIFACT_AUTH_TOKEN}' > ~/.npmrc`,
    'npm install @acme/server',
    'npx acme-server',
  ].join(' && ')],
  logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'app' }),
});

const vpc = new ec2.Vpc(stack, 'Vpc', {
  maxAzs: 2,
  subnetConfiguration: [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC }],
});
new ecs.FargateService(stack, 'Service', {
  cluster: new ecs.Cluster(stack, 'Cluster', { vpc }),
  taskDefinition,
  assignPublicIp: true, // to reach the image, Secrets Manager and CodeArtifact without a NAT
  minHealthyPercent: 100,
});
