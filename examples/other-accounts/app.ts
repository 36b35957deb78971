import { App, Stack } from 'aws-cdk-lib';
import * as codeartifact from 'aws-cdk-lib/aws-codeartifact';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CodeArtifactDomain, CodeArtifactToken } from 'cdk-codeartifact-token';

// Packages are in one account, the token for them is in another, and every account of the organization may read it.
const app = new App();
const packages = new Stack(app, 'Packages', { env: { account: '444455556666', region: 'eu-west-1' } });
const builds = new Stack(app, 'Builds', { env: { account: '111122223333', region: 'eu-west-1' } });

const token = new CodeArtifactToken(builds, 'Token', {
  domain: CodeArtifactDomain.fromDomainName(builds, 'Domain', 'acme', { owner: packages.account }),
  readFrom: ['npm-store'],
  encryptionKey: new kms.Key(builds, 'Key', { enableKeyRotation: true }), // the key that AWS manages opens to its own account alone
});
token.grantRead(new iam.OrganizationPrincipal('o-a1b2c3d4e5'));

const domain = new codeartifact.CfnDomain(packages, 'Domain', {
  domainName: 'acme',
  permissionsPolicyDocument: new iam.PolicyDocument({ statements: [token.domainPolicyStatement()] }),
});
new codeartifact.CfnRepository(packages, 'NpmStore', {
  domainName: domain.attrName,
  repositoryName: 'npm-store',
  permissionsPolicyDocument: new iam.PolicyDocument({ statements: [token.repositoryPolicyStatement('npm-store')] }),
});

builds.addDependency(packages); // the first token needs the policy of the domain
