import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codeartifact from 'aws-cdk-lib/aws-codeartifact';
import * as iam from 'aws-cdk-lib/aws-iam';
import { bearerToken } from './needs';
import { type Call, type CloudFormationTemplate, DeployedStack } from './simulator';
import { ACCOUNT, REGION } from '../../sandbox/ministack';
import { CodeArtifactDomain, CodeArtifactToken } from '../../src';

// The statements that the owner of a domain in another account is handed, in the policies of that domain and its repositories.

const OWNER = '444455556666';
const arn = (resource: string) => `arn:aws:codeartifact:${REGION}:${OWNER}:${resource}`;
const call = (action: string, resource: string): Call => ({ action: `codeartifact:${action}`, resource: arn(resource), context: {} });

const AUTHORIZE = call('GetAuthorizationToken', 'domain/acme');
const READ = call('ReadFromRepository', 'repository/acme/store');
const READ_OWN = call('ReadFromRepository', 'repository/acme/releases');
const PUBLISH = ['PublishPackageVersion', 'PutPackageMetadata'].map((action) => call(action, 'package/acme/releases/npm/scope/app'));
const NEIGHBOURS = [
  call('DescribeDomain', 'domain/acme'), call('ListRepositoriesInDomain', 'domain/acme'),
  call('PublishPackageVersion', 'package/acme/store/npm/scope/app'), call('DeletePackageVersions', 'package/acme/releases/npm/scope/app'),
  call('CopyPackageVersions', 'package/acme/releases/npm/scope/app'), call('DescribeRepository', 'repository/acme/releases'),
];

let deployed: DeployedStack;

beforeAll(() => {
  const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
  const token = new CodeArtifactToken(stack, 'Token', {
    domain: CodeArtifactDomain.fromDomainName(stack, 'Acme', 'acme', { owner: OWNER }), readFrom: ['store'], publishTo: ['releases'],
  });
  // All in one template, with the ARNs that they have in the account of the owner.
  const policy = (statement: iam.PolicyStatement) => new iam.PolicyDocument({ statements: [statement] });
  new codeartifact.CfnDomain(stack, 'Domain', { domainName: 'acme', permissionsPolicyDocument: policy(token.domainPolicyStatement()) });
  for (const name of ['store', 'releases']) {
    new codeartifact.CfnRepository(stack, name, {
      domainName: 'acme', repositoryName: name, permissionsPolicyDocument: policy(token.repositoryPolicyStatement(name)),
    });
  }
  const neighbour = new iam.Role(stack, 'Neighbour', { assumedBy: new iam.AccountRootPrincipal() });
  neighbour.addToPolicy(new iam.PolicyStatement({ actions: ['codeartifact:*'], resources: ['*'] }));
  deployed = new DeployedStack(Template.fromStack(stack).toJSON() as CloudFormationTemplate, {
    Domain: arn('domain/acme'), store: arn('repository/acme/store'), releases: arn('repository/acme/releases'),
  });
});

const mayOf = async (principal: string, calls: Call[]) => Promise.all(calls.map((one) => deployed.may(principal, one)));
const roleOfToken = () => deployed.idsOf('AWS::IAM::Role').find((id) => id.startsWith('TokenRole'))!;
const neighbour = () => deployed.idsOf('AWS::IAM::Role').find((id) => id.startsWith('Neighbour'))!;

test('the token may do there what it was made for, with the half of it that is in its own role', async () => {
  const calls = [AUTHORIZE, bearerToken(), READ, READ_OWN, ...PUBLISH];

  expect(await mayOf(roleOfToken(), calls)).toEqual(calls.map(() => true));
});

test('the token may do nothing else there', async () => {
  expect(await mayOf(roleOfToken(), NEIGHBOURS)).toEqual(NEIGHBOURS.map(() => false));
});

test('another role of the same account may do nothing there, whatever its own policies say', async () => {
  const calls = [AUTHORIZE, READ, READ_OWN, ...PUBLISH, ...NEIGHBOURS];

  expect(await mayOf(neighbour(), calls)).toEqual(calls.map(() => false));
});

test('another account may do nothing there', async () => {
  const calls = [AUTHORIZE, READ, ...PUBLISH];

  expect(await mayOf('arn:aws:iam::777788889999:role/stranger', calls)).toEqual(calls.map(() => false));
});
