import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { serviceWithoutContainers } from './service-without-containers';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token whose schedule is encrypted with a customer-managed KMS key, and a service that is deployed anew before the token expires.

const app = new DeployedApp();
const stack = app.stack('ScheduleKey');
const token = new CodeArtifactToken(stack, 'Token', {
  domain: app.domain(stack),
  readFrom: ['npm-store'],
  duration: Duration.hours(1),
  scheduleEncryptionKey: new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY, pendingWindow: Duration.days(7) }),
});

token.redeployBeforeExpiry(serviceWithoutContainers(stack, token, app.name('cluster')));
