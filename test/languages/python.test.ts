import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The wheel, in an app that has nothing else of this project. Built by the task `test:all`.

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROOT = join(__dirname, '..', '..');

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'python-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

test('an app in Python synthesises with the wheel, which brings the handler along; its readers get what those of TypeScript get', () => {
  const run = (command: string, args: string[], cwd = directory) => execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  run('npx', ['jsii-pacmak', '--target', 'python', '--outdir', directory], ROOT);
  const [wheel] = readdirSync(join(directory, 'python')).filter((file) => file.endsWith('.whl'));
  run(join(ROOT, '.sandbox', 'python', 'bin', 'python'), ['-m', 'venv', 'venv']);
  const python = join(directory, 'venv', 'bin', 'python');
  run(python, ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', join('python', wheel)]);

  writeFileSync(join(directory, 'app.py'), `
from aws_cdk import App, Stack, Tags, aws_iam as iam, aws_kms as kms
from cdk_codeartifact_token import CodeArtifactDomain, CodeArtifactToken
app = App(outdir='out')
stack = Stack(app, 'Stack')
token = CodeArtifactToken(stack, 'Token',
    domain=CodeArtifactDomain.from_domain_name(stack, 'Domain', 'acme'), read_from=['npm-store'],
    encryption_key=kms.Key.from_key_arn(stack, 'Key', '${KEY_ARN}'))
token.secret.grant_read(iam.User(stack, 'OfSecret'))
token.grant_read(iam.User(stack, 'OfToken'))
Tags.of(token.secret).add('team', 'build')
app.synth()
`);
  run(python, ['app.py']);

  const { Resources } = JSON.parse(readFileSync(join(directory, 'out', 'Stack.template.json'), 'utf8'));
  const { Code } = Object.values<any>(Resources).find(({ Type }) => Type === 'AWS::Lambda::Function').Properties;
  expect(readFileSync(join(directory, 'out', `asset.${Code.S3Key.replace('.zip', '')}`, 'index.js')))
    .toEqual(readFileSync(join(ROOT, 'assets', 'lambda', 'refresh-token', 'index', 'index.js')));
  expect(Object.values<any>(Resources).map(({ Type }) => Type)).toContain('Custom::CodeArtifactToken');

  // A method that is put onto an object is not the one that jsii calls: readers of token.secret could not decrypt.
  const statementsOf = (user: string) => Object.entries<any>(Resources)
    .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(user))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
  expect(statementsOf('OfSecret')).toContainEqual(expect.objectContaining({ Action: 'kms:Decrypt', Resource: KEY_ARN }));
  expect(statementsOf('OfSecret')).toEqual(statementsOf('OfToken'));
  expect(Object.values<any>(Resources).find(({ Type }) => Type === 'AWS::SecretsManager::Secret').Properties.Tags).toEqual([{ Key: 'team', Value: 'build' }]);
});
