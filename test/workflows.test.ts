import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Job {
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly steps: { readonly uses?: string; readonly run?: string; readonly env?: Record<string, string> }[];
}
interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: unknown;
  readonly jobs: Record<string, Job>;
}

const ROOT = join(__dirname, '..');
const DIRECTORY = join(ROOT, '.github', 'workflows');
const texts = new Map(readdirSync(DIRECTORY).map((file) => [file.replace('.yml', ''), readFileSync(join(DIRECTORY, file), 'utf8')]));
const workflows = new Map([...texts].map(([name, text]): [string, Workflow] => [name, parse(text)]));
const jobs = [...workflows].flatMap(([workflow, { jobs: all }]) => Object.entries(all).map(([name, job]) => ({ name: `${workflow}/${name}`, job })));
const release = workflows.get('release')!.jobs;

/** The jobs that can write somewhere, prove who they are, or know a secret. */
const privileged = jobs.filter(({ job }) => Object.values(job.permissions ?? { everything: 'write' }).includes('write') || /secrets\./.test(JSON.stringify(job)));

test('zizmor finds nothing', () => {
  const zizmor = join(ROOT, '.sandbox', 'audit', 'python', 'bin', 'zizmor');
  const { status, stdout } = spawnSync(zizmor, ['--offline', '--no-progress', '--quiet', '--format', 'json', DIRECTORY], { encoding: 'utf8' });

  expect({ status, findings: JSON.parse(stdout) }).toEqual({ status: 0, findings: [] });
});

test('every action is pinned to a commit, so that a moved tag runs nothing new', () => {
  const uses = jobs.flatMap(({ job }) => job.steps.flatMap((step) => step.uses ?? []));

  expect(uses.length).toBeGreaterThan(0);
  expect(uses.filter((action) => !/^[\w-]+(\/[\w-]+)+@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

test('every job says what it may do; few may write, each what it is there for', () => {
  const writes = jobs.flatMap(({ name, job }) => Object.entries(job.permissions ?? { everything: 'write' })
    .filter(([, access]) => access !== 'read')
    .map(([permission, access]) => `${name} ${permission}: ${access}`));

  expect(writes.sort()).toEqual([
    'acceptance/acceptance id-token: write',
    'codeql/analyze security-events: write',
    'release/attest attestations: write',
    'release/attest id-token: write',
    'release/release_github contents: write',
    'release/release_npm id-token: write',
    'release/release_nuget id-token: write',
    'release/release_pypi id-token: write',
    'scorecard/analyze id-token: write',
    'scorecard/analyze security-events: write',
    'upgrade/pr contents: write',
    'upgrade/pr pull-requests: write',
  ]);
  expect([...workflows.values()].filter(({ permissions }) => permissions)).toEqual([]);
});

// The tests on AWS are code of this project, and need a role.
test.each(privileged.filter(({ name }) => name !== 'acceptance/acceptance'))('$name, which has a right or a secret, runs no code of this project and none of its dependencies', ({ name, job }) => {
  const others = job.steps.flatMap(({ run }) => run ?? []).filter((run) => !/^npx '-p' 'publib@\d+\.\d+\.\d+' 'publib-[a-z]+'$/.test(run));

  expect(others.filter((run) => /\b(npm|npx|projen|node|tsx|jest|pip|mvn|make)\b|\.\//.test(run))).toEqual([]);
  // Reading the files is what the scanners are there for, and applying a patch to them what the pull request is.
  const reads = ['codeql/analyze', 'scorecard/analyze', 'upgrade/pr'].includes(name);
  expect(job.steps.some(({ uses }) => uses?.startsWith('actions/checkout@'))).toBe(reads);
});

test('the release compares with the last one, runs every test and builds all packages, once, in a job without a right or a secret', () => {
  const { tasks } = JSON.parse(readFileSync(join(ROOT, '.projen', 'tasks.json'), 'utf8'));
  const spawned = (task: string): string[] => [
    task, ...(tasks[task].steps ?? []).flatMap(({ spawn }: { spawn?: string }) => spawn ? spawned(spawn) : []),
  ];

  expect(privileged.map(({ name }) => name)).not.toContain('release/release');
  expect(release.release.steps.filter(({ run }) => run === 'npx projen release')).toHaveLength(1);
  const inOrder = spawned('release').filter((task) => ['compat', 'test', 'package'].includes(task) || task.startsWith('package:'));
  expect(inOrder).toEqual(['compat', 'test', 'package', ...['js', 'java', 'python', 'dotnet', 'go'].map((language) => `package:${language}`)]);
  expect(Object.keys(release).sort()).toEqual([
    'attest', 'release', 'release_github', 'release_golang', 'release_maven', 'release_npm', 'release_nuget', 'release_pypi',
  ]);
});

test('the first release is 1.0.0', () => {
  const { tasks } = JSON.parse(readFileSync(join(ROOT, '.projen', 'tasks.json'), 'utf8'));
  const directory = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    for (const path of ['package.json', '.projen']) {
      cpSync(join(ROOT, path), join(directory, path), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], { cwd: directory });
    git('init', '--quiet');
    git('add', 'package.json');
    git('commit', '--quiet', '--message', 'All of it');
    execFileSync('npx', ['projen', 'bump'], { cwd: directory, env: { ...process.env, ...tasks.release.env }, stdio: 'pipe' });

    expect(readFileSync(join(directory, 'dist', 'version.txt'), 'utf8')).toBe('1.0.0');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('what was built is attested, and the bill of materials is attached to the release', () => {
  expect(release.attest.steps.at(-1)).toMatchObject({
    uses: expect.stringMatching(/^actions\/attest-build-provenance@/), with: { 'subject-path': 'dist/sbom.cdx.json\ndist/*/**' },
  });
  expect(release.release_github.steps.at(-1)!.run).toMatch(/^gh release upload .* dist\/sbom\.cdx\.json /);
});

test('a version of a dependency is a week old before it is taken, and none runs a script when it is installed', () => {
  const { tasks } = JSON.parse(readFileSync(join(ROOT, '.projen', 'tasks.json'), 'utf8'));

  expect(tasks.install.env).toEqual({ NPM_CONFIG_MIN_RELEASE_AGE: '7' });
  expect(tasks.upgrade.env.NPM_CONFIG_BEFORE).toContain(`Date.now()-${7 * 24 * 60 * 60 * 1000}`);
  expect(tasks.upgrade.steps[0].execArgs).toContain('--cooldown=7');
  expect(workflows.get('upgrade')!.jobs.upgrade.steps.map(({ run }) => run)).toContain('npx projen upgrade');
  expect(readFileSync(join(ROOT, '.npmrc'), 'utf8').split('\n')).toContain('ignore-scripts=true');
});

test('no workflow runs the code of a stranger with more than a reader has', () => {
  const triggers = new Set([...workflows.values()].flatMap(({ on }) => Object.keys(on)));

  expect([...triggers].sort()).toEqual(['pull_request', 'push', 'schedule', 'workflow_dispatch']);
  expect(Object.keys(workflows.get('release')!.on)).toEqual(['workflow_dispatch']);
});

test('a password is kept at GitHub for those alone that do not trust the workflow itself: Maven Central, and the repository of the Go module', () => {
  const secrets = jobs.flatMap(({ name, job }) => [...new Set(JSON.stringify(job).match(/secrets\.\w+/g) ?? [])].map((secret) => `${name} ${secret}`));

  expect(secrets.sort()).toEqual([
    'release/release_github secrets.GITHUB_TOKEN',
    'release/release_golang secrets.GO_GITHUB_TOKEN',
    'release/release_maven secrets.MAVEN_GPG_PRIVATE_KEY',
    'release/release_maven secrets.MAVEN_GPG_PRIVATE_KEY_PASSPHRASE',
    'release/release_maven secrets.MAVEN_PASSWORD',
    'release/release_maven secrets.MAVEN_STAGING_PROFILE_ID',
    'release/release_maven secrets.MAVEN_USERNAME',
    'release/release_nuget secrets.NUGET_USERNAME',
    'upgrade/pr secrets.GITHUB_TOKEN',
  ]);
});

test('the tests on AWS run by hand, after someone has approved, as a role of the account that was typed in, and leave their report', () => {
  const { on, jobs: { acceptance } } = workflows.get('acceptance')!;

  expect(Object.keys(on)).toEqual(['workflow_dispatch']);
  expect(acceptance).toMatchObject({ environment: 'acceptance', permissions: { 'contents': 'read', 'id-token': 'write' } });
  expect(acceptance.steps.find(({ uses }) => uses?.startsWith('aws-actions/'))).toMatchObject({
    with: { 'role-to-assume': '${{ vars.ACCEPTANCE_ROLE }}', 'allowed-account-ids': '${{ inputs.account }}' },
  });
  expect(acceptance.steps.flatMap(({ run, env }) => run?.includes('acceptance') ? { run, env } : [])).toEqual(['acceptance', 'acceptance:leftovers'].map((script) => ({
    run: `printf '%s\\n' "$ACCOUNT" | npm run ${script} -- --region "$REGION"`,
    env: { ACCOUNT: '${{ inputs.account }}', REGION: '${{ inputs.region }}' },
  })));
  expect(acceptance.steps.at(-1)).toMatchObject({ if: 'always()', with: { path: expect.stringContaining('reports/') } });
});

test('nothing is published before someone has approved', () => {
  expect(Object.keys(release).filter((name) => release[name].environment !== 'release')).toEqual(['release']);
});

test('npm publishes the tarball that was tested, with its provenance', () => {
  const { steps } = release.release_npm;

  expect(steps.at(-1)).toMatchObject({
    env: { NPM_CONFIG_PROVENANCE: 'true', NPM_TRUSTED_PUBLISHER: 'true' },
    run: expect.stringMatching(/publib@\d+\.\d+\.\d+' 'publib-npm'$/),
  });
});

test('a change is built and tested by the command of the README, on every Node that is supported', () => {
  const { test: job } = workflows.get('build')!.jobs as any;

  expect(job.steps.at(-1).run).toBe('npm test');
  expect(job.strategy.matrix.node).toEqual(['20.19.0', '22', '24']);
});

test('advisories about what is shipped fail a build, also when nothing has changed', () => {
  const { on, jobs: { audit } } = workflows.get('audit')!;

  expect(on.schedule).toBeDefined();
  expect(audit.steps).toContainEqual(expect.objectContaining({ run: 'npx projen audit' }));
  expect(audit.steps).not.toContainEqual(expect.objectContaining({ 'run': 'npx projen audit', 'continue-on-error': true }));
});
