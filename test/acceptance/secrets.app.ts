import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// Tokens with customer-managed KMS keys, a token whose tags are looked at, and secrets without a token.
//   --context description=<text>   of the secret of the token in the stack Tags
//   --context tag=<value>          a tag of both secrets there
//   --context stackTag=<value>     a tag of that stack

const app = new DeployedApp();

const keys = app.stack('Keys');
const domain = app.domain(keys);
const readable = app.withoutTurns(new CodeArtifactToken(keys, 'Readable', { domain, readFrom: ['npm-store'], encryptionKey: keyOf('Readable') }));
app.withoutTurns(new CodeArtifactToken(keys, 'Disabled', { domain, readFrom: ['npm-store'], encryptionKey: keyOf('Disabled') }));
readable.grantRead(assumableRole('Reader'));
assumableRole('WithoutKey').addToPolicy(new iam.PolicyStatement({
  actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
  resources: [readable.secret.secretArn],
}));
// Lets the test take the place of the function.
(readable.function.role as iam.Role).assumeRolePolicy!.addStatements(new iam.PolicyStatement({
  actions: ['sts:AssumeRole'],
  principals: [new iam.AccountRootPrincipal()],
}));
for (const name of ['plain', 'ends-abc123', 'versions']) {
  new secretsmanager.CfnSecret(keys, name, { name: app.name(name) });
}

const [description, tag, stackTag] = ['description', 'tag', 'stackTag'].map((key) => app.context(key));
const tags = app.stack('Tags', { tags: stackTag ? { 'team-of-stack': stackTag } : undefined });
const token = app.withoutTurns(new CodeArtifactToken(tags, 'Token', { domain: app.domain(tags), readFrom: ['npm-store'], description }));
const bare = new secretsmanager.CfnSecret(tags, 'Bare', { name: app.name('bare') });
if (tag) {
  [token.secret.node.defaultChild as secretsmanager.CfnSecret, bare].forEach((secret) => secret.tags.setTag('team', tag));
}

function keyOf(tokenId: string): kms.Key {
  return new kms.Key(keys, `${tokenId}Key`, { removalPolicy: RemovalPolicy.DESTROY, pendingWindow: Duration.days(7) });
}

function assumableRole(id: string): iam.Role {
  return new iam.Role(keys, id, { assumedBy: new iam.AccountRootPrincipal() });
}
