import type { awscdk } from 'projen';

/** Sets up what the tests run on. In a fresh clone, where projen itself is not installed yet. */
export const SANDBOX = 'node sandbox/setup.mjs && node sandbox/clients.mjs && node sandbox/audit.mjs';

/** The commands that test, among them the two of the README. */
export function addTests(project: awscdk.AwsCdkConstructLibrary): void {
  project.testTask.reset();
  project.testTask.spawn(project.bundler.bundleTask); // what the deployed tests deploy
  project.testTask.exec('tsc --noEmit --project tsconfig.dev.json');
  project.testTask.spawn(project.tasks.tryFind('eslint')!);
  project.testTask.exec('git diff --exit-code', {
    name: 'what is generated is committed',
    condition: 'node -e "if (!process.env.CI || process.env.RELEASE) process.exit(1)"', // a release changes the version, and checks after it
  });
  // One worker more than there are cores, because many of the tests wait for a server or a clock.
  project.testTask.exec('jest --maxWorkers=$(node -p "os.availableParallelism() + 1")', { receiveArgs: true, env: { NODE_NO_WARNINGS: '1' } });

  // What the documentation says compiles, and is what the tests run.
  project.postCompileTask.exec('jsii-rosetta extract --strict');
  project.postCompileTask.exec('tsx test/package-managers/write-recipes.ts');

  project.addTask('test:unit', {
    description: 'Runs the tests that deploy and install nothing',
    exec: "jest --coverage=false 'test/[^/]+\\.test\\.ts$' test/lambda",
    env: { NODE_NO_WARNINGS: '1' },
    receiveArgs: true,
  });

  // Stryker makes a copy of the project in .stryker-tmp/, and changes and compiles it there.
  project.addTask('mutate', {
    description: 'Changes the source in each way that a test of seconds should notice, and lists what none noticed',
    env: { CI: 'true', NODE_NO_WARNINGS: '1' }, // so that a test compares with the docs, and does not write them
    steps: [{ exec: 'stryker run test/mutation/stryker.config.mjs' }, { exec: 'node test/mutation/survivors.mjs' }],
  });
  project.addTask('mutate:compile', {
    description: 'Compiles the copy: a step of `mutate`',
    steps: [
      { exec: 'ln -s ../../.sandbox ../../assets ../../node_modules .' },
      { exec: 'tsc --project tsconfig.dev.json --noEmit false --noCheck --declaration false --outDir .' },
    ],
  });

  project.addTask('test:all', {
    description: 'Builds everything and runs every test',
    env: { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
    steps: ['default', 'compile', 'post-compile', 'compat', 'test'].map((spawn) => ({ spawn })),
  });

  project.setScript('test', `${SANDBOX} && npx projen test:all`);
  project.setScript('acceptance', 'node sandbox/setup.mjs && node sandbox/clients.mjs && npx projen bundle && npx tsx --tsconfig tsconfig.dev.json acceptance/command.ts');
  project.setScript('acceptance:leftovers', 'node sandbox/setup.mjs && npx tsx --tsconfig tsconfig.dev.json acceptance/leftovers.ts');
  project.setScript('demo', 'node sandbox/setup.mjs && npx projen bundle && npx tsx sandbox/demo.ts');
}
