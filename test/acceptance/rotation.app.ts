import type * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token that Secrets Manager rotates as well.

const app = new DeployedApp();
const stack = app.stack('Rotation');
const token = new CodeArtifactToken(stack, 'Token', { domain: app.domain(stack), readFrom: ['npm-store'], managedRotation: true });
// The tests count invocations, and make refreshes of their own.
(token.schedule.node.defaultChild as scheduler.CfnSchedule).state = 'DISABLED';
