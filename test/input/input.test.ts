import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { type Case, cases, partsOf, sayingOf } from './arbitraries';
import { CDK_REFUSALS } from './values';
import { CodeArtifactToken, CodeArtifactTokenProps } from '../../src';
import { SEED } from '../seed';
import { ENV } from '../token-stack';

// Whatever a user gives: either an error that names what is wrong, or a template that cfn-lint accepts.

const ROOT = join(__dirname, '..', '..');
const CFN_LINT = join(ROOT, '.sandbox', 'audit', 'python', 'bin', 'cfn-lint'); // installed by sandbox/audit.mjs
const CASES = 2000;

/** What cfn-lint says of a template that is no fault of what is given, and why. */
const ACCEPTED: Record<string, string> = {
  W3005: 'aws-cdk-lib has a function depend on its role, which it refers to anyway.',
};

let out: string;
/** Each template once, and the first of the cases that it came of. */
const templates = new Map<string, string>();
const count = { templates: 0, unresolved: 0, ours: 0 };
const refusedByCdk: Record<string, number> = Object.fromEntries(Object.keys(CDK_REFUSALS).map((name) => [name, 0]));

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'input-'));
});

afterAll(() => {
  rmSync(out, { recursive: true });
});

test('whatever is given, a user gets a template with all of it in it, or an error that names what is wrong', () => {
  fc.assert(fc.property(cases, (whole) => {
    const parts = partsOf(whole);
    const expected = parts.flatMap(({ refused }) => refused?.(whole) ?? []);
    const possible = parts.flatMap(({ mayBeRefused }) => mayBeRefused ?? []);
    const { template, error } = outcomeOf(whole);

    if (error) {
      const refusal = [...expected, ...possible].find(({ message }) => message(error.message));
      if (!refusal) {
        throw new Error(`This error names nothing that is wrong: ${error.stack}`);
      }
      if (refusal.cdk) {
        refusedByCdk[refusal.cdk]++;
      } else {
        count.ours++;
      }
      return;
    }
    if (expected.length > 0) {
      throw new Error('There is a template though something is wrong');
    }
    const leaves = parts.flatMap((part) => part.leaves ?? []);
    expect(leaves.filter((leaf) => !template.includes(leaf))).toEqual([]);
    expect(strayIn(template)).toEqual([]);
    count.templates++;
    count.unresolved += leaves.some((leaf) => leaf.includes('{"')) ? 1 : 0;
    templates.set(template, templates.get(template) ?? sayingOf(whole));
  }), { numRuns: CASES, seed: SEED });
});

test('of the cases many end in a template, many of these with unresolved values, and many in an error', () => {
  const cdk = Object.values(refusedByCdk).reduce((sum, times) => sum + times);
  process.stdout.write(`Bad input: ${CASES} cases of TEST_SEED=${SEED}. ${count.templates} templates, ${templates.size} of them different, ${count.unresolved} with`
    + ` unresolved values; ${count.ours} errors of this library, ${cdk} of aws-cdk-lib\n`);

  expect(count.templates + count.ours + cdk).toBe(CASES);
  expect(count.templates).toBeGreaterThan(CASES / 3);
  expect(count.unresolved).toBeGreaterThan(CASES / 6);
  expect(count.ours).toBeGreaterThan(CASES / 5);
});

test('each error that is left to aws-cdk-lib comes of a case', () => {
  expect(Object.keys(refusedByCdk).filter((name) => refusedByCdk[name] === 0)).toEqual([]);
});

test('cfn-lint accepts each of the templates', async () => {
  expect(templates.size).toBeGreaterThan(CASES / 4);
  const said = [...templates.values()];
  const files = [...templates.keys()].map((template, i) => {
    writeFileSync(join(out, `${i}.json`), template);
    return `${i}.json`;
  });
  const halves = [0, 1].map((half) => files.filter((_, i) => i % 2 === half));
  const findings = (await Promise.all(halves.map(lint))).flat();

  // What it accepts of each template shows that it has read each.
  expect(new Set(findings.map(({ Filename }) => Filename)).size).toBe(files.length);
  expect(findings.filter(({ Rule: { Id } }) => !(Id in ACCEPTED)).map(({ Filename, Rule: { Id }, Message, Location: { Path } }) => ({
    found: `${Id} at ${Path?.join('/')}: ${Message}`, of: said[parseInt(Filename)],
  }))).toEqual([]);
});

test('the same input makes the same template each time', () => {
  fc.assert(fc.property(cases, (whole) => {
    const first = outcomeOf(whole);
    const second = outcomeOf(whole);

    expect(second.template).toBe(first.template);
    expect(second.error?.message).toBe(first.error?.message);
  }), { numRuns: 100, seed: SEED });
});

function outcomeOf(whole: Case): { template: string; error?: undefined } | { template?: undefined; error: Error } {
  try {
    const app = new App({ outdir: join(out, 'cdk.out'), analyticsReporting: false, context: { 'aws:cdk:disable-asset-staging': true } });
    const stack = new Stack(app, 'Stack', whole.env ? { env: ENV } : {});
    const props: Partial<CodeArtifactTokenProps> = Object.assign({}, ...partsOf(whole).map((part) => part.props?.(stack)));
    const token = new CodeArtifactToken(stack, 'Token', props as CodeArtifactTokenProps);
    partsOf(whole).forEach((part) => part.use?.(token, stack, props as CodeArtifactTokenProps));
    return { template: JSON.stringify(app.synth().getStackByName('Stack').template) };
  } catch (error) {
    return { error: error as Error };
  }
}

/** What the text of an unresolved value, or of a value that is not there, looks like. */
function strayIn(template: string): string[] {
  const { Resources } = JSON.parse(template);
  const secret = Object.values<any>(Resources).find(({ Type }) => Type === 'AWS::SecretsManager::Secret');
  delete secret.Properties.Description; // any text, such as these
  return JSON.stringify(Resources).match(/undefined|\[object \w+\]|NaN|Infinity|\d[\d.]*e\+\d+|[$#]\{Token\[/g) ?? [];
}

interface Finding {
  readonly Filename: string;
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Location: { readonly Path: string[] | null };
}

async function lint(files: string[]): Promise<Finding[]> {
  const { stdout } = await promisify(execFile)(
    CFN_LINT, ['--non-zero-exit-code', 'none', '--format', 'json', '--template', ...files], { cwd: out, maxBuffer: 2 ** 28 });
  return JSON.parse(stdout);
}
