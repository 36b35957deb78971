import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, copyExample, path, ROOT, run, synthesise, synthesiseTypeScript } from './harness';
import { EmbeddedCloud } from '../../sandbox/embedded-cloud';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const AUDIT = join(ROOT, '.sandbox', 'audit');

let python: string;

beforeAll(() => {
  const built = build('python');
  copyExample('python');
  run(join(ROOT, '.sandbox', 'python', 'bin', 'python'), ['-m', 'venv', 'venv'], 'python');
  python = path('python', 'venv', 'bin', 'python');
  const [wheel] = readdirSync(built).filter((file) => file.endsWith('.whl'));
  run(python, ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', join(built, wheel), '--requirement', 'requirements.txt'], 'python');
});

test('the example in Python makes what that of TypeScript makes', () => {
  expect(synthesise('python', python, ['app.py'])).toEqual(synthesiseTypeScript());
});

test('README and examples in the wheel are in Python', () => {
  const text = run(python, ['-c', "import cdk_codeartifact_token as t, importlib.metadata as m; print(m.metadata('cdk-codeartifact-token').get_payload()"
    + ' or m.metadata("cdk-codeartifact-token")["Description"], t.PackageManager.npm.__doc__)'], 'python');

  expect(text).toContain('domain.grant_read(role, "npm-store")');
  expect(text).toContain('PackageManager.npm("npm-own", scope="@acme")');
});

test('mypy and pyright have nothing to say about the example in Python', () => {
  run(join(AUDIT, 'python', 'bin', 'mypy'), ['--strict', '--cache-dir', path('mypy'), '--python-executable', python, 'app.py'], 'python');
  run(process.execPath, [join(AUDIT, 'npm', 'node_modules', 'pyright', 'index.js'), '--warnings', '--pythonpath', python, 'app.py'], 'python');
});

test('the example in Python is deployed, and its container would get a token that opens the repository', async () => {
  const cloud = await EmbeddedCloud.start();
  try {
    await cloud.cdk.bootstrap();
    expect(await cloud.cdk.deploy(`${python} ${path('python', 'app.py')}`)).toMatchObject({ succeeded: true });

    const { taskDefinitionArns: [task] } = await cloud.aws('ecs', 'list-task-definitions');
    const { taskDefinition } = await cloud.aws('ecs', 'describe-task-definition', '--task-definition', task);
    const [{ name, valueFrom }] = taskDefinition.containerDefinitions[0].secrets;
    expect(name).toBe('CODEARTIFACT_AUTH_TOKEN');
    expect(await cloud.opensTo((await cloud.read(valueFrom)).token)).toBe(true);
  } finally {
    await cloud.stop();
  }
});

test('readers of the secret in Python get what those of the token get: a method that is put onto an object is not the one that jsii calls', () => {
  writeFileSync(path('python', 'readers.py'), `
from aws_cdk import App, Stack, Tags, aws_iam as iam, aws_kms as kms
from cdk_codeartifact_token import CodeArtifactDomain, CodeArtifactToken
app = App()
stack = Stack(app, 'GettingStarted')
token = CodeArtifactToken(stack, 'Token',
    domain=CodeArtifactDomain.from_domain_name(stack, 'Domain', 'acme'), read_from=['npm-store'],
    encryption_key=kms.Key.from_key_arn(stack, 'Key', '${KEY_ARN}'))
token.secret.grant_read(iam.User(stack, 'OfSecret'))
token.grant_read(iam.User(stack, 'OfToken'))
Tags.of(token.secret).add('team', 'build')
app.synth()
`);
  const { template: { Resources } } = synthesise('python', python, ['readers.py']);

  const statementsOf = (user: string) => Object.entries<any>(Resources)
    .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(user))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
  expect(statementsOf('OfSecret')).toContainEqual(expect.objectContaining({ Action: 'kms:Decrypt', Resource: KEY_ARN }));
  expect(statementsOf('OfSecret')).toEqual(statementsOf('OfToken'));
  expect(Object.values<any>(Resources).find(({ Type }) => Type === 'AWS::SecretsManager::Secret').Properties.Tags).toEqual([{ Key: 'team', Value: 'build' }]);
});
