import { App, Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CodeArtifactDomain, CodeArtifactToken, PackageManager, SecretFormat } from 'cdk-codeartifact-token';

// Two tokens: one that everybody reads with, and one that the release job alone publishes with. A token can do what the role
// of its function can, so whoever reads the first secret cannot publish.
const app = new App();
const stack = new Stack(app, 'ReleaseJob');
const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme');

const readers = new CodeArtifactToken(stack, 'ReadersToken', {
  domain,
  readFrom: ['store', 'releases'],
  format: SecretFormat.json(PackageManager.uv('store'), PackageManager.uv('releases', { name: 'releases' })),
});

const release = new CodeArtifactToken(stack, 'ReleaseToken', {
  domain,
  publishTo: ['releases'],
  readFrom: ['store'],
  format: SecretFormat.json(PackageManager.uv('store'), PackageManager.uv('releases', { name: 'releases' })), // and UV_PUBLISH_URL
});

const buildSpec = (...commands: string[]) => codebuild.BuildSpec.fromObject({ version: '0.2', phases: { build: { commands } } });

new codebuild.Project(stack, 'Test', {
  environmentVariables: readers.codeBuildVariables(),
  buildSpec: buildSpec('uv sync', 'uv run pytest'),
});
new codebuild.Project(stack, 'Release', {
  environmentVariables: release.codeBuildVariables(),
  buildSpec: buildSpec('uv build', 'uv publish'),
});

readers.grantRead(iam.Role.fromRoleName(stack, 'Developers', 'developers'));
