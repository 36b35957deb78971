import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Play, type Stored } from './play';
import { elsewhere, RAW_TOKEN, type Row, rows } from './rows';
import { expiryOf } from '../../sandbox/codeartifact';
import { type MiniStack, startMiniStack } from '../../sandbox/ministack';
import { keepSection } from '../generated-section';
import { partsOfTokensIn } from '../lambda/parts-of-tokens';
import type { Outcome } from '../lambda/shipped-function';

// The shipped bundle, in the Node of Lambda's runtimes, with its real SDK over HTTP. CodeArtifact is the stand-in, Secrets
// Manager is MiniStack's, and both are behind proxies that fail.

/** What was seen of a row. */
interface Seen {
  readonly calls: string;
  readonly ends: string;
  readonly value: string;
  readonly tags: string;
  readonly logged: string;
}

const ROOT = join(__dirname, '..', '..');

const NODES = [22, 24] as const;
/** Rows that last as long as the function's own limits allow are played ahead, side by side. */
const isSlow = ({ seconds }: Row) => seconds !== undefined;

let ministack: MiniStack;
let ahead: Map<Row, Promise<Seen>[]>;
const table = new Map<Row, Seen>();

beforeAll(async () => {
  ministack = await startMiniStack();
  ahead = new Map(rows.filter(isSlow).map((row) => [row, NODES.map((node) => play(row, node))]));
  for (const played of [...ahead.values()].flat()) {
    played.catch(() => undefined); // its own test says so
  }
});

afterAll(async () => {
  await ministack.stop();
});

test.each(rows)('$number: $fault', async (row) => {
  const [node22, node24] = await Promise.all(ahead.get(row) ?? NODES.map((node) => play(row, node)));

  expect(node22).toMatchObject({ calls: row.calls, ends: row.ends, value: row.value, tags: row.tags });
  expect(node24).toEqual(node22);
  table.set(row, node24);
});

test('the table in docs/reliability.md says what was seen', () => {
  expect(table.size).toBe(rows.length);
  const lines = rows.map((row) => [row, table.get(row)!] as const)
    .sort(([a], [b]) => a.number - b.number)
    .map(([{ number, fault }, seen]) => `| ${[number, fault, seen.calls, seen.ends, seen.value, seen.tags, seen.logged].join(' | ')} |`);
  keepSection('reliability.md', 'faults', [
    '| # | fault | calls | ends | secret | tags | log |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
    'The other numbers:',
    '',
    '| # | fault | proven by |',
    '|---|---|---|',
    ...elsewhere.map(({ number, fault, file, test: title }) => `| ${number} | ${fault} | [${file}](../${file}): ${title} |`),
  ].join('\n'));
});

test.each(elsewhere)('$number: $file has what is said to be there', ({ file, test: title }) => {
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(title);
});

test('docs/troubleshooting.md says what to do about each error that was seen', () => {
  const page = readFileSync(join(ROOT, 'docs', 'troubleshooting.md'), 'utf8');
  const headings = [...page.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading).join('\n');
  const errors = rows.map(({ ends }) => ends).filter((name) => !['returns', 'SUCCESS', 'FAILED'].includes(name));

  expect(errors.length).toBeGreaterThan(0);
  expect(errors.filter((name) => !new RegExp(`\`${name}[\`:]`).test(headings))).toEqual([]);
});

async function play(row: Row, node: 22 | 24): Promise<Seen> {
  const stage = await Play.start(ministack, node);
  try {
    await stage.function().invoke();
    const before = (await stage.stored())!;
    const issuedBefore = stage.standIn.issued.length;
    stage.forget();
    await row.arrange?.(stage);
    const outcome = await (row.invoke?.(stage) ?? stage.function(row.environment).invoke());
    const after = await stage.stored();

    expect(outcome.milliseconds).toBeLessThan((row.seconds ?? 10) * 1000);
    const [answer] = stage.cloudFormation.told;
    if (row.says) {
      expect(answer?.Reason ?? outcome.error?.message).toMatch(row.says);
    }
    row.also?.(stage);
    expectInvariants(stage, before, after, stage.standIn.issued.length - issuedBefore);
    return {
      calls: stage.calls,
      // Which of the two it is depends on the network of the machine.
      ends: answer?.Status ?? outcome.error?.name.replace('EAI_AGAIN', 'ENOTFOUND') ?? 'returns',
      value: !after ? 'none' : after.token === before.token ? 'old' : 'new',
      tags: !after ? 'none' : after.tags['codeartifact:version-id'] === before.versionId ? 'old' : 'new',
      logged: logSeen(outcome),
    };
  } finally {
    await stage.stop();
  }
}

function logSeen({ log, error }: Outcome): string {
  expect(log.length).toBeLessThanOrEqual(1);
  const [line] = log;
  if (!line) {
    return 'nothing';
  }
  // One line says it to people and to CloudWatch.
  expect(line).toMatchObject(line.level === 'INFO' ? { Refreshes: 1 } : { Failures: 1, message: expect.stringMatching(`^${line.ErrorName}: `) });
  if (error) {
    expect(line).toMatchObject({ ErrorName: error.name, message: `${error.name}: ${error.message}` });
  }
  return line.level === 'INFO' ? 'refreshed' : `failed: ${line.ErrorName.replace('EAI_AGAIN', 'ENOTFOUND')}`;
}

/** The five of docs/reliability.md. */
function expectInvariants(stage: Play, before: Stored, after: Stored | undefined, issued: number): void {
  if (after) {
    // 1: the value is a token that worked when it was written.
    expect(stage.standIn.issued).toContain(after.token);
    // 3: the tags promise no more than the value keeps.
    const promised = Date.parse(after.tags['codeartifact:expires-at']);
    expect(promised).toBeLessThanOrEqual(expiryOf(after.token));
    if (after.tags['codeartifact:version-id'] === after.versionId) {
      expect(promised).toBe(expiryOf(after.token));
    }
    // 5, for a part: it is the same secret.
    expect(after.createdAt).toBe(before.createdAt);
  }
  // 2: no token, no write.
  if (issued === 0) {
    expect(stage.secretsManager.calls).toEqual([]);
  }
  // 4: no eight characters of a token leave.
  expect(stage.left.some((text) => text.length > 7)).toBe(true);
  expect(partsOfTokensIn(stage.left, [...stage.standIn.issued, RAW_TOKEN])).toEqual([]);
  // 5: the secret is never created, deleted or replaced.
  expect(['PutSecretValue', 'TagResource']).toEqual(expect.arrayContaining(stage.secretsManager.calls));
}
