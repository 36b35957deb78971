import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token that Secrets Manager rotates as well.

const app = new DeployedApp();
const stack = app.stack('Rotation');
// The tests count invocations, and make refreshes of their own.
app.withoutTurns(new CodeArtifactToken(stack, 'Token', { domain: app.domain(stack), readFrom: ['npm-store'], managedRotation: true }));
