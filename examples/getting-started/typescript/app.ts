import { App, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CodeArtifactDomain, CodeArtifactToken } from 'cdk-codeartifact-token';

const app = new App();
const stack = new Stack(app, 'GettingStarted');

const token = new CodeArtifactToken(stack, 'Token', {
  domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'),
  readFrom: ['npm-store'],
});

const taskDefinition = new ecs.FargateTaskDefinition(stack, 'TaskDefinition');
taskDefinition.addContainer('app', {
  image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/node:24-alpine'),
  secrets: token.ecsSecrets(), // CODEARTIFACT_AUTH_TOKEN
});
