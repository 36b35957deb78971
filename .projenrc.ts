import { awscdk, github, javascript } from 'projen';
import { bundleHandler } from './projenrc/handler';
import { addRelease } from './projenrc/release';
import { addTests } from './projenrc/tests';
import { addWorkflows } from './projenrc/workflows';

/** How old a version of a dependency must be before it is taken: most of the poisoned ones are found in that time. */
const COOLDOWN_DAYS = 7;

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
    '@viz-js/viz',
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
  eslintOptions: { dirs: ['src'], devdirs: ['lambda', 'test', 'examples', 'sandbox', 'acceptance', 'bench'] },
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
      modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp/'],
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
  gitignore: ['.jsii.tabl.json', '.sandbox/', '.stryker-tmp/', 'cdk.out/', 'reports/', '__pycache__/'],

  publishToPypi: { distName: 'cdk-codeartifact-token', module: 'cdk_codeartifact_token' },
  publishToMaven: {
    javaPackage: 'io.github.cdkcodeartifacttoken', mavenGroupId: 'io.github.cdk-codeartifact-token', mavenArtifactId: 'cdk-codeartifact-token',
  },
  publishToNuget: { dotNetNamespace: 'CdkCodeArtifactToken', packageId: 'CdkCodeArtifactToken' },
  publishToGo: { moduleName: 'github.com/cdk-codeartifact-token/cdk-codeartifact-token-go', packageName: 'cdkcodeartifacttoken' },
  auditDeps: true,
  auditDepsOptions: { level: 'low', prodOnly: true, runOn: 'manual' },
  githubOptions: { mergify: false, pullRequestLint: false },
  buildWorkflow: false, // projenrc/workflows.ts: it runs what the README says
  release: false, // projenrc/release.ts: it publishes what was tested, and builds nothing where it could be published
  depsUpgradeOptions: {
    cooldown: COOLDOWN_DAYS,
    workflowOptions: {
      projenCredentials: github.GithubCredentials.fromPersonalAccessToken({ secret: 'GITHUB_TOKEN' }), // of the run itself
      schedule: javascript.UpgradeDependenciesSchedule.WEEKLY,
    },
  },
  pullRequestTemplate: false,
  workflowNodeVersion: '24', // 20 comes with an npm that knows no trusted publishing
});

const npmrc = new javascript.NpmConfig(project);
npmrc.addConfig('ignore-scripts', 'true'); // of dependencies, when they are installed: none needs them
// Where versions are chosen, and not where `npm ci` installs those that were: it could not, for a week after each update.
project.package.installTask.env('NPM_CONFIG_MIN_RELEASE_AGE', String(COOLDOWN_DAYS));

project.npmignore!.exclude(
  '/.ci/', '.jsii.tabl.json', '/.sandbox/', '/.stryker-tmp/', '/AGENTS.md', '/CONTRIBUTING.md', '/SECURITY.md',
  '/acceptance/', '/bench/', '/docs/', '/examples/', '/lambda/', '/reports/', '/sandbox/', '/tsconfig.dev.json',
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
  '@aws-cdk/asset-awscli-v1': '2.2.292', // the Go module asks for what is installed here, and later versions are not on each Go proxy
  'node-fetch': '2.7.0', // a plug-in of verdaccio asks for the tag `cjs`, which not every registry mirror carries
  'unrs-resolver': '1.12.2', // 1.13.0 names platform packages that are not in the registry, so `npm ci` refuses the lock file
});

project.tasks.tryFind('docgen')!.reset('tsx projenrc/api-docs.ts');
bundleHandler(project);
addTests(project);
addWorkflows(project);
addRelease(project);

project.synth();
