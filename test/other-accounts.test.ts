import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as codeartifact from 'aws-cdk-lib/aws-codeartifact';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { keepSection } from './generated-section';
import { deployed, ENV, functionRoleStatements, tokenIn } from './token-stack';
import { CodeArtifactDomain, PackageFormat } from '../src';
import { flatten } from '../src/private/flatten';

const OWNER = { account: '444455556666', region: 'eu-west-1' };
const arn = (...rest: unknown[]) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...rest]] });

/** A token for a domain of another account. */
function shared(roleName?: string) {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: ENV });
  const domain = CodeArtifactDomain.fromDomainName(stack, 'Shared', 'shared', { owner: OWNER.account });
  return { app, stack, token: tokenIn(stack, 'Token', { domain, readFrom: ['store'], publishTo: ['releases'], roleName }) };
}

describe('the owner of a domain in another account', () => {
  test('is handed what the policy of the domain must say, of a role that need not exist yet', () => {
    const { stack, token } = shared('token');

    expect(stack.resolve(token.domainPolicyStatement().toStatementJson())).toEqual({
      Effect: 'Allow',
      Action: 'codeartifact:GetAuthorizationToken',
      Principal: { AWS: arn(':iam::111122223333:root') },
      Resource: '*',
      Condition: { ArnEquals: { 'aws:PrincipalArn': stack.resolve(token.function.role!.roleArn) } },
    });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { RoleName: 'token' });
  });

  test('is handed what the policy of each repository must say', () => {
    const { stack, token } = shared();

    expect(stack.resolve(token.repositoryPolicyStatement('store').toStatementJson())).toMatchObject({
      Action: 'codeartifact:ReadFromRepository',
      Principal: { AWS: arn(':iam::111122223333:root') },
      Resource: '*',
      Condition: { ArnEqualsIfExists: { 'aws:PrincipalArn': stack.resolve(token.function.role!.roleArn) } },
    });
    expect(token.repositoryPolicyStatement('releases').actions).toEqual(
      ['codeartifact:ReadFromRepository', 'codeartifact:PublishPackageVersion', 'codeartifact:PutPackageMetadata']);
  });

  test('finds in docs/other-accounts.md what it is handed', () => {
    const { app, token } = shared('acme-token');
    const owner = new Stack(app, 'Owner', { env: OWNER });
    const shown = [token.domainPolicyStatement(), token.repositoryPolicyStatement('releases')].map((statement) => (
      JSON.stringify(owner.resolve(statement.toStatementJson()), (_, value) => value?.['Fn::Join'] ? flatten(value) : value, 2)
        .replaceAll('<AWS::Partition>', 'aws')));

    keepSection('other-accounts.md', 'statements', shown.map((json) => `\`\`\`json\n${json}\n\`\`\``).join('\n\n'));
  });

  test('is handed nothing for a repository that the token is not for', () => {
    expect(() => shared().token.repositoryPolicyStatement('stoer')).toThrow(
      "repositoryName must be one that readFrom or publishTo names; received 'stoer'");
    expect(() => deployed({ readFrom: undefined }).token.repositoryPolicyStatement('store')).toThrow('repositoryName must be one');
  });

  test('may be a stack of the same app: the role then has a name that both stacks know', () => {
    const { app, stack, token } = shared();
    const owner = new Stack(app, 'Owner', { env: OWNER });
    new codeartifact.CfnDomain(owner, 'Domain', {
      domainName: 'shared', permissionsPolicyDocument: new iam.PolicyDocument({ statements: [token.domainPolicyStatement()] }),
    });

    const role = Template.fromStack(stack).findResources('AWS::IAM::Role', { Properties: { RoleName: Match.stringLikeRegexp('^stack') } });
    expect(Object.keys(role)).toHaveLength(1);
    Template.fromStack(owner).hasResourceProperties('AWS::CodeArtifact::Domain', {
      PermissionsPolicyDocument: {
        Statement: [Match.objectLike({
          Principal: { AWS: arn(':iam::111122223333:root') },
          Condition: { ArnEquals: { 'aws:PrincipalArn': arn(`:iam::111122223333:role/${Object.values(role)[0].Properties.RoleName}`) } },
        })],
      },
    });
    expect(owner.dependencies).toEqual([]);
  });
});

test('a role without a name of its own gets one from CloudFormation, so that a stack can be deployed twice', () => {
  deployed().template().hasResourceProperties('AWS::IAM::Role', {
    Description: Match.stringLikeRegexp('authorization token'), RoleName: Match.absent(),
  });
});

describe.each([
  ['cn-north-1', 'cn-northwest-1', 'amazonaws.com.cn'],
  ['us-gov-west-1', 'us-gov-east-1', 'amazonaws.com'],
])('in %s', (region, replica, suffix) => {
  const env = { account: '111122223333', region };

  test('no ARN is one of another partition', () => {
    const stack = new Stack(new App(), 'Stack', { env });
    const token = tokenIn(stack, 'Token', {
      publishTo: ['releases'],
      encryptionKey: new kms.Key(stack, 'Key'),
      replicaRegions: [{ region: replica }],
      vpc: new ec2.Vpc(stack, 'Vpc'),
      deadLetterQueue: new sqs.Queue(stack, 'Queue'),
    });
    token.grantRead(new iam.AccountPrincipal('444455556666'));
    token.alarmBeforeExpiry('Alarm');
    token.createDashboard('Dashboard');
    const template = Template.fromStack(stack);

    expect(JSON.stringify(template.toJSON()).match(/arn:aws[a-z-]*:/g)).toBeNull();
    expect(functionRoleStatements(template)).toContainEqual(expect.objectContaining({
      Action: 'codeartifact:GetAuthorizationToken', Resource: arn(`:codeartifact:${region}:111122223333:domain/acme`),
    }));
  });

  test('the endpoint of a repository is in the domain name of the partition', () => {
    const stack = new Stack(new App(), 'Stack', { env });
    const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme');

    expect(domain.repositoryEndpoint('npm-store', PackageFormat.NPM)).toBe(`https://acme-111122223333.d.codeartifact.${region}.${suffix}/npm/npm-store/`);
  });
});
