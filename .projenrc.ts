import { awscdk, github, javascript, release } from 'projen';

/** What esbuild says that it put into the bundle. */
const METAFILE = 'dist/refresh-token.metafile.json';
const SANDBOX = 'node sandbox/setup.mjs && node sandbox/clients.mjs && node sandbox/audit.mjs';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-codeartifact-token',
  description: 'Keeps an AWS CodeArtifact authorization token fresh in Secrets Manager, for everyone who cannot ask for one',
  author: 'cdk-codeartifact-token contributors',
  authorOrganization: true,
  authorAddress: 'https://github.com/cdk-codeartifact-token',
  repositoryUrl: 'https://github.com/cdk-codeartifact-token/cdk-codeartifact-token.git',
  license: 'Apache-2.0',
  keywords: ['aws', 'cdk', 'codeartifact', 'secretsmanager', 'token', 'ecs'],
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.19.0',

  // The first version with aws-scheduler in it. projen installs exactly this one for development, so every build and
  // every test run proves the floor; the packed tarball is tested with the newest.
  cdkVersion: '2.186.0',
  constructsVersion: '10.4.2',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',

  devDeps: [
    '@aws-cdk/cloudformation-diff',
    '@aws-sdk/client-codeartifact',
    '@aws-sdk/client-lambda',
    '@aws-sdk/client-secrets-manager',
    '@aws-sdk/client-sqs',
    '@aws-sdk/credential-provider-env',
    '@cloud-copilot/iam-simulate',
    '@cyclonedx/cyclonedx-esbuild',
    '@jest/test-sequencer',
    '@stryker-mutator/core@^9', // 10 needs Node 22
    '@stryker-mutator/mocha-runner@^9',
    '@types/aws-lambda',
    'aws-cdk@^2', // 3.0.0, the registry's `latest`, cannot read the assembly of aws-cdk-lib 2
    'expect',
    'fast-check',
    'jest-each',
    'jest-mock',
    'listr2@^9', // 10 and later need Node 22
    'mocha',
    'tar',
    'tsx',
    'vega@^5', // 6 is in ES modules only, and so is vega-lite 6
    'vega-lite@^5',
    'verdaccio@6.8.0', // 6.9 and later need Node 22
    'yaml',
  ],

  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    compilerOptions: {
      // Examples import the package by its name, as their readers will.
      paths: { 'cdk-codeartifact-token': ['./src/index.ts'] },
    },
  },
  eslintOptions: { dirs: ['src'], devdirs: ['lambda', 'test', 'examples', 'sandbox', 'bench'] },
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    jestConfig: {
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      globalSetup: '<rootDir>/test/global-setup.ts',
      cacheDirectory: '<rootDir>/node_modules/.cache/jest', // and not in the temporary directory, where it would stay
      testTimeout: 600_000, // for what hangs: how long a test takes depends on the machine, and on what else is tested
      maxWorkers: '100%', // by default one less than there are cores
      testSequencer: '<rootDir>/test/longest-first.cjs',
      moduleNameMapper: {
        '^cdk-codeartifact-token$': '<rootDir>/src',
        '^@aws-sdk/credential-provider-node$': '<rootDir>/lambda/refresh-token/credentials.ts', // as in the bundle
      },
      collectCoverageFrom: ['src/**/*.ts', 'lambda/**/*.ts'],
      coverageReporters: ['text', 'lcov'],
      reporters: [new javascript.JestReporter('<rootDir>/test/closing-line-reporter.cjs')], // beside the default one
      coverageThreshold: { branches: 100, functions: 100, lines: 100, statements: 100 },
    },
  },
  gitignore: ['.sandbox/', '.stryker-tmp/', 'cdk.out/', 'reports/', '__pycache__/'],

  publishToPypi: { distName: 'cdk-codeartifact-token', module: 'cdk_codeartifact_token', trustedPublishing: true },
  auditDeps: true,
  auditDepsOptions: { level: 'low', prodOnly: true, runOn: 'manual' },
  githubOptions: { mergify: false, pullRequestLint: false },
  buildWorkflow: false, // .github/workflows/build.yml, below, runs what the README says
  depsUpgradeOptions: { workflow: false }, // it would want a token that may push
  pullRequestTemplate: false,
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  releaseEnvironment: 'release',
  releaseToNpm: false, // below: without building the package anew where it could be published
  releaseWorkflowSetupSteps: [{ name: 'Set up the embedded cloud', run: SANDBOX }],
  workflowNodeVersion: '24', // 20 comes with an npm that knows no trusted publishing
  jsiiReleaseVersion: '0.2.1061',
});

project.npmignore!.exclude(
  '/.ci/', '/.sandbox/', '/.stryker-tmp/', '/CONTRIBUTING.md', '/SECURITY.md', '/bench/', '/docs/', '/examples/', '/lambda/', '/reports/', '/sandbox/',
  '/tsconfig.dev.json',
);

// One project for all that is linted, instead of a tsconfig.json in each folder.
const eslintrc = project.tryFindObjectFile('.eslintrc.json')!;
eslintrc.addDeletionOverride('parserOptions.projectService');
eslintrc.addOverride('parserOptions.project', ['./tsconfig.dev.json', './projenrc/tsconfig.json']);
eslintrc.addOverride('settings.import/resolver.typescript.project', './tsconfig.dev.json');

// Source maps would make the download larger by half, and lead to sources that are not in it.
const tsconfig = project.tryFindObjectFile('tsconfig.json')!;
tsconfig.addOverride('compilerOptions.inlineSourceMap', false);
tsconfig.addDeletionOverride('compilerOptions.inlineSources');

project.package.addField('overrides', {
  'node-fetch': '2.7.0', // a plug-in of verdaccio asks for the tag `cjs`, which not every registry mirror carries
  'unrs-resolver': '1.12.2', // 1.13.0 names platform packages that are not in the registry, so `npm ci` refuses the lock file
});

// The shipped handler. The figures behind these settings: bench/.
project.bundler.addBundle('lambda/refresh-token/index.ts', {
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  mainFields: ['module', 'main'],
  watchTask: false,
  esbuildArgs: { '--alias:@aws-sdk/credential-provider-node': './lambda/refresh-token/credentials.ts', '--metafile': METAFILE },
});

// What is in it, for those who ship it on. Beside its folder, because all in that is deployed.
const listBundled = `cyclonedx-esbuild --output-reproducible --validate ${METAFILE}`;
const licenses = 'assets/lambda/refresh-token/THIRD-PARTY-LICENSES.txt';
project.bundler.bundleTask.exec(`${listBundled} --output-file assets/lambda/refresh-token/sbom.cdx.json`);
project.bundler.bundleTask.exec(`${listBundled} --gather-license-texts | tsx projenrc/third-party-licenses.ts > ${licenses}`);

// The packages in the bundle are nobody's dependencies, so that no audit of those would look at them.
project.tasks.tryFind('audit')!.exec('tsx projenrc/audit-bundle.ts');

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

// What the documentation says is what the tests run.
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

const testAll = project.addTask('test:all', {
  description: 'Builds everything and runs every test',
  env: { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
  steps: ['default', 'compile', 'post-compile', 'compat', 'test'].map((spawn) => ({ spawn })),
});

// The two commands of the README work in a fresh clone, where projen itself is not installed yet.
project.setScript('test', `${SANDBOX} && npx projen ${testAll.name}`);
project.setScript('demo', 'node sandbox/setup.mjs && npx projen bundle && npx tsx sandbox/demo.ts');

// The commits of the releases that projen names by their tags.
project.github!.actions.set('actions/setup-node', 'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020'); // v7.0.0
project.github!.actions.set('actions/setup-python', 'actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97'); // v7.0.0

const checkout = (nodeVersion: string): github.workflows.JobStep[] => [
  { uses: github.ActionRefs.ACTIONS_CHECKOUT, with: { 'persist-credentials': false } },
  { uses: github.ActionRefs.ACTIONS_SETUP_NODE, with: { 'node-version': nodeVersion, 'package-manager-cache': false } },
];
const job = { runsOn: ['ubuntu-latest'], permissions: { contents: github.workflows.JobPermission.READ } };

const build = project.github!.addWorkflow('build');
build.on({ push: { branches: ['main'] }, pullRequest: {} });
build.addJob('test', {
  ...job,
  strategy: { failFast: false, matrix: { domain: { node: ['20.19.0', '22', '24'] } } },
  steps: [...checkout('${{ matrix.node }}'), { run: 'npm test' }],
});

// Weekly, because what is bundled does not change when an advisory about it comes out.
const audit = project.github!.addWorkflow('audit');
audit.on({ push: { branches: ['main'] }, pullRequest: {}, schedule: [{ cron: '0 6 * * 1' }] });
audit.addJob('audit', {
  ...job,
  steps: [
    ...checkout('24'),
    { run: 'npm ci --ignore-scripts' },
    { run: 'npx projen bundle' },
    { run: 'npx projen audit' },
    { name: 'Report on what builds and tests it', run: 'npm audit', continueOnError: true },
  ],
});

project.release!.publisher.publishToNpm({ trustedPublishing: true, npmProvenance: true });
// It builds, and publishes nothing.
project.tryFindObjectFile('.github/workflows/release.yml')!.addOverride('jobs.release.permissions.contents', 'read');

project.synth();
