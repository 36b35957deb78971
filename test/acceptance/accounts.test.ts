import { App, Stack } from 'aws-cdk-lib';
import {
  errorOf, makeDomain, makeRole, newToken, newTokenSoon, policyOf, publish, readerStatements, secondsUntilClosed, sessionOf,
  statusOf,
} from './tokens-helpers';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';
import { CodeArtifactDomain, CodeArtifactToken } from 'cdk-codeartifact-token';

// The other account is that of the second profile. It gets roles, and nothing else.

const PACKAGE = 'cdk-codeartifact-token-test';

let cloud: Cloud;
/** For the AWS CLI, which prefers the keys in the environment to a profile, unless a flag names it. */
let asReader: string[];
let reader: string | undefined;
/** A domain of this file's own, whose policies may be changed. */
let own: string;
let ownUrl: string;
let outputs: Record<string, string>;

beforeAll(async () => {
  cloud = await startCloud('accounts');
  const { readerProfile } = cloud.run;
  asReader = readerProfile ? ['--profile', readerProfile] : [];
  reader = readerProfile && (await cloud.aws('sts', 'get-caller-identity', ...asReader)).Account;
  own = cloud.name('own');
  [ownUrl] = await makeDomain(cloud, own, ['own']);
  await cloud.deploy('test/acceptance/accounts.app.ts', reader ? { reader } : {});
  outputs = await cloud.outputsOf('Accounts');
});

afterAll(async () => {
  await cloud.stop();
});

/** Replaces the policy of the domain, or of its repository, and returns why that failed. */
function putPolicy(of: 'domain' | 'repository', ...statements: object[]): Promise<string> {
  const repository = of === 'repository' ? ['--repository', 'own'] : [];
  return errorOf(cloud.aws('codeartifact', `put-${of}-permissions-policy`, '--domain', own, ...repository, '--policy-document', policyOf(...statements)));
}

settles('reader-in-another-account', ['a second account', 'resource policies', 'keys'], async () => {
  const { WithKey, WithDefaultKey, KeyArn } = outputs;
  const [name, nameOfAll] = [cloud.name('reader'), cloud.name('reads-all')];
  // What docs/other-accounts.md says that the account of the reader writes.
  const session = await sessionOf(cloud, await makeRole(cloud, name, [
    { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: WithKey },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KeyArn },
  ], ...asReader), ...asReader);
  const all = await sessionOf(cloud, await makeRole(cloud, nameOfAll, [
    { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'kms:Decrypt'], Resource: '*' },
  ], ...asReader), ...asReader);
  const get = (credentials: Record<string, string>, secret: string) => (
    cloud.awsAs(credentials, 'secretsmanager', 'get-secret-value', '--secret-id', secret)
  );

  const { token } = await cloud.read(WithKey);
  for (const { credentials } of [session, all]) {
    await cloud.eventually('the role may read the secret', 5, async () => await errorOf(get(credentials, WithKey)) === '' || undefined);
    expect((await get(credentials, WithKey)).SecretString === token).toBe(true);
  }
  expect(await cloud.opensTo(token)).toBe(true);

  const byName = await errorOf(get(all.credentials, cloud.name('with-a-key')));
  expect(byName).toMatch(/^An error occurred \(ResourceNotFoundException\)/);
  // The policy of the secret and that of the role allow it: it is the key alone that does not.
  const withDefaultKey = await errorOf(get(all.credentials, WithDefaultKey));
  observe('reader-in-another-account', `with the key that AWS manages: ${withDefaultKey.replace(/^An error occurred /, '').replaceAll(reader!, '444455556666')}`);
  expect(withDefaultKey).toMatch(/KMS/);
});

/** A value of a template, without the functions of CloudFormation that are for other partitions. */
function literal(value: any): any {
  if (Array.isArray(value)) {
    return value.map(literal);
  }
  if (value?.Ref === 'AWS::Partition') {
    return 'aws';
  }
  if (value?.['Fn::Join']) {
    const [separator, parts] = value['Fn::Join'];
    return literal(parts).join(separator);
  }
  return typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner)])) : value;
}

settles('domain-of-another-account', ['a second account', 'policies of CodeArtifact'], async () => {
  const { account, region } = cloud.run;
  const [roleName, another] = [cloud.name('token'), cloud.name('another')];
  const stack = new Stack(new App(), 'Stack', { env: { account: reader, region } });
  const token = new CodeArtifactToken(stack, 'Token', {
    domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', own, { owner: account }), readFrom: ['own'], roleName,
  });
  const ofTheDomain = literal(stack.resolve(token.domainPolicyStatement().toStatementJson()));
  const ofTheRepository = literal(stack.resolve(token.repositoryPolicyStatement('own').toStatementJson()));
  // Before the role exists, as an owner may.
  expect(await putPolicy('domain', ofTheDomain)).toBe('');
  expect(await putPolicy('repository', ofTheRepository)).toBe('');
  const { token: owners } = await newToken(cloud, {}, own, '--duration-seconds', '7200');
  expect(await publish(ownUrl, owners, PACKAGE)).toBe('');

  const statements = readerStatements(cloud, own, 'own', account);
  const owner = ['--domain-owner', account];
  const session = await sessionOf(cloud, await makeRole(cloud, roleName, statements, ...asReader), ...asReader);
  const { token: issued } = await newTokenSoon(cloud, session, own, ...owner);
  const opens = async (value: string) => await statusOf(ownUrl, value, PACKAGE) === 200;
  await cloud.eventually('the token of a role of another account reads', 10, async () => await opens(issued) || undefined);

  // Another role of that account, which may do the same by its own policy, gets no token.
  const other = await sessionOf(cloud, await makeRole(cloud, another, statements, ...asReader), ...asReader);
  const ask = () => errorOf(cloud.awsAs(other.credentials, 'codeartifact', 'get-authorization-token', '--domain', own, ...owner, '--query', 'expiration'));
  expect(await ask()).toMatch(/^An error occurred \(AccessDeniedException\)/);

  // It would, if the domain let it, so it is the policy of the domain that keeps it out.
  expect(await putPolicy('domain', { ...ofTheDomain, Condition: undefined })).toBe('');
  const { token: others } = await newTokenSoon(cloud, other, own, ...owner);
  observe('domain-of-another-account', `once the domain gives another role a token, that ${await opens(others) ? 'opens' : 'does not open'} the repository`);

  // Package managers send no principal: a condition on it that must be there lets nobody in.
  const { ArnEqualsIfExists } = ofTheRepository.Condition;
  expect(await putPolicy('repository', { ...ofTheRepository, Condition: { ArnEquals: ArnEqualsIfExists } })).toBe('');
  const seconds = await secondsUntilClosed(cloud, 'ArnEquals in the policy of the repository lets nobody in, so that IfExists is needed', 10, () => opens(issued));
  observe('domain-of-another-account', `ArnEquals in place of ArnEqualsIfExists lets nobody in after ${seconds} s`);
});

// The last one here: it replaces the policies of the others.
settles('policy-before-the-role', ['policies of CodeArtifact', 'resource policies', 'keys'], async () => {
  const root = { AWS: `arn:aws:iam::${cloud.run.account}:root` };
  const role = `arn:aws:iam::${cloud.run.account}:role/${cloud.name('not-yet')}`;
  const administration = { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' };
  const policies: Record<string, [string, (statement: object) => Promise<string>]> = {
    domain: ['codeartifact:GetAuthorizationToken', (statement) => putPolicy('domain', statement)],
    repository: ['codeartifact:ReadFromRepository', (statement) => putPolicy('repository', statement)],
    secret: ['secretsmanager:GetSecretValue', (statement) => errorOf(
      cloud.aws('secretsmanager', 'put-resource-policy', '--secret-id', outputs.WithDefaultKey, '--resource-policy', policyOf(statement)),
    )],
    key: ['kms:Decrypt', (statement) => errorOf(cloud.aws('kms', 'put-key-policy',
      '--key-id', outputs.KeyArn, '--policy-name', 'default', '--policy', policyOf(administration, statement)))],
  };

  for (const [of, [Action, put]] of Object.entries(policies)) {
    const Condition = { ArnEquals: { 'aws:PrincipalArn': role } };
    expect({ of, error: await put({ Effect: 'Allow', Principal: root, Action, Resource: '*', Condition }) }).toEqual({ of, error: '' });
    const error = await put({ Effect: 'Allow', Principal: { AWS: role }, Action, Resource: '*' });
    const [, name] = /^An error occurred \((\w+)\)/.exec(error) ?? [];
    observe('policy-before-the-role', `as the principal, the policy of a ${of} refuses it with ${name}`);
    expect({ of, name }).toEqual({ of, name: expect.stringMatching(/Malformed|Validation|Invalid/) });
  }
});
