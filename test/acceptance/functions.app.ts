import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token with a destination of failures, and one whose function has a key for its environment.

const app = new DeployedApp();
const stack = app.stack('Functions');
const domain = app.domain(stack);
new CodeArtifactToken(stack, 'Token', {
  domain,
  readFrom: ['npm-store'],
  onFailure: new destinations.SqsDestination(new sqs.Queue(stack, 'Failures')),
});

const key = new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY, pendingWindow: Duration.days(7) });
new CodeArtifactToken(stack, 'Encrypted', { domain, readFrom: ['npm-store'], environmentEncryption: key });

// Someone who may change a function and use the key, and may not give a grant on it.
const other = new lambda.Function(stack, 'Other', {
  runtime: lambda.Runtime.PYTHON_3_12,
  handler: 'index.handler',
  code: lambda.Code.fromInline('def handler(event, context): pass'),
  environment: { NAME: 'value' },
});
new iam.Role(stack, 'Deployer', {
  assumedBy: new iam.AccountRootPrincipal(),
  roleName: app.name('deployer'),
  inlinePolicies: {
    Policy: new iam.PolicyDocument({
      statements: [
        new iam.PolicyStatement({ actions: ['lambda:*'], resources: [other.functionArn] }),
        new iam.PolicyStatement({ actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
      ],
    }),
  },
});
