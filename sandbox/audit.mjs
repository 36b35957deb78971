/**
 * Installs what tests check others' files with, test/audit, test/languages and test/workflows.test.ts: `node sandbox/audit.mjs`, after sandbox/setup.mjs.
 *
 * cdk-nag 3 needs a newer aws-cdk-lib than development has, so both majors come with one of their own.
 */
import { join } from 'node:path';
import { home, npmPackages, pythonEnvironment, step } from './install.mjs';

const audit = join(home, 'audit');

npmPackages('npm auditors', join(audit, 'npm'), {
  'aws-cdk-lib': '2.276.0',
  'constructs': '10.8.1',
  'cdk-nag': '3.0.2',
  'cdk-nag-2': 'npm:cdk-nag@2.38.2',
  'pyright': '1.1.414',
});

const pythonPackages = ['cfn-lint==1.58.0', 'checkov==3.3.30', 'zizmor==1.32.0', 'mypy==2.4.1'];
const python = join(audit, 'python');
step('python auditors', {
  from: JSON.stringify(pythonPackages),
  makes: join(python, 'bin', 'zizmor'),
  work: () => pythonEnvironment(python, ...pythonPackages),
});
