import { type Call, DeployedStack } from './simulator';
import { ACCOUNT, REGION } from '../../sandbox/ministack';

const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:token-AbCdEf`;
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/Key`;

/** A stack with a role of these statements, and a key whose policy has those. */
function stackWith(statements: object[], keyStatements: object[] = []): DeployedStack {
  return new DeployedStack({
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'Policy', PolicyDocument: { Version: '2012-10-17', Statement: statements } }] } },
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: keyStatements } } },
    },
  });
}

const allow = (Action: string, Resource: unknown, rest: object = {}) => ({ Effect: 'Allow', Action, Resource, ...rest });
const call = (action: string, resource: string, context: Call['context'] = {}): Call => ({ action, resource, context });

describe('what the simulator says is worth something:', () => {
  test('a condition fails on another value, and on none', async () => {
    const stack = stackWith([allow('sts:GetServiceBearerToken', '*', { Condition: { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' } } })]);
    const asks = (context: Call['context']) => stack.may('Role', call('sts:GetServiceBearerToken', '*', context));

    expect(await asks({ 'sts:AWSServiceName': 'codeartifact.amazonaws.com' })).toBe(true);
    expect(await asks({ 'sts:AWSServiceName': 's3.amazonaws.com' })).toBe(false);
    expect(await asks({})).toBe(false);
  });

  test('a condition on tag keys looks at all of them', async () => {
    const stack = stackWith([allow('secretsmanager:TagResource', SECRET, { Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['one', 'two'] } } })]);
    const tags = (...keys: string[]) => stack.may('Role', call('secretsmanager:TagResource', SECRET, { 'aws:TagKeys': keys }));

    expect(await tags('one', 'two')).toBe(true);
    expect(await tags('two')).toBe(true);
    expect(await tags('one', 'three')).toBe(false);
    expect(await tags('One')).toBe(false);
  });

  test('a denial counts for more than a permission', async () => {
    const stack = stackWith([allow('secretsmanager:*', '*'), { ...allow('secretsmanager:GetSecretValue', '*'), Effect: 'Deny' }]);

    expect(await stack.may('Role', call('secretsmanager:DescribeSecret', SECRET))).toBe(true);
    expect(await stack.may('Role', call('secretsmanager:GetSecretValue', SECRET))).toBe(false);
  });

  test('a key opens only to whom its own policy lets in', async () => {
    const account = allow('kms:*', '*', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } });
    const role = allow('kms:Decrypt', '*', { Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } } });
    const decrypts = (statements: object[], ...keyStatements: object[]) => stackWith(statements, keyStatements).may('Role', call('kms:Decrypt', KEY));

    expect(await decrypts([allow('kms:Decrypt', KEY)], account)).toBe(true);
    expect(await decrypts([allow('kms:Encrypt', KEY)], account)).toBe(false);
    expect(await decrypts([allow('kms:Encrypt', KEY)], role)).toBe(true);
    expect(await decrypts([allow('kms:Decrypt', KEY)], { ...role, Action: 'kms:Encrypt' })).toBe(false);
  });

  test('who is elsewhere is let in by the resource or not at all', async () => {
    const elsewhere = 'arn:aws:iam::444455556666:role/elsewhere';
    const decrypts = (...keyStatements: object[]) => stackWith([allow('kms:Decrypt', KEY)], keyStatements).may(elsewhere, call('kms:Decrypt', KEY));

    expect(await decrypts(allow('kms:Decrypt', '*', { Principal: { AWS: 'arn:aws:iam::444455556666:root' } }))).toBe(true);
    expect(await decrypts(allow('kms:Decrypt', '*', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }))).toBe(false);
  });

  test.each([
    ['an action that does not exist', call('secretsmanager:ReadSecretValue', SECRET)],
    ['a resource that is none of the action', call('secretsmanager:GetSecretValue', KEY)],
    ['no resource where the action needs one', call('secretsmanager:GetSecretValue', '*')],
    ['a key of the context that the action does not have', call('secretsmanager:GetSecretValue', SECRET, { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' })],
  ])('it does not guess at %s', async (_, nonsense) => {
    await expect(stackWith([allow('*', '*')]).may('Role', nonsense)).rejects.toThrow(`cannot simulate ${JSON.stringify(nonsense)}`);
  });

  test.each([
    ['a managed policy of AWS', 'AWS::IAM::Role', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }],
    ['a boundary', 'AWS::IAM::Role', { PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
    ['a policy of another kind', 'AWS::IAM::ManagedPolicy', {}],
    ['a policy of a function', 'AWS::Lambda::Permission', {}],
  ])('it does not overlook %s', (_, Type, Properties) => {
    expect(() => new DeployedStack({ Resources: { Unknown: { Type, Properties } } })).toThrow('cannot tell what Unknown permits');
  });

  test.each([
    ['a policy', allow('secretsmanager:GetSecretValue', { 'Fn::ImportValue': 'secret' }), 'cannot resolve Fn::ImportValue "secret"'],
    ['a reference', allow('secretsmanager:GetSecretValue', { Ref: 'Nothing' }), 'cannot resolve Ref "Nothing"'],
    ['an attribute', allow('secretsmanager:GetSecretValue', { 'Fn::GetAtt': ['Role', 'RoleId'] }), 'cannot resolve Fn::GetAtt ["Role","RoleId"]'],
  ])('it does not guess at %s that only a deployment knows', async (_, statement, message) => {
    await expect(stackWith([statement]).may('Role', call('secretsmanager:GetSecretValue', SECRET))).rejects.toThrow(message);
  });
});
