import { execFileSync } from 'node:child_process';
import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { PYTHON } from './clients';
import { CodeArtifactDomain, CodeArtifactToken, PackageManager, SecretFormat } from '../../src';
import { EXPIRES_AT_PLACEHOLDER, TOKEN_PLACEHOLDER } from '../../src/private/settings';

// Every field of a secret, as those address it who read it: docs/readers.md. What they run is not here; what they parse is.

const SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:build/token-AbCdEf';
const TOKEN = `eyJ2ZXIiOjF9.${'x'.repeat(900)}`;

const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
const token = new CodeArtifactToken(stack, 'Token', {
  domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'),
  publishTo: ['store'],
  readFrom: ['own'],
  format: SecretFormat.json(
    PackageManager.npm('store'), PackageManager.npm('own', { scope: '@acme' }), PackageManager.yarn('own', { scope: '@acme' }),
    PackageManager.pip('store', { netrc: true }), PackageManager.uv('store'), PackageManager.uv('own', { name: 'Private.Registry' }),
    PackageManager.poetry('store', { name: 'private-registry' }), PackageManager.nuget('own', { name: 'Contoso' }), PackageManager.bundler('store'),
    PackageManager.maven('own', { mirrorOf: '*' }),
  ),
});
const templateOf = ({ function: fn }: CodeArtifactToken): string =>
  stack.resolve((fn.node.defaultChild as lambda.CfnFunction).environment).variables.SECRET_TEMPLATE;
const value = templateOf(token).replaceAll(TOKEN_PLACEHOLDER, TOKEN).replaceAll(EXPIRES_AT_PLACEHOLDER, '1800000000');
const secret: Record<string, string> = JSON.parse(value);
const arnOf = (text: string) => text.replace(token.secret.secretArn, SECRET_ARN);
const { username, password, expires_at, ...variables } = secret;

test('the secret fits, and all of it is text', () => {
  expect(Buffer.byteLength(value)).toBeLessThan(65_536); // https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
  expect(Object.values(secret).filter((field) => typeof field !== 'string')).toEqual([]);
});

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
test('ECS finds in each ARN the secret, the field, and no version', () => {
  const filled = Object.fromEntries(Object.entries(token.ecsSecrets()).map(([name, { arn }]) => {
    const [, , , , , , id, field, stage, version, ...more] = arnOf(arn).split(':');
    expect([id, stage, version, more]).toEqual(['build/token-AbCdEf', '', '', []]);
    return [name, secret[field]];
  }));

  expect(filled).toEqual(variables);
});

// https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.secrets-manager
test('CodeBuild finds in each value the secret and the field', () => {
  const filled = Object.fromEntries(Object.entries(token.codeBuildVariables()).map(([name, variable]) => {
    const [, , , , , , id, field, ...more] = arnOf(variable.value).split(':');
    expect([variable.type, id, more]).toEqual(['SECRETS_MANAGER', 'build/token-AbCdEf', []]);
    return [name, secret[field]];
  }));

  expect(filled).toEqual(variables);
});

test.each([
  // External Secrets finds `property` with it.
  ['gjson', 'import gjson; found = lambda secret, key: gjson.get(json.loads(secret), key)'],
  // The provider of the CSI driver finds `path` with it.
  ['jmespath', 'import jmespath; found = lambda secret, key: jmespath.search(key, json.loads(secret))'],
])('%s finds each field by its name', (_, finder) => {
  const program = `import json, sys; ${finder}; secret = sys.stdin.read(); print(json.dumps({key: found(secret, key) for key in json.loads(secret)}))`;

  expect(JSON.parse(execFileSync(PYTHON, ['-c', program], { input: value, encoding: 'utf8' }))).toEqual(secret);
});

// https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data
test('Kubernetes takes each field for the key of a Secret, and each variable for one of a container', () => {
  expect(Object.keys(secret).filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key))).toEqual([]);
  expect(Object.keys(variables).filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))).toEqual([]);
});

// https://github.com/aws-actions/aws-secretsmanager-get-secrets#environment-variable-naming
test('the GitHub action keeps each name with name-transformation: none, and not without', () => {
  const named = (key: string, transformation: 'none' | 'uppercase') => {
    const valid = key.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(\d)/, '_$1');
    return transformation === 'none' ? valid : valid.toUpperCase();
  };

  expect(Object.keys(variables).filter((name) => named(name, 'none') !== name)).toEqual([]);
  expect(Object.keys(variables).filter((name) => named(name, 'uppercase') !== name)).toEqual(['NuGetPackageSourceCredentials_Contoso']);
});

// It masks each value: with a JSON secret also what is no secret.
test('a CI secret in plain text has no value that is no secret, and one in JSON has', () => {
  expect(Object.values(variables).filter((field) => !field.includes(TOKEN))).toEqual(expect.arrayContaining(['aws']));
  const plain = new CodeArtifactToken(stack, 'Plain', { domain: token.domain, readFrom: ['store'] });
  expect(templateOf(plain)).toBe(TOKEN_PLACEHOLDER);
});
