import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token whose secret has a customer-managed key, and one whose secret has none.
//   --context reader=<account>   another account, which may read both

const app = new DeployedApp();
const stack = app.stack('Accounts');
const domain = app.domain(stack);
const reader = app.context('reader');

const encryptionKey = new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY, pendingWindow: Duration.days(7) });
const token = new CodeArtifactToken(stack, 'Token', { domain, readFrom: ['npm-store'], encryptionKey, secretName: app.name('with-a-key') });
new CfnOutput(stack, 'WithKey', { value: token.secret.secretArn });
new CfnOutput(stack, 'KeyArn', { value: encryptionKey.keyArn });

const withoutKey = new CodeArtifactToken(stack, 'WithoutKey', { domain, readFrom: ['npm-store'], secretName: app.name('without-a-key') });
new CfnOutput(stack, 'WithDefaultKey', { value: withoutKey.secret.secretArn });

if (reader) {
  token.grantRead(new iam.AccountPrincipal(reader));
  // grantRead would refuse, because it knows that this does not suffice.
  new secretsmanager.CfnResourcePolicy(stack, 'Policy', {
    secretId: withoutKey.secret.secretArn,
    resourcePolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${reader}:root` }, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
    },
  });
}
