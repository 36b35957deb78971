/**
 * Installs what test/audit audits with: `node sandbox/audit.mjs`, after sandbox/setup.mjs.
 *
 * cdk-nag 3 needs a newer aws-cdk-lib than development has, so both majors come with one of their own.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPython, home, run, step } from './install.mjs';

const audit = join(home, 'audit');
mkdirSync(audit, { recursive: true });

const npmPackages = {
  'aws-cdk-lib': '2.276.0',
  'constructs': '10.8.1',
  'cdk-nag': '3.0.2',
  'cdk-nag-2': 'npm:cdk-nag@2.38.2',
};
const npm = join(audit, 'npm');
step('npm auditors', {
  from: JSON.stringify(npmPackages),
  makes: join(npm, 'node_modules', 'cdk-nag'),
  work: () => {
    rmSync(npm, { recursive: true, force: true });
    mkdirSync(npm);
    writeFileSync(join(npm, 'package.json'), JSON.stringify({ private: true, dependencies: npmPackages }));
    run('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', '--ignore-scripts'], npm);
  },
});

const pythonPackages = ['cfn-lint==1.58.0', 'checkov==3.3.30'];
const python = join(audit, 'python');
step('python auditors', {
  from: JSON.stringify(pythonPackages),
  makes: join(python, 'bin', 'checkov'),
  work: () => {
    run(findPython(), ['-m', 'venv', '--clear', python]);
    run(join(python, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...pythonPackages]);
  },
});
