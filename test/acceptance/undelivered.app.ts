import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token with a dead-letter queue.

const app = new DeployedApp();
const stack = app.stack('Undelivered');
new CodeArtifactToken(stack, 'Token', {
  domain: app.domain(stack),
  readFrom: ['npm-store'],
  duration: Duration.hours(1),
  deadLetterQueue: new sqs.Queue(stack, 'DeadLetters'),
});
