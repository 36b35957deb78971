/**
 * The part of Jest that the unit tests use, on Mocha. It runs all mutants in one process, which loads aws-cdk-lib once; Jest
 * would load it once more for each mutant and file.
 */
const { expect } = require('expect');
const { bind } = require('jest-each');
const { ModuleMocker } = require('jest-mock');
const Mocha = require('mocha');

const mocker = new ModuleMocker(globalThis);
const jest = {
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: () => mocker.restoreAllMocks(),
  requireActual: require,
  isolateModules(body) {
    const loaded = { ...require.cache };
    Object.keys(loaded).forEach((file) => delete require.cache[file]);
    body();
    Object.assign(require.cache, loaded);
  },
};

const { bdd } = Mocha.interfaces;
Mocha.interfaces.bdd = (root) => {
  root.on('pre-require', (context, file, mocha) => {
    const suite = Mocha.Suite.create(root, file); // the hooks of a file are for its own tests
    bdd(suite);
    suite.emit('pre-require', context, file, mocha);
    const { it, describe, before, after } = context;
    Object.assign(context, {
      expect,
      jest,
      test: Object.assign(it, { each: bind(it) }),
      describe: Object.assign(describe, { each: bind(describe, false) }),
      beforeAll: before,
      afterAll: after,
    });
  });
  root.beforeEach(function () {
    expect.setState({ currentTestName: this.currentTest.fullTitle() });
  });
};
