import { readdirSync, readFileSync } from 'node:fs';
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

const DIRECTORY = join(__dirname, '..', '.github', 'workflows');
const texts = new Map(readdirSync(DIRECTORY).map((file) => [file.replace('.yml', ''), readFileSync(join(DIRECTORY, file), 'utf8')]));
const workflows = new Map([...texts].map(([name, text]): [string, Workflow] => [name, parse(text)]));
const jobs = [...workflows].flatMap(([workflow, { jobs: all }]) => Object.entries(all).map(([name, job]) => ({ name: `${workflow}/${name}`, job })));
const release = workflows.get('release')!.jobs;

test('every action is pinned to a commit, so that a moved tag runs nothing new', () => {
  const uses = jobs.flatMap(({ job }) => job.steps.flatMap((step) => step.uses ?? []));

  expect(uses.length).toBeGreaterThan(0);
  expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

test('every job says what it may do; only those that publish may write, each what it publishes by', () => {
  const writes = jobs.flatMap(({ name, job }) => Object.entries(job.permissions ?? { everything: 'write' })
    .filter(([, access]) => access !== 'read')
    .map(([permission, access]) => `${name} ${permission}: ${access}`));

  expect(writes.sort()).toEqual([
    'release/release_github contents: write',
    'release/release_npm id-token: write',
    'release/release_pypi id-token: write',
  ]);
  expect([...workflows.values()].filter(({ permissions }) => permissions)).toEqual([]);
});

test('no workflow runs the code of a stranger with more than a reader has', () => {
  const triggers = new Set([...workflows.values()].flatMap(({ on }) => Object.keys(on)));

  expect([...triggers].sort()).toEqual(['pull_request', 'push', 'schedule', 'workflow_dispatch']);
  expect(Object.keys(workflows.get('release')!.on)).toEqual(['workflow_dispatch']);
});

test('no password is kept at GitHub: the registries trust the workflow itself', () => {
  const secrets = [...texts.values()].flatMap((text) => text.match(/secrets\.\w+/g) ?? []);

  expect(new Set(secrets)).toEqual(new Set(['secrets.GITHUB_TOKEN']));
});

test('npm publishes the tarball that was tested, with its provenance, once someone has approved', () => {
  const { steps, environment } = release.release_npm;

  expect(environment).toBe('release');
  expect(steps.at(-1)).toMatchObject({
    env: { NPM_CONFIG_PROVENANCE: 'true', NPM_TRUSTED_PUBLISHER: 'true' },
    run: expect.stringMatching(/publib@\d+\.\d+\.\d+' 'publib-npm'$/),
  });
  expect(steps.flatMap(({ run }) => run ?? []).filter((run) => /npm (ci|install)|projen/.test(run))).toEqual([]);
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
