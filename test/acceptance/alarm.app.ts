import { Duration } from 'aws-cdk-lib';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// An alarm on the shortest life for which there can be one.
//   --context minutes=<n>   the duration of the token

const app = new DeployedApp();
const stack = app.stack('Alarmed');

const token = new CodeArtifactToken(stack, 'Token', {
  domain: app.domain(stack),
  readFrom: ['npm-store'],
  duration: Duration.minutes(Number(app.context('minutes'))),
  refreshInterval: Duration.minutes(10),
});
token.alarmBeforeExpiry('Alarm');
