/** Ends a run of Jest with one plain line: `N passed, N failed`. */
module.exports = class {
  onRunComplete(_, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    // A file that does not even load has no tests to count.
    const line = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}`;
    // Jest's own summary and the coverage come after every other reporter.
    process.once('exit', () => console.log(line));
  }
};
