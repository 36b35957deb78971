/** What the scripts share that install something into the sandbox. They run on nothing but Node itself. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const home = join(root, '.sandbox');

export function stop(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

export function run(command, args, cwd = root) {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (result.error || result.status !== 0) {
    stop(`${command} ${args.join(' ')} failed:\n${result.error?.message ?? `${result.stdout}${result.stderr}`}`);
  }
  return result.stdout.trim();
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
export function step(title, { from, makes, work }) {
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

/** Installs npm packages, by their names and versions, into a folder of their own. */
export function npmPackages(title, directory, packages) {
  step(title, {
    from: JSON.stringify(packages),
    makes: join(directory, 'node_modules'),
    work: () => {
      rmSync(directory, { recursive: true, force: true });
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
      run('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', '--ignore-scripts'], directory);
    },
  });
}

/** Makes a Python environment anew, with what pip is told to install. */
export function pythonEnvironment(directory, ...packages) {
  run(findPython(), ['-m', 'venv', '--clear', directory]);
  run(join(directory, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
}
