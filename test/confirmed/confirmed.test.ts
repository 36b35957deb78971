import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ts from 'typescript';
import { type Claim, claims, partsOf, type Quote } from './claims';
import { type Confirmation, confirmations, type JestResults, settledBy, testsOf, writeConfirmations } from '../../acceptance/confirmations';
import { COSTS, MINUTES } from '../../acceptance/costs';
import { keepSection, table } from '../generated-section';

// docs/confirmed.md has a row for each claim about AWS. Whatever a page, a docstring or a comment calls not proven is one of them.

const ROOT = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** How the pages say that something is not proven. */
const UNPROVEN = new RegExp([
  /\bnot (?:yet )?(?:been )?(?:proven|proved|confirmed|documented|verified|tested|shown|compiled|checked|tried)\b/,
  /\bnot run\b(?! as)/,
  /\bun(?:proven|proved|confirmed|documented|verified|tested)\b/,
  /\b(?:cannot|could not|can't) be (?:proven|proved|confirmed|verified|tested|shown|tried)\b/,
  /\bno test\b/,
  /\bnothing (?:here )?(?:proves|confirms|tests|shows)\b/,
  /\b(?:no emulator|nobody knows|not known whether|remains to be seen)\b/,
  /\bby AWS's account\b/,
  /\bimitate[sd]?\b/,
  /\btested on the template\b/,
  /\b(?:is|are) (?:played|evaluated) by\b|\bare played\b|\bevaluated by (?:the|a) test\b|\bset by the test\b/,
  /\bdocumentation of each service\b|\bafter its documentation\b/,
  /\bmay (?:drop|undo)\b/,
  /\ba little differently\b/,
].map(({ source }) => source).join('|'), 'gi');

/** What the expression finds, and is no claim about AWS that could be settled there. */
const OTHERWISE: Record<string, Quote> = {
  'about a compiler that is not here': { file: 'README.md', text: 'Not built here: no test has compiled it yet' },
  'about the sandbox: the claims have what follows from it': { file: 'docs/embedded-cloud.md', text: 'there is no emulator of it' },
};

const sourcesIn = (folder: string): string[] => readdirSync(join(ROOT, folder), { encoding: 'utf8', recursive: true })
  .filter((name) => name.endsWith('.ts')).sort().map((name) => `${folder}/${name}`);

const files = [
  'README.md', 'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md') && name !== 'confirmed.md').map((name) => `docs/${name}`),
  ...sourcesIn('src'), ...sourcesIn('lambda'),
];

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const isItem = (block: string): boolean => /^(?:- |\d+\. )/.test(block);

/** Paragraphs, rows of tables, items of lists and comments, each on one line: a sentence may be on several in the file. */
function blocksOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/^ *(?:\/\*\*|\*\/|\/\/|\*)(?= |\/|$)/, '').trim());
  return lines.join('\n').split(/\n\n+|\n(?=\||- |\d+\. |#|<!--)/).map(flat).filter(Boolean);
}

const quotes: Quote[] = [...claims.flatMap(({ unprovenIn = [] }) => unprovenIn), ...Object.values(OTHERWISE)]
  .map(({ file, text }) => ({ file, text: flat(text) }));

const sentencesOf = (block: string): string[] => block.replace(/^(?:- |\d+\. )/, '').split(/(?<=\.) (?=[A-Z`])/);

/** Whether a claim quotes a part of a block. */
function isQuoted(file: string, block: string, start: number, end: number): boolean {
  return quotes.filter((quote) => quote.file === file).some(({ text }) => {
    const at = block.indexOf(text, Math.max(0, end - text.length));
    return at >= 0 && at <= start;
  });
}

/** What a text says is not proven, and no claim quotes. A sentence that introduces a list says it of each sentence of the items. */
function withoutRow(file: string, text: string): string[] {
  let introduced = false;
  return blocksOf(text).flatMap((block, index, blocks) => {
    introduced &&= isItem(block);
    const unquoted = introduced ? sentencesOf(block).filter((sentence) => (
      !quotes.some((quote) => quote.file === file && (sentence.includes(quote.text) || quote.text.includes(sentence))))) : [];
    const introduces = block.endsWith(':') && isItem(blocks[index + 1] ?? '');
    const lastSentence = block.length - sentencesOf(block).at(-1)!.length;
    const found = [...block.matchAll(UNPROVEN)].filter((match) => {
      const isIntroduction = introduces && match.index >= lastSentence;
      introduced ||= isIntroduction;
      return !isIntroduction && !isQuoted(file, block, match.index, match.index + match[0].length);
    });
    return [...unquoted.map((sentence) => `${file}: ${sentence}`), ...found.map((match) => `${file}: "${match[0]}" in: ${block}`)];
  });
}

/** The titles that the tests and the groups of a file have, as they are written there. */
function titlesIn(file: string): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:test|it|describe|settles)/.test(node.expression.getText()) && node.arguments[0] && ts.isStringLiteralLike(node.arguments[0])) {
      titles.push(node.arguments[0].text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true));
  return titles;
}

/** The files of deployed tests, each with the ids of the claims that it settles. */
const settling = new Map(['test/e2e', 'test/acceptance'].flatMap(sourcesIn).filter((file) => file.endsWith('.test.ts'))
  .map((file) => [file, [...read(file).matchAll(/\bsettles\(\s*'([\w-]+)'/g)].map(([, id]) => id)]));

/** The file of the test that `npm run acceptance` settles a claim with: one that is named after it, or the one that shows it here. */
function onAws({ id, test: here }: Claim): string | undefined {
  const own = [...settling].find(([, ids]) => ids.includes(id))?.[0];
  const file = here && partsOf(here).file;
  return own ?? (file && settling.has(file) ? file : undefined);
}

function lastOnAws(claim: Claim, { outcome, date, region, seen = [] }: Partial<Confirmation> = {}): string {
  if (outcome) {
    return `${outcome === 'confirmed' ? outcome : `**${outcome}**`} on ${date} in ${region}${seen.map((text) => `<br>${text}`).join('')}`;
  }
  return claim.noRun ?? 'not yet';
}

const link = (file: string) => `[${file}](${file.startsWith('docs/') ? file.slice('docs/'.length) : `../${file}`})`;

function rowOf(claim: Claim, known: Record<string, Confirmation>): string[] {
  const { file, title } = claim.test ? partsOf(claim.test) : {} as { file?: string; title?: string };
  const there = onAws(claim);
  return [
    `<a id="${claim.id}"></a>${claim.claim}`,
    claim.saidIn.map(link).join('<br>'),
    file ? [`${claim.by}: ${link(file)}`, title && `"${title}"`].filter(Boolean).join(', ') : 'only AWS',
    claim.notHere ?? '',
    [there && link(there), lastOnAws(claim, known[claim.id])].filter(Boolean).join(': '),
  ].map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' '));
}

test('docs/confirmed.md has a row for each claim', () => {
  const groups = [...new Set(claims.map(({ group }) => group))];
  const known = confirmations();

  keepSection('confirmed.md', 'the claims', groups.map((group) => [
    `## ${group}`,
    table(
      ['claim', 'said in', 'confirmed here by', 'what that does not show', 'last on AWS'],
      claims.filter((claim) => claim.group === group).map((claim) => rowOf(claim, known)),
    ),
  ].join('\n\n')).join('\n\n'));
  for (const { claim } of claims) {
    expect(read('docs/confirmed.md')).toContain(claim);
  }
});

test('docs/acceptance.md says what a run costs', () => {
  const rows = COSTS.map(({ what, dollars }) => [what, dollars.toFixed(2)]);
  const total = COSTS.reduce((sum, { dollars }) => sum + dollars, 0);

  expect(COSTS.filter(({ dollars }) => dollars <= 0)).toEqual([]);
  keepSection('acceptance.md', 'the costs', [
    `About ${MINUTES} minutes for the tests, which run side by side, up to half an hour to remove what they made, and by AWS's list prices of 2026 in dollars:`,
    table(['what', 'dollars'], [...rows, ['all', total.toFixed(2)]], '---:'),
    'Both are estimates: no run has been billed.',
  ].join('\n\n'));
});

test('each claim is one sentence with an id of its own', () => {
  const ids = claims.map(({ id }) => id);

  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids.filter((id) => !/^[a-z]+(?:-[a-z]+)*$/.test(id))).toEqual([]);
  expect(claims.filter(({ claim }) => !/^[A-Z][^\n]*\.$/.test(claim))).toEqual([]);
});

test('a claim has a test here, or says why it has none', () => {
  expect(claims.filter(({ by, test: here }) => (by === 'only AWS') === (here !== undefined))).toEqual([]);
  expect(claims.filter(({ test: here, notHere }) => !here && !notHere)).toEqual([]);
});

test('npm run acceptance settles each claim on AWS, or the claim says why it does not', () => {
  expect(claims.filter((claim) => (onAws(claim) === undefined) === (claim.noRun === undefined)).map(({ id }) => id)).toEqual([]);
  const ids = claims.map(({ id }) => id);
  expect([...settling.values()].flat().filter((id) => !ids.includes(id))).toEqual([]);
});

describe('what came of a run on AWS', () => {
  const [other, portable, skipped] = ['token-after-role-deleted', 'domain-not-found', 'rotation-succeeds'].map((id) => claims.find((claim) => claim.id === id)!);
  const result = (fullName: string, status: string) => ({ fullName, status });
  const { file, title } = partsOf(portable.test!);
  const results: JestResults = {
    testResults: [
      { name: join(ROOT, 'test', 'acceptance', 'a.test.ts'), assertionResults: [result(`${other.id}: ${other.claim}`, 'failed'), result(`${skipped.id}: x [not on AWS]`, 'pending')] },
      { name: join(ROOT, file), assertionResults: [result(`${title}, and the token before goes on working`, 'passed')] },
    ],
  };
  const settled = settledBy(results, [{ claimId: portable.id, text: 'after 94 s' }, { claimId: 'another', text: 'nothing' }], '2027-01-02', 'eu-west-1');

  test('is in the row of its claim: that it is confirmed or not, when, where, and what was seen', () => {
    expect(settled).toEqual({
      [other.id]: { outcome: 'not confirmed', date: '2027-01-02', region: 'eu-west-1' },
      [portable.id]: { outcome: 'confirmed', date: '2027-01-02', region: 'eu-west-1', seen: ['after 94 s'] },
    });
    expect(rowOf(portable, settled).at(-1)).toContain('confirmed on 2027-01-02 in eu-west-1<br>after 94 s');
    expect(rowOf(other, settled).at(-1)).toContain('**not confirmed** on 2027-01-02 in eu-west-1');
  });

  test('is written beside what was known of other claims, in the order of their ids', () => {
    const directory = mkdtempSync(join(tmpdir(), 'confirmed-'));
    const written = join(directory, 'confirmed.json');
    const before = { outcome: 'confirmed', date: '2026-12-01', region: 'us-east-1' };
    writeFileSync(written, JSON.stringify({ [skipped.id]: before, [other.id]: before }));
    writeConfirmations(settled, written);

    expect(confirmations(written)).toEqual({ ...settled, [skipped.id]: before });
    expect(Object.keys(confirmations(written))).toEqual([portable.id, skipped.id, other.id].sort());
    rmSync(directory, { recursive: true });
  });

  test('leaves a claim alone whose test it skipped', () => {
    expect(testsOf(skipped, results)).toHaveLength(1);
    expect(rowOf(skipped, settled).at(-1)).toContain('not yet');
  });
});

test('each file that says a claim is there', () => {
  const saidIn = claims.flatMap((claim) => claim.saidIn.map((file) => ({ id: claim.id, file })));

  expect(claims.filter((claim) => claim.saidIn.length === 0)).toEqual([]);
  expect(saidIn.filter(({ file }) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test.each(claims.flatMap(({ id, test: here }) => here ? [[id, here] as const] : []))('the test of %s is there: %s', (_, here) => {
  const { file, title } = partsOf(here);

  expect(file).toMatch(/^test\/.*\.test\.ts$/);
  expect(existsSync(join(ROOT, file))).toBe(true);
  expect(title === undefined || titlesIn(file).some((candidate) => candidate.includes(title)) ? [] : titlesIn(file)).toEqual([]);
});

test.each(files)('what %s says is not proven has a row', (file) => {
  expect(withoutRow(file, read(file))).toEqual([]);
});

test('each place that a claim quotes still says so', () => {
  const gone = quotes.filter(({ file, text }) => !blocksOf(read(file)).some((block) => block.includes(text)));

  expect(gone).toEqual([]);
});

test('something that is not proven and has no row would be noticed', () => {
  const page = 'docs/operations.md';

  expect(withoutRow(page, 'A sentence that is proven.')).toEqual([]);
  expect(withoutRow(page, 'That this\nis so was not\ntested here.')).toHaveLength(1);
  expect(withoutRow(page, '/**\n * That this is so is not\n * documented.\n */')).toHaveLength(1);
  expect(withoutRow(page, '| a deny | yes | Not confirmed. |\n| another | yes | proven |')).toHaveLength(1);
  expect(withoutRow(page, 'Not proven here:\n\n- One thing. Another thing.\n- A third.\n\nA proven one.')).toHaveLength(3);
  expect(withoutRow(page, 'This is not proven. What follows is:\n\n- One thing. Another thing.')).toHaveLength(1);
  expect(withoutRow(page, 'No test here can show that a deny ends tokens that were issued before. That is not proven.')).toHaveLength(1);
});
