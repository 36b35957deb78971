/** Ends a run of Jest with why tests were skipped, a line for each reason, and one plain line: `N passed, N failed`. */
module.exports = class {
  onRunComplete(_, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites, testResults }) {
    const reasons = new Map();
    for (const { title } of testResults.flatMap(({ testResults: tests }) => tests).filter(({ status }) => status === 'pending')) {
      const [, reason] = /\[(not on .*)\]$/.exec(title) ?? [];
      if (reason) {
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    // A file that does not even load has no tests to count.
    const line = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}`;
    const lines = [...reasons].sort(([, one], [, other]) => other - one).map(([reason, count]) => `skipped ${count}: ${reason}`);
    // Jest's own summary and the coverage come after every other reporter.
    process.once('exit', () => console.log([...lines, line].join('\n')));
  }
};
