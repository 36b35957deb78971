const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * A fresh clone does not know how long each file takes. Those that take longest begin first, or one would go on alone when
 * all others are done.
 */
const LONGEST = [
  'rehearsal/rehearsal', 'package-managers/clients', 'e2e/changes', 'rehearsal/interruptions', 'e2e/first-token',
  'package-managers/failures', 'input/input', 'sandbox/demo', 'acceptance/rollbacks', 'acceptance/stacks',
  'acceptance/tokens-end', 'acceptance/secrets', 'rehearsal/apps', 'e2e/leak', 'e2e/schedule', 'rebuild',
  'languages/python', 'languages/java', 'lambda/rotation', 'languages/go', 'faults/faults',
  'package-managers/lock-files', 'iam/permissions', 'freshness/freshness',
];

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => (LONGEST.findIndex((name) => path.includes(name)) + 1) || Infinity;
    return super.sort(tests).sort((one, other) => rank(one) === rank(other) ? 0 : rank(one) - rank(other));
  }
};
