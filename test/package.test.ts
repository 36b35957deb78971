import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The tarball that is published, in an app that has nothing else of this project. Built by the task `test:all`.

const ROOT = join(__dirname, '..');
const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

let directory: string;
let packed: { filename: string; files: { path: string }[] };

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'package-'));
  [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', directory], { cwd: ROOT, encoding: 'utf8' }));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

test('it holds the library, the handler and what is read about them, and nothing else', () => {
  const strangers = packed.files.map(({ path }) => path)
    .filter((path) => !/^(lib\/.*\.(js|d\.ts)|assets\/lambda\/refresh-token\/index\/index\.js|\.jsii|API\.md|LICENSE|README\.md|package\.json)$/.test(path));

  expect(strangers).toEqual([]);
  expect(packed.files.map(({ path }) => path)).toEqual(expect.arrayContaining(['lib/index.js', 'assets/lambda/refresh-token/index/index.js', '.jsii']));
});

test('it brings no dependency but its peers, and runs nothing when it is installed', () => {
  expect(own.dependencies).toBeUndefined();
  expect(Object.keys(own.peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
  expect(Object.keys(own.scripts).filter((script) => /install|prepare/.test(script))).toEqual([]);
});

test('everything here is compiled and tested with the lowest aws-cdk-lib and constructs that it supports', () => {
  for (const peer of ['aws-cdk-lib', 'constructs']) {
    const installed = JSON.parse(readFileSync(join(ROOT, 'node_modules', peer, 'package.json'), 'utf8')).version;
    expect(own.peerDependencies[peer]).toBe(`^${installed}`);
  }
});

test('an app synthesises with it twice to the same bytes: newest aws-cdk-lib 2, no esbuild, no Docker, no network', () => {
  writeFileSync(join(directory, 'package.json'), JSON.stringify({
    dependencies: { 'aws-cdk-lib': '^2', 'constructs': '^10', 'cdk-codeartifact-token': `file:${packed.filename}` },
  }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: directory });
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
}, 180_000);

function filesOf(out: string): Record<string, string> {
  return Object.fromEntries(readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [join(entry.parentPath, entry.name).slice(out.length + 1), readFileSync(join(entry.parentPath, entry.name), 'base64')]));
}
