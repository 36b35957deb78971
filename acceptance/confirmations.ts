import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Claim, claims, partsOf } from '../test/confirmed/claims';

const ROOT = join(__dirname, '..');
export const FILE = join(ROOT, 'docs', 'confirmed.json');

/** What came of a claim on AWS when it was last tried. */
export interface Confirmation {
  readonly outcome: 'confirmed' | 'not confirmed';
  /** The day, in UTC. */
  readonly date: string;
  readonly region: string;
  /** What was seen beside, such as how long something took. */
  readonly seen?: string[];
}

/** What Jest writes of a run with `--json`, as far as it is read here. */
export interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** What the tests have noted beside their outcomes, a line each: `observe()` of test/e2e/deployed.ts. */
export const observationsIn = (file: string): { claimId: string; text: string }[] => existsSync(file)
  ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)) : [];

/** By their claims, what is known of AWS. */
export const confirmations = (file = FILE): Record<string, Confirmation> => JSON.parse(readFileSync(file, 'utf8'));

/** The tests of a run that settle a claim: what is named after it, or else the test that shows it here, if the run had that too. */
export function testsOf({ id, test }: Claim, { testResults }: JestResults) {
  const all = testResults.flatMap(({ name, assertionResults }) => assertionResults.map((result) => ({ file: relative(ROOT, name), ...result })));
  const own = all.filter(({ fullName }) => ` ${fullName}`.includes(` ${id}: `));
  const { file, title = '' } = partsOf(test ?? '');
  return own.length > 0 ? own : all.filter((result) => result.file === file && result.fullName.includes(title));
}

/** What a run settles. What it skipped stays as it was. */
export function settledBy(
  results: JestResults, observations: readonly { claimId: string; text: string }[], date: string, region: string,
): Record<string, Confirmation> {
  return Object.fromEntries(claims.flatMap((claim) => {
    const ran = testsOf(claim, results).filter(({ status }) => ['passed', 'failed'].includes(status));
    if (ran.length === 0) {
      return [];
    }
    const outcome = ran.every(({ status }) => status === 'passed') ? 'confirmed' as const : 'not confirmed' as const;
    const seen = observations.filter(({ claimId }) => claimId === claim.id).map(({ text }) => text);
    return [[claim.id, { outcome, date, region, ...seen.length > 0 && { seen } }]];
  }));
}

/** Writes what a run has settled beside what was known. */
export function writeConfirmations(settled: Record<string, Confirmation>, file = FILE): void {
  const sorted = Object.entries({ ...confirmations(file), ...settled }).sort(([one], [other]) => one < other ? -1 : 1);
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
}
