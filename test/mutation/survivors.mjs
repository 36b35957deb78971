/**
 * Says how many mutants the tests killed, and fails where one survived that has no reason in survivors.json, where one that
 * has a reason no longer survives, and under 95 %.
 */
import { readFileSync } from 'node:fs';

const LEAST = 95;

const read = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
const { files } = read('../../reports/mutation.json');
const accepted = read('survivors.json');

/** What a mutant changes, by the text of its line, since lines move. */
function changeOf({ location: { start, end }, replacement }, source) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const [line] = lines;
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  const [before, after] = [lines.join('\n'), replacement].map((text) => text.replace(/\s+/g, ' '));
  return `${line.trim()} | ${before} → ${after}`;
}

const counts = { killed: 0, survived: 0, ignored: 0 };
const unexplained = [];
const gone = new Set(Object.entries(accepted).flatMap(([file, changes]) => Object.keys(changes).map((change) => `${file}: ${change}`)));
for (const [file, { mutants, source }] of Object.entries(files)) {
  for (const mutant of mutants) {
    if (['Survived', 'NoCoverage'].includes(mutant.status)) {
      const change = changeOf(mutant, source);
      counts.survived++;
      gone.delete(`${file}: ${change}`);
      if (!accepted[file]?.[change]) {
        unexplained.push(`${file}:${mutant.location.start.line}: ${change}`);
      }
    } else if (mutant.status === 'Ignored') {
      counts.ignored++;
    } else {
      counts.killed++;
    }
  }
}
const score = 100 * counts.killed / (counts.killed + counts.survived);
console.log(`${score.toFixed(1)} % killed: ${counts.killed} of ${counts.killed + counts.survived} mutants; ${counts.ignored} in the texts of messages were left out`);
if (unexplained.length > 0) {
  console.error(`No test noticed these. Write one that a user would miss, or give the reason in test/mutation/survivors.json:\n${unexplained.join('\n')}`);
}
if (gone.size > 0) {
  console.error(`These are noticed now. Remove them from test/mutation/survivors.json:\n${[...gone].join('\n')}`);
}
process.exitCode = score < LEAST || unexplained.length > 0 || gone.size > 0 ? 1 : 0;
