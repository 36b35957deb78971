import * as iam from 'aws-cdk-lib/aws-iam';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactDomain, CodeArtifactToken, PackageManager, SecretFormat } from 'cdk-codeartifact-token';

// Roles that may ask for tokens, or lack something, and a secret with the texts of many package managers.
//   --context own=<domain>   a domain with the repository `own`, which some of the roles may use

const app = new DeployedApp();
const stack = app.stack('Tokens');
const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', app.run.domain);
const own = CodeArtifactDomain.fromDomainName(stack, 'Own', app.context('own')!);

function role(name: string, ...statements: iam.PolicyStatementProps[]): iam.Role {
  const made = new iam.Role(stack, name, { assumedBy: new iam.AccountRootPrincipal(), roleName: app.name(name) });
  // What each of them may do, so that one can see when its policy has arrived.
  made.addToPolicy(new iam.PolicyStatement({ actions: ['codeartifact:ListDomains'], resources: ['*'] }));
  statements.forEach((statement) => made.addToPolicy(new iam.PolicyStatement(statement)));
  return made;
}

const bearerFor = (service: string) => ({
  actions: ['sts:GetServiceBearerToken'], resources: ['*'], conditions: { StringEquals: { 'sts:AWSServiceName': service } },
});
const authorize = { actions: ['codeartifact:GetAuthorizationToken'], resources: [domain.domainArn] };
const bearer = bearerFor('codeartifact.amazonaws.com');

domain.grantAuthorize(role('both'));
role('no-authorize', bearer);
role('no-bearer', authorize);
role('other-domain', bearer, { ...authorize, resources: [own.domainArn] });
role('other-service', authorize, bearerFor('ecr-public.amazonaws.com'));
role('bearer-on-domain', authorize, { actions: ['sts:GetServiceBearerToken'], resources: [domain.domainArn] });

own.grantAuthorize(role('nobody'));
const reader = role('reader');
own.grantAuthorize(reader);
own.grantRead(reader, 'own');
const publisher = role('publisher');
own.grantAuthorize(publisher);
own.grantPublish(publisher, 'own');
const withoutMetadata = role('without-metadata', {
  actions: ['codeartifact:PublishPackageVersion'], resources: [stack.formatArn({ service: 'codeartifact', resource: 'package', resourceName: `${own.domainName}/own/*` })],
});
own.grantAuthorize(withoutMetadata);
own.grantRead(withoutMetadata, 'own');

const store = 'npm-store';
new CodeArtifactToken(stack, 'Token', {
  domain,
  publishTo: [store],
  format: SecretFormat.json(
    PackageManager.npm(store), PackageManager.yarn(store), PackageManager.pip(store), PackageManager.uv(store, { name: 'acme' }), PackageManager.twine(store),
    PackageManager.maven(store), PackageManager.gradle(store, { name: 'acme' }), PackageManager.nuget(store, { name: 'acme' }),
    PackageManager.cargo(store, { name: 'acme' }), PackageManager.bundler(store), PackageManager.swift(store),
  ),
});
