import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './harness';
import type { Run } from '../../sandbox/cloud';

// The apps of the deployed tests, most of which are deployed on AWS alone, synthesise as for AWS, and cfn-lint finds no error in them.

const RUN: Run = {
  on: 'AWS', account: '111122223333', region: 'eu-west-1', otherRegion: 'us-east-1', prefix: 'cdkcat-abc123-x', domain: 'cdkcat-abc123', assetsBucket: 'assets',
};
const CFN_LINT = join(ROOT, '.sandbox', 'audit', 'python', 'bin', 'cfn-lint');
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555';

/** What the tests give with `--context`, where an app needs it or makes something else with it. */
const CONTEXTS: Record<string, Record<string, string>[]> = {
  'accounts.app.ts': [{}, { reader: '444455556666' }],
  'alarm.app.ts': [{ minutes: '40' }],
  'containers.app.ts': [{ readers: 'yes' }],
  'dual-stack.app.ts': [{ zone: 'eu-west-1a', prefixList: 'pl-1' }],
  'networks.app.ts': [{ zone: 'eu-west-1a' }],
  'replicas.app.ts': [{}, { key: KEY, disabled: KEY }],
  'rollbacks.app.ts': [{}, { change: 'tag' }, { change: 'code' }],
  'secrets.app.ts': [{ description: 'other', tag: 'other', stackTag: 'other' }],
  'stacks.app.ts': ['NewRoles', 'Unanswered', 'Reference', 'Everything'].map((stack) => ({ stack })),
  'tokens-denied.app.ts': [{ without: 'sts:GetServiceBearerToken', stack: 'Denied' }],
  'tokens.app.ts': [{ own: 'cdkcat-abc123-tokens-own' }],
};

const apps = ['e2e', 'acceptance'].flatMap((folder) => readdirSync(join(ROOT, 'test', folder)).filter((name) => name.endsWith('.app.ts'))
  .flatMap((name) => (CONTEXTS[name] ?? [{}]).map((context) => [`test/${folder}/${name}`, context] as const)));

test.concurrent.each(apps)('%s synthesises with the context %j, its stacks have the prefix of the run, and cfn-lint finds no error', async (app, context) => {
  const directory = mkdtempSync(join(tmpdir(), 'apps-'));
  await promisify(execFile)(process.execPath, [require.resolve('tsx/cli'), '--tsconfig', join(ROOT, 'tsconfig.dev.json'), join(ROOT, app)], {
    env: { ...process.env, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify(context), DEPLOYED_RUN: JSON.stringify(RUN), CDK_VALIDATION: 'false' },
  });
  const templates = readdirSync(directory).filter((name) => name.endsWith('.template.json'));
  await promisify(execFile)(CFN_LINT, ['--ignore-checks', 'W', '--', ...templates], { cwd: directory });
  const { artifacts } = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
  const stacks = Object.values<any>(artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
  const names: string[] = stacks.map(({ properties }) => properties.stackName);

  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !name.startsWith(`${RUN.prefix}-`))).toEqual([]);
});

test('each context is of an app that there is', () => {
  expect(Object.keys(CONTEXTS).filter((name) => !apps.some(([app]) => app.endsWith(`/${name}`)))).toEqual([]);
});
