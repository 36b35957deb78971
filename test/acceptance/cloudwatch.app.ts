import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token whose dashboard turns all metrics on.

const app = new DeployedApp();
const stack = app.stack('Watched');

const token = new CodeArtifactToken(stack, 'Token', { domain: app.domain(stack), readFrom: ['npm-store'] });
token.createDashboard('Dashboard');
