import { Aspects } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token whose function lacks one of its permissions, so that the deployment fails.
//   --context without=<action>   the permission
//   --context stack=<id>         the stack

const app = new DeployedApp();
const stack = app.stack(app.context('stack')!);

new CodeArtifactToken(stack, 'Token', { domain: app.domain(stack), readFrom: ['npm-store'] });

Aspects.of(stack).add({
  visit: (node) => {
    if (node instanceof iam.CfnPolicy) {
      const { Statement, ...document } = stack.resolve(node.policyDocument);
      node.policyDocument = { ...document, Statement: Statement.filter(({ Action }: any) => Action !== app.context('without')) };
    }
  },
});
