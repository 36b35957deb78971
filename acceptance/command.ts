/**
 * Runs the deployed tests in an account on AWS, and writes what they settle into docs/confirmed.json.
 *
 *     npm run acceptance -- --profile NAME --region REGION [--reader-profile NAME]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Account, accountsOf, confirm, Refusal } from './account';
import { PROBE } from './aws-cloud';
import { newPrefix, otherRegionThan, remove } from './belongings';
import { observationsIn, settledBy, writeConfirmations } from './confirmations';
import { COSTS, MINUTES } from './costs';
import { check } from './preflight';
import { runCommand } from './run-command';
import type { Run } from '../sandbox/cloud';
import { npmPublish } from '../sandbox/npm-publish';

const ROOT = join(__dirname, '..');
const USAGE = 'Usage: npm run acceptance -- [--profile NAME] --region REGION [--reader-profile NAME]';

/** When Ctrl-C was pressed, by `performance.now()`. */
let interrupted: number | undefined;
let working: ChildProcess | undefined;

async function acceptance(): Promise<void> {
  const accounts = await accountsOf(USAGE);
  const [account, reader] = accounts;
  await check(accounts);
  const prefix = newPrefix();
  announce(account, prefix);
  await confirm(account, 'begin');

  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const run: Run = {
    on: account.rehearsal ? 'a rehearsal' : 'AWS',
    account: account.id,
    region: account.region,
    otherRegion: otherRegionThan(account.region),
    prefix,
    domain: prefix,
    assetsBucket: `${prefix}-${account.id}-${account.region}`,
    readerProfile: reader?.profile,
  };
  try {
    await prepare(account, run);
    if (!interrupted) {
      await test(account, run);
    }
  } finally {
    await cleanUp(accounts, run);
  }
}

function announce({ id, arn, region, rehearsal }: Account, prefix: string): void {
  console.log(`
Signed in        ${arn}
Account, region  ${id}, ${region}${rehearsal ? ' (a rehearsal on an embedded cloud)' : ''}
It makes         stacks, roles, a bucket and a CodeArtifact domain, all with names that begin with ${prefix}, and some replicas in ${otherRegionThan(region)}
It takes         about ${MINUTES} minutes, and up to half an hour more to remove what it made
It costs         about ${COSTS.reduce((sum, { dollars }) => sum + dollars, 0).toFixed(2)} dollars by AWS's list prices:
${COSTS.map(({ what, dollars }) => `                 ${dollars.toFixed(2)}  ${what}`).join('\n')}
In the end       it removes what it made, also after Ctrl-C. KMS keys are deleted a week later, and cost nothing until then.
`);
}

function interrupt(): void {
  const now = performance.now();
  if (interrupted !== undefined) {
    if (now - interrupted < 1_000) {
      return; // it is the same one, which npm and tsx hand on beside the terminal
    }
    console.error('Interrupted again: what is left stays there until `npm run acceptance:leftovers`.');
    process.exit(130);
  }
  interrupted = now;
  console.error('\nInterrupted: stopping the tests, and then removing what they made. Ctrl-C once more leaves it there.');
  stop();
}

/** The tests are a process group, with all that they have started. */
function stop(): void {
  if (working?.pid && working.exitCode === null) {
    try {
      process.kill(-working.pid, 'SIGINT');
    } catch {
      // it has just ended
    }
  }
}

/** What begins as a token does, in the output of tests that fail. */
const withoutTokens = (text: string) => text.replaceAll(/eyJ2ZXIi[\w.-]+/g, '[a token]');

/** What is to be committed has no number of an account, and neither the names of a run. */
const anonymous = (text: string, { account, prefix }: Run) => text.replaceAll(account, '111122223333').replaceAll(prefix, 'cdkcat');

/** The group dies when our end of the pipe closes, also when we are killed. What a group has at its end dies with us as well. */
const LEASH = 'exec 3<&0; { cat <&3; kill -KILL 0; } >/dev/null 2>&1 & "$@" </dev/null; exit $?';

/** Runs a program to its end, in a process group that Ctrl-C does not reach before we know of it. */
async function execute(command: string[], cwd: string, environment: Record<string, string | undefined>): Promise<number> {
  const child = spawn('/bin/sh', ['-c', LEASH, 'leash', ...command], { cwd, env: environment, detached: true });
  working = child;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => console.log(withoutTokens(line)));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Makes what all tests share: the domain, the repository with a package in it, and the bucket. */
async function prepare({ aws, region }: Account, { domain, assetsBucket }: Run): Promise<void> {
  console.log(`Making the domain ${domain} with the repository npm-store, and the bucket ${assetsBucket}`);
  const location = region === 'us-east-1' ? [] : ['--create-bucket-configuration', `LocationConstraint=${region}`];
  await aws('s3api', 'create-bucket', '--bucket', assetsBucket!, ...location);
  await aws('codeartifact', 'create-domain', '--domain', domain);
  await aws('codeartifact', 'create-repository', '--domain', domain, '--repository', 'npm-store');
  const { authorizationToken } = await aws('codeartifact', 'get-authorization-token', '--domain', domain, '--duration-seconds', '900');
  const { repositoryEndpoint } = await aws('codeartifact', 'get-repository-endpoint', '--domain', domain, '--repository', 'npm-store', '--format', 'npm');
  await npmPublish(repositoryEndpoint, authorizationToken, { name: PROBE, version: '1.0.0' });
}

/** Runs the deployed tests, and keeps what came of them. */
async function test({ environment, rehearsal, region }: Account, run: Run): Promise<void> {
  // The keys that a profile was to replace are not among them.
  const others = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  const report = join(ROOT, 'reports', run.prefix);
  mkdirSync(report, { recursive: true });
  const outcome = join(report, 'tests.json');
  const observations = join(report, 'observations.jsonl');
  const today = new Date().toISOString().slice(0, 10);
  const code = await execute([
    process.execPath, require.resolve('jest/bin/jest'), 'test/e2e', 'test/acceptance', '--coverage=false', '--testTimeout=7200000',
    `--maxWorkers=${rehearsal ? 2 : 12}`, '--json', '--outputFile', outcome,
  ], ROOT, { ...others, ...environment, DEPLOYED_RUN: JSON.stringify(run), OBSERVATIONS: observations, NODE_NO_WARNINGS: '1' });
  if (interrupted) {
    rmSync(report, { recursive: true });
    return;
  }
  const results = withoutTokens(readFileSync(outcome, 'utf8'));
  writeFileSync(outcome, results);
  const observed = observationsIn(observations).map(({ claimId, text }) => ({ claimId, text: anonymous(text, run) }));
  const settled = settledBy(JSON.parse(results), observed, today, region);
  writeFileSync(join(report, 'confirmed.json'), `${JSON.stringify(settled, undefined, 2)}\n`);
  console.log(`${Object.keys(settled).length} claims were tried: ${report}`);
  if (!rehearsal) {
    writeConfirmations(settled);
    // The page is written by the test that compares it elsewhere.
    await execute([process.execPath, require.resolve('jest/bin/jest'), 'test/confirmed', '--coverage=false'], ROOT, { ...process.env, CI: '' });
  }
  if (code !== 0) {
    throw new Refusal('Some tests failed: what they say of AWS is in docs/confirmed.md, and why in the output above.');
  }
}

async function cleanUp(accounts: readonly Account[], { prefix }: Run): Promise<void> {
  console.log(`Removing what the run made: ${prefix}`);
  const left = await remove(accounts, prefix, (line) => console.log(`  ${line}`));
  if (left.length > 0) {
    throw new Refusal(`Still there: ${left.map(({ kind, name }) => `${kind} ${name}`).join(', ')}. Remove it with \`npm run acceptance:leftovers\`.`);
  }
  console.log(`Nothing is left of ${prefix}.`);
  if (interrupted) {
    process.exitCode = 130;
  }
}

runCommand(acceptance);
