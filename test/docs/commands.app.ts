import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CodeArtifactDomain, CodeArtifactToken, PackageManager, SecretFormat } from 'cdk-codeartifact-token';

// What the commands of the docs are about: a token with the variables of npm and pip, one for a scope, and who may refresh.

const stack = new Stack(new App(), 'Commands', { env: { account: '111122223333', region: 'eu-west-1' } });
const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme');

const token = new CodeArtifactToken(stack, 'Token', {
  domain,
  readFrom: ['npm-store'],
  secretName: 'build/token',
  format: SecretFormat.json(PackageManager.npm('npm-store'), PackageManager.pip('npm-store')),
});
token.grantRefresh(new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal(), roleName: 'operator' }));

new CodeArtifactToken(stack, 'Own', {
  domain,
  readFrom: ['npm-store'],
  secretName: 'build/own',
  format: SecretFormat.json(PackageManager.npm('npm-store', { scope: '@acme' })),
});
