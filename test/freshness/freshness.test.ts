import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Duration } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { type Attempt, FAILED_TURN, playDays, scheduleOf, type Turn } from './days';
import { type MiniStack, startMiniStack } from '../../sandbox/ministack';
import { SEED } from '../seed';

// What the construct promises of its schedule, against days of it, played on the shipped function.

const ROOT = join(__dirname, '..', '..');

let ministack: MiniStack;

beforeAll(async () => {
  ministack = await startMiniStack();
});

afterAll(async () => {
  await ministack.stop();
});

const LONGEST = 100; // the timeout of the function
const lasts = fc.integer({ min: 0, max: LONGEST });
const denied = fc.constantFrom<Attempt['denied']>('GetAuthorizationToken', 'PutSecretValue', 'TagResource');

const turn = (window: number): fc.Arbitrary<Turn> => fc.record({
  late: fc.oneof(fc.integer({ min: 0, max: window + 60 }), fc.constantFrom(0, window + 60)),
  attempts: fc.tuple(
    fc.array(fc.record({ denied, lasts }), { maxLength: 3 }),
    fc.record({ lasts }),
  ).map(([failed, succeeded]) => failed.length === 3 ? failed : [...failed, succeeded]),
  twice: fc.boolean(),
});

/** A schedule that the construct accepts, and what becomes of its turns. */
const days = fc.tuple(fc.integer({ min: 15, max: 720 }), fc.integer({ min: 10, max: 240 }))
  .filter(([duration, interval]) => interval + Math.max(1, Math.floor(interval / 6)) < duration)
  .map(([duration, refreshInterval]) => scheduleOf({ duration: Duration.minutes(duration), refreshInterval: Duration.minutes(refreshInterval) }))
  .chain((schedule) => fc.tuple(fc.constant(schedule), fc.array(turn(schedule.window), { minLength: 24, maxLength: 48 })));

test('no reader sees less life than promised, nor notices as many failures in a row as promised', async () => {
  await fc.assert(fc.asyncProperty(days, async ([schedule, turns]) => {
    const { reigns } = await playDays(ministack, schedule, turns);

    expect(reigns.length).toBeGreaterThan(1);
    // Of 0 nothing is promised. Five seconds are for the clock, which runs on while the function works.
    const { minimumValidity } = schedule;
    expect(reigns.filter(({ failures, life }) => failures === 0 && minimumValidity > 0 && life < minimumValidity - 5)).toEqual([]);
    expect(reigns.filter(({ failures, opens }) => failures > 0 && failures <= schedule.toleratedFailures && !opens)).toEqual([]);
  }), { seed: SEED, numRuns: 15, endOnFailure: true });
});

test('the promise is no smaller than it must be: the slowest schedule comes within a minute of it, and one failure more is noticed', async () => {
  const schedule = scheduleOf({ duration: Duration.hours(4), refreshInterval: Duration.minutes(60) });
  const late = schedule.window + 60;
  const slowest: Turn = { late, attempts: [{ denied: 'GetAuthorizationToken', lasts: LONGEST }, { denied: 'GetAuthorizationToken', lasts: LONGEST }, { lasts: LONGEST }] };
  // The token of the turn before is as old as can be: made at once.
  const first: Turn = { late: 0, attempts: [{ lasts: 0 }] };

  const { reigns } = await playDays(ministack, schedule, [first, slowest]);
  expect(reigns[1].life).toBeGreaterThanOrEqual(schedule.minimumValidity - 5);
  expect(reigns[1].life).toBeLessThan(schedule.minimumValidity + 60);

  const failing = (times: number) => playDays(ministack, schedule, [first, ...Array<Turn>(times).fill(FAILED_TURN), slowest]);
  expect((await failing(schedule.toleratedFailures)).reigns.at(-2)).toMatchObject({ failures: schedule.toleratedFailures, opens: true });
  expect((await failing(schedule.toleratedFailures + 1)).reigns.at(-2)).toMatchObject({ failures: schedule.toleratedFailures + 1, opens: false });
});

test('the plot in docs/reliability.md is of what is played', async () => {
  const drawn = join(mkdtempSync(join(tmpdir(), 'plot-')), 'freshness.svg');
  const committed = join(ROOT, 'docs', 'images', 'freshness.svg');
  const tsx = [require.resolve('tsx/cli'), '--tsconfig', join(ROOT, 'tsconfig.dev.json')];
  await promisify(execFile)(process.execPath, [...tsx, join(ROOT, 'bench', 'plot-freshness.ts'), drawn]);
  if (!process.env.CI) {
    copyFileSync(drawn, committed);
  }

  expect(readFileSync(committed, 'utf8')).toBe(readFileSync(drawn, 'utf8'));
});
