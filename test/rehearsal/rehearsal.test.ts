import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Rehearsal } from './harness';
import { FILE } from '../../acceptance/confirmations';
import { claims } from '../confirmed/claims';
import { partsOfTokensIn } from '../lambda/parts-of-tokens';

// `npm run acceptance`, all of it, with an embedded cloud in the place of AWS.

jest.setTimeout(60 * 60_000); // it runs all deployed tests

let rehearsal: Rehearsal;

beforeAll(async () => {
  rehearsal = await Rehearsal.start();
});

afterAll(async () => {
  await rehearsal.stop();
});

test('what the embedded cloud has passes, what it lacks is skipped with its reason, and nothing is left', async () => {
  const before = readFileSync(FILE, 'utf8');
  const { account, region } = rehearsal.cloud.run;
  // By a profile, which goes before the keys that are in the environment.
  const { code, output } = await rehearsal.run('command', ['--profile', 'person', '--region', region], account, {
    ...rehearsal.environment,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'of-another-account',
  });

  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  expect(await rehearsal.contents()).toEqual([]);

  const [, report] = /claims were tried: (.*)/.exec(output)!;
  const files = Object.fromEntries(readdirSync(report).map((name) => [name, readFileSync(join(report, name), 'utf8')]));
  rmSync(report, { recursive: true });
  const { numPassedTests, numPendingTests, testResults } = JSON.parse(files['tests.json']);
  expect(numPassedTests).toBeGreaterThan(0);
  const skipped: string[] = testResults.flatMap(({ assertionResults }: any) => assertionResults).filter(({ status }: any) => status === 'pending')
    .map(({ title }: any) => title);
  expect(skipped).toHaveLength(numPendingTests);
  expect(skipped.filter((title) => !/\[not on a rehearsal: .+\]$/.test(title))).toEqual([]);
  expect(output).toMatch(/^skipped \d+: not on a rehearsal: /m);

  const settled = Object.keys(JSON.parse(files['confirmed.json']));
  expect(settled).toEqual(expect.arrayContaining(['first-token-before-readers', 'domain-not-found', 'rejected-change-is-rolled-back']));
  expect(settled.filter((id) => !claims.some((claim) => claim.id === id))).toEqual([]);
  expect(readFileSync(FILE, 'utf8')).toBe(before); // nothing of it was on AWS

  expect(partsOfTokensIn([output, ...Object.values(files)], rehearsal.cloud.codeartifact.issued)).toEqual([]);
});
