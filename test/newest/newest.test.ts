import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

// The tarball that is published, in an app with the newest aws-cdk-lib 2. All other tests run with the lowest that is supported.

const ROOT = join(__dirname, '..', '..');

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'newest-'));
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', directory], { cwd: ROOT, encoding: 'utf8' }));
  writeFileSync(join(directory, 'package.json'), JSON.stringify({
    dependencies: { 'aws-cdk-lib': '^2', 'constructs': '^10', 'cdk-codeartifact-token': `file:${filename}` },
  }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: directory });
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Runs an app of this folder with the newest aws-cdk-lib, and reads what it prints. */
function run(app: string): any {
  copyFileSync(join(__dirname, app), join(directory, app));
  const env = { ...process.env, CDK_VALIDATION: 'false' };
  return JSON.parse(execFileSync(process.execPath, [require.resolve('tsx/cli'), app], { cwd: directory, encoding: 'utf8', env }));
}

test('design.md 3.10: an app synthesises with it twice to the same bytes, without esbuild, Docker and the network', () => {
  expect(existsSync(join(directory, 'node_modules', 'esbuild'))).toBe(false);

  writeFileSync(join(directory, 'offline.js'), `
    require('node:net').Socket.prototype.connect = () => { throw new Error('this synthesis wants the network'); };`);
  writeFileSync(join(directory, 'app.js'), `
    const { App, Stack } = require('aws-cdk-lib');
    const { CodeArtifactDomain, CodeArtifactToken } = require('cdk-codeartifact-token');
    const stack = new Stack(new App(), 'Stack');
    new CodeArtifactToken(stack, 'Token', { domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'), readFrom: ['npm-store'] });
  `);
  mkdirSync(join(directory, 'no-commands'));
  const synthesised = ['first.out', 'second.out'].map((out) => {
    const { status, stderr } = spawnSync(process.execPath, ['--require', './offline.js', 'app.js'], {
      cwd: directory, env: { PATH: join(directory, 'no-commands'), HOME: directory, CDK_OUTDIR: out }, encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' }); // no deprecation either
    return filesOf(join(directory, out));
  });

  expect(Object.keys(synthesised[0])).toEqual(expect.arrayContaining(['Stack.template.json', 'Stack.assets.json']));
  expect(synthesised[1]).toEqual(synthesised[0]);
});

/** The types of an installed package, by their names in all languages. */
function typesOf(name: string, within = directory): Record<string, any> {
  const path = join(within, 'node_modules', name, '.jsii');
  return JSON.parse(existsSync(`${path}.gz`) ? gunzipSync(readFileSync(`${path}.gz`)).toString() : readFileSync(path, 'utf8')).types;
}

test('each type that the package names or inherits is still in the newest aws-cdk-lib: a Go module made with the lowest does not compile without it', () => {
  const lowest = { ...typesOf('aws-cdk-lib', ROOT), ...typesOf('constructs', ROOT) };
  const newest = { ...typesOf('aws-cdk-lib'), ...typesOf('constructs') };
  const named = (type: unknown) => [...new Set(JSON.stringify(type).match(/(?<=")(aws-cdk-lib|constructs)\.[\w.]+(?=")/g))];

  const own = Object.values(typesOf('cdk-codeartifact-token'));
  const bases = (type: any): any[] => [type.base, ...type.interfaces ?? []].filter((base) => base in lowest)
    .flatMap((base) => [lowest[base], ...bases(lowest[base])]);
  const used = named([...own, ...own.flatMap(bases)]).filter((name) => name in lowest);

  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((name) => !(name in newest))).toEqual([]);
});

describe('design.md 2: token.secret is a whole secret', () => {
  /** The members of an interface, with those that it inherits. */
  function membersOf(types: Record<string, any>, fqn: string): string[] {
    const { methods = [], properties = [], interfaces = [] } = types[fqn];
    return [...methods, ...properties].map(({ name }) => name).concat(interfaces.flatMap((parent: string) => membersOf(types, parent)));
  }

  let used: Record<string, { plain: any; token: any }>;

  beforeAll(() => {
    used = run('secret-members.app.ts');
  });

  test('each member of ISecret is used below, and none else', () => {
    const types = { ...typesOf('aws-cdk-lib'), ...typesOf('constructs') };
    const members = new Set(membersOf(types, 'aws-cdk-lib.aws_secretsmanager.ISecret'));

    expect([...members].sort()).toEqual(Object.keys(used).sort());
  });

  test('each does what it does on a plain secret, or is refused', () => {
    const differing = Object.entries(used).filter(([, { plain, token }]) => JSON.stringify(plain) !== JSON.stringify(token));

    expect(Object.fromEntries(differing.map(([member, { token }]) => [member, token]))).toEqual({
      // A plain secret has its name from its ARN, which it has before it has a value.
      secretName: { Output: { Value: { 'Fn::GetAtt': ['TokenFirstToken6B5249C2', 'SecretName'] } } },
      addRotationSchedule: expect.stringMatching(/^refused: addRotationSchedule must not be called on the secret of a CodeArtifactToken/),
      attach: expect.stringMatching(/^refused: attach must not be called on the secret of a CodeArtifactToken/),
    });
    for (const [member, { plain }] of Object.entries(used)) {
      expect({ member, changed: Object.keys(plain) }).not.toEqual({ member, changed: [] });
    }
  });
});

describe('property injection, by which organizations set their defaults', () => {
  let templates: Record<string, any[]>;

  beforeAll(() => {
    templates = run('property-injection.app.ts');
  });

  const resources = (stack: string, type: string): any[] => templates[stack].filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const statements = (stack: string) => resources(stack, 'AWS::IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

  test('of CodeArtifactToken itself: the nearest injector sets a prop that the stack does not', () => {
    expect(resources('OfToken', 'AWS::SecretsManager::Secret')).toEqual([expect.objectContaining({ Name: 'injected', Description: 'of the stack' })]);
  });

  test('of what it is made of: key, VPC and queue, with the permissions that each needs', () => {
    const [secret] = resources('OfParts', 'AWS::SecretsManager::Secret');
    const [fn] = resources('OfParts', 'AWS::Lambda::Function');
    const [schedule] = resources('OfParts', 'AWS::Scheduler::Schedule');
    const [, scheduleRole] = resources('OfParts', 'AWS::IAM::Role');

    expect(secret.KmsKeyId).toMatch('key/secret');
    expect(fn.VpcConfig.SubnetIds).toEqual(['subnet-1']);
    expect(fn.DeadLetterConfig.TargetArn).toMatch(':failed');
    expect(schedule.KmsKeyArn).toMatch('key/schedule');
    expect(statements('OfParts')).toEqual(expect.arrayContaining([
      expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: secret.KmsKeyId }),
      expect.objectContaining({ Action: expect.arrayContaining(['ec2:CreateNetworkInterface']), Effect: 'Allow' }),
      expect.objectContaining({ Action: 'sqs:SendMessage', Resource: fn.DeadLetterConfig.TargetArn }),
    ]));
    expect(scheduleRole.Policies[0].PolicyDocument.Statement).toEqual(expect.arrayContaining([
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: schedule.KmsKeyArn },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: fn.DeadLetterConfig.TargetArn },
    ]));
  });
});

function filesOf(out: string): Record<string, string> {
  return Object.fromEntries(readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [join(entry.parentPath, entry.name).slice(out.length + 1), readFileSync(join(entry.parentPath, entry.name), 'base64')]));
}

test('the projects of CDK Pipelines may decrypt what codeBuildVariables gives them, in new apps and in old ones', () => {
  expect(run('pipelines.app.ts')).toEqual([[true, true], [true, true]]);
});
