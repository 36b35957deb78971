import { type CfnResource, Tags } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

//   --context change=tag    asks for a token, and changes nothing of the function
//   --context change=code   code that does not start

const app = new DeployedApp();
const stack = app.stack('Rollbacks');
const token = new CodeArtifactToken(stack, 'Token', { domain: app.domain(stack), readFrom: ['npm-store'] });
const fn = token.function.node.defaultChild as lambda.CfnFunction;
if (app.run.on !== 'AWS') {
  fn.timeout = 75; // less 50 seconds, that is how long the function waits for its permissions, and the test has for its change
  // MiniStack ends an invocation whose function is changed: CloudFormation then waits for an answer that never comes.
  (token.node.findChild('FirstToken').node.defaultChild as CfnResource).addPropertyOverride('ServiceTimeout', '45');
}

if (app.context('change') === 'tag') {
  Tags.of(token.secret).add('team', 'build');
}
if (app.context('change') === 'code') {
  fn.code = { zipFile: "throw new Error('a defect that keeps it from starting');" };
}
