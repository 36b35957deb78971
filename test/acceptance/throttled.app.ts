import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token with nothing beside, whose function the test throttles.

const app = new DeployedApp();
const stack = app.stack('Throttled');
new CodeArtifactToken(stack, 'Token', { domain: app.domain(stack), readFrom: ['npm-store'] });
