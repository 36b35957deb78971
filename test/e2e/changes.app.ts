import { cpSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { DeployedApp } from './deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token, and one change of what its refresh depends on, or of what it does not:
//   --context change=<one of those below>

const app = new DeployedApp();
const stack = app.stack('Changes');
const change = app.context('change');

const token = new CodeArtifactToken(stack, 'Token', {
  domain: app.domain(stack),
  readFrom: ['npm-store'],
  refreshInterval: change === 'interval' ? Duration.hours(2) : undefined,
  encryptionKey: change === 'key' ? keyThatMayNotBeUsed() : undefined,
  ...change === 'network' && {
    // A subnet of which sandbox/ministack_like_aws.py knows that nothing is reached from it.
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-closed'] }),
    securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'SecurityGroup', 'sg-1')],
  },
});

if (change === 'tag') {
  Tags.of(token.secret).add('team', 'build');
}
if (change === 'role') {
  token.function.addToRolePolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['secretsmanager:PutSecretValue'], resources: ['*'] }));
}
if (change === 'code') {
  const { s3BucketName: s3Bucket, s3ObjectKey: s3Key } = new Asset(stack, 'Defective', { path: defectiveBundle() });
  (token.function.node.defaultChild as lambda.CfnFunction).code = { s3Bucket, s3Key };
}

function keyThatMayNotBeUsed(): kms.IKey {
  const key = new kms.Key(stack, 'Key');
  key.addToResourcePolicy(new iam.PolicyStatement({
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt'], // with Encrypt, a change of the key would take the current value along
    resources: ['*'],
  }));
  return key;
}

/** The shipped bundle, with a defect in what a refresh calls. */
function defectiveBundle(): string {
  const directory = mkdtempSync(join(tmpdir(), 'defective-'));
  cpSync(join(__dirname, '..', '..', 'assets', 'lambda', 'refresh-token', 'index'), directory, { recursive: true });
  renameSync(join(directory, 'index.js'), join(directory, 'shipped.js'));
  writeFileSync(join(directory, 'index.js'), `
    String.prototype.replaceAll = () => { throw new TypeError('a defect of this version'); };
    module.exports = require('./shipped.js');
  `);
  return directory;
}
