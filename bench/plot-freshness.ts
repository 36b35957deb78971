/**
 * Plots a day of the default schedule, played on the shipped function with failures in it: how long the token in the
 * secret still lives.
 *
 *     npx tsx --tsconfig tsconfig.dev.json bench/plot-freshness.ts [file]
 */
import { plot } from './plot';
import { startMiniStack } from '../sandbox/ministack';
import { FAILED_TURN, GOOD_TURN, playDays, scheduleOf } from '../test/freshness/days';

/** Turns of the schedule that fail with all of their attempts: one, three in a row, and as many as may. */
const FAILED = new Set([3, 6, 7, 8, ...Array.from({ length: 10 }, (_, index) => 12 + index)]);

async function main() {
  const schedule = scheduleOf({});
  const ministack = await startMiniStack();
  const turns = Array.from({ length: 24 }, (_, index) => FAILED.has(index + 1) ? FAILED_TURN : GOOD_TURN);
  const { reigns } = await playDays(ministack, schedule, turns);
  await ministack.stop();

  // The seconds that the machine took are not of interest, and would make another picture each time.
  const hours = (seconds: number) => Math.round(seconds / 60) / 60;
  const life = [
    { hour: 0, left: hours(schedule.duration) },
    ...reigns.flatMap(({ at, life: left }) => [{ hour: hours(at), left: hours(left) }, { hour: hours(at), left: hours(schedule.duration) }]),
  ].filter(({ hour }) => hour <= 24);
  const failures = [...FAILED].map((hour) => ({ hour, left: 0 }));
  const lines = [
    { hour: 13.4, left: hours(schedule.minimumValidity), text: 'minimumValidity, while refreshes succeed' },
    { hour: 0.2, left: hours(schedule.duration / 3), text: 'alarmBeforeExpiry: goes off at a third, after 7 failures' },
  ];

  const x = { field: 'hour', type: 'quantitative' as const, title: 'hour of the day', scale: { domain: [0, 24] }, axis: { values: [0, 4, 8, 12, 16, 20, 24], grid: false } };
  const y = { field: 'left', type: 'quantitative' as const, title: 'hours left', scale: { domain: [0, 12] }, axis: { values: [0, 3, 6, 9, 12], gridColor: '#eee' } };
  await plot(process.argv[2] ?? 'freshness.svg', {
    layer: [
      { data: { values: life }, mark: { type: 'area', color: '#1f77b4', opacity: 0.15 }, encoding: { x, y: { ...y, stack: null } } },
      { data: { values: life }, mark: { type: 'line', color: '#1f77b4', strokeWidth: 2 }, encoding: { x, y } },
      { data: { values: lines }, mark: { type: 'rule', color: '#888', strokeDash: [4, 4] }, encoding: { y } },
      {
        data: { values: lines },
        mark: { type: 'text', align: 'left', baseline: 'bottom', dy: -3, fontSize: 11, color: '#555' },
        encoding: { x, y, text: { field: 'text', type: 'nominal' } },
      },
      { data: { values: failures }, mark: { type: 'point', shape: 'cross', angle: 45, filled: true, color: '#d62728', size: 90, opacity: 1 }, encoding: { x, y } },
      {
        data: { values: [{ hour: 12, left: 0.7, text: 'a refresh that failed, with all of its attempts' }] },
        mark: { type: 'text', align: 'left', fontSize: 11, color: '#d62728', dx: -4 },
        encoding: { x, y, text: { field: 'text', type: 'nominal' } },
      },
    ],
  });
}

void main();
