/** The tests that run in seconds, for each mutant those of them that reach it: `npx projen mutate`. */
export default {
  mutate: ['src/**/*.ts', 'lambda/**/*.ts'],
  testRunner: 'mocha',
  plugins: ['@stryker-mutator/mocha-runner', './test/mutation/ignore-messages.mjs'],
  ignorers: ['messages'],
  coverageAnalysis: 'perTest',
  concurrency: 4, // half of the time they wait
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: 'reports/mutation.json' },
  // Copied are the sources and the tests; what was installed and built is linked.
  ignorePatterns: ['.sandbox', 'assets', 'coverage', 'dist', 'lib', 'reports', 'bench'],
  symlinkNodeModules: false, // it would look for those of .sandbox/ too
  buildCommand: '../../node_modules/.bin/projen mutate:compile',
  mochaOptions: {
    'require': ['./test/mutation/jest-on-mocha.cjs'],
    'no-config': true,
    'spec': [
      'test/codeartifact-domain.test.js',
      'test/codeartifact-token.test.js',
      'test/first-token.test.js',
      'test/managed-rotation.test.js',
      'test/networks.test.js',
      'test/operations.test.js',
      'test/organizations.test.js',
      'test/other-accounts.test.js',
      'test/readers.test.js',
      'test/secret-format.test.js',
      'test/audit/acknowledge.test.js',
      'test/lambda/refresh-error.test.js',
      'test/lambda/refresh-token.test.js',
      'test/lambda/rotation.test.js',
    ],
  },
};
