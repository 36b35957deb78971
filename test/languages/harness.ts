import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testIfThere } from '../test-if-there';

// Builds the package of a language as a release does, and uses it in the example of that language. All examples have aws-cdk-lib 2.258.0,
// the newest that npm, PyPI, Maven Central and the Go proxy all served when they were written.

export const ROOT = join(__dirname, '..', '..');
const EXAMPLES = join(ROOT, 'examples', 'getting-started');
const HANDLER = join(ROOT, 'assets', 'lambda', 'refresh-token', 'index', 'index.js');
const STACK = 'GettingStarted';

type Language = 'typescript' | 'python' | 'java' | 'go' | 'csharp';

/** What an app made: what is deployed, and not where in its code it came from. */
interface Synthesised {
  readonly template: any;
  readonly assets: object;
  readonly handler: string;
}

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'languages-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Runs a command in the directory of the test, or in a folder of it. */
export function run(command: string, args: string[], folder = '', environment: Record<string, string> = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: join(directory, folder),
    env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', ...environment },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect({ command: [command, ...args].join(' '), status, error, output: status === 0 ? '' : `${stdout}${stderr}` })
    .toEqual({ command: expect.anything(), status: 0, error: undefined, output: '' });
  return stdout;
}

/** Where a file of the test is. */
export const path = (...names: string[]) => join(directory, ...names);

/** Builds the package of a target of jsii. Returns the folder that has it. */
export function build(target: 'python' | 'java' | 'go' | 'dotnet', ...options: string[]): string {
  run(process.execPath, [require.resolve('jsii-pacmak/bin/jsii-pacmak'), '--target', target, '--outdir', path('dist'), ...options, ROOT]);
  return path('dist', target);
}

/** Copies the example of a language into a folder of its name. */
export function copyExample(language: Language): void {
  cpSync(join(EXAMPLES, language), path(language), { recursive: true });
}

/** Runs an app, and reads what it synthesised. */
export function synthesise(folder: string, command: string, args: string[], environment: Record<string, string> = {}): Synthesised {
  run(command, args, folder, { CDK_OUTDIR: path(`${folder}.out`), ...environment });
  const read = (file: string) => readFileSync(path(`${folder}.out`, file), 'utf8');
  const [asset] = readdirSync(path(`${folder}.out`)).filter((name) => name.startsWith('asset.'));
  return { template: JSON.parse(read(`${STACK}.template.json`)), assets: JSON.parse(read(`${STACK}.assets.json`)), handler: read(join(asset, 'index.js')) };
}

/** The example in TypeScript, with the packed tarball. The others must make the same. */
export function synthesiseTypeScript(): Synthesised {
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', directory], { cwd: ROOT, encoding: 'utf8' }));
  copyExample('typescript');
  run('npm', ['install', '--no-audit', '--no-fund', '--omit', 'dev', path(filename)], 'typescript');
  const synthesised = synthesise('typescript', process.execPath, [require.resolve('tsx/cli'), 'app.ts']);
  expect(synthesised.handler).toEqual(readFileSync(HANDLER, 'utf8'));
  expect(Object.values<any>(synthesised.template.Resources).map(({ Type }) => Type)).toContain('Custom::CodeArtifactToken');
  return synthesised;
}

/** `test`, or what skips it where a tool is missing. */
export function testWith(tool: string, ...args: string[]): typeof test {
  return testIfThere({ name: `test/languages with ${tool}`, missing: spawnSync(tool, args).status === 0 ? undefined : tool });
}
