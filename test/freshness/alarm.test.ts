import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FAILED_TURN, GOOD_TURN, type Played, playDays, scheduleOf, type Turn } from './days';
import { type MiniStack, startMiniStack } from '../../sandbox/ministack';
import type { CodeArtifactTokenProps } from '../../src';
import { ENV, tokenIn } from '../token-stack';

// The definition of the alarm, from the template, evaluated against what Lambda reports of invocations of the shipped function
// in days that were played. Both are ours, by the rules of Lambda and CloudWatch: MiniStack does neither.

let ministack: MiniStack;

beforeAll(async () => {
  ministack = await startMiniStack();
});

afterAll(async () => {
  await ministack.stop();
});

type Metrics = Played['metrics'];

/** From a value to one that an alarm sees. */
const DELAY_SECONDS = 60;

function alarmOf(props: Partial<CodeArtifactTokenProps>) {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  tokenIn(stack, 'Token', props).alarmBeforeExpiry('Alarm');
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  const [{ Expression }, { MetricStat: { Metric, Period, Stat } }] = Properties.Metrics;
  expect({ Expression, Stat, ComparisonOperator: Properties.ComparisonOperator, DatapointsToAlarm: Properties.DatapointsToAlarm })
    .toEqual({ Expression: 'FILL(errors, 1)', Stat: 'Minimum', ComparisonOperator: 'GreaterThanOrEqualToThreshold', DatapointsToAlarm: undefined });

  /** Whether the alarm is on at a time, in seconds, by the values that were emitted. */
  return (metrics: Metrics, time: number): boolean => {
    const dimensionNames = Metric.Dimensions.map(({ Name }: any) => Name).join();
    const visible = metrics
      .filter(({ name, dimensions }) => name === Metric.MetricName && Object.keys(dimensions).join() === dimensionNames)
      .filter(({ at }) => at <= time - DELAY_SECONDS);
    const lastPeriod = Math.floor(time / Period);
    const periods = Array.from({ length: Properties.EvaluationPeriods }, (_, index) => lastPeriod - 1 - index);
    const least = periods.map((period) => Math.min(...visible.filter(({ at }) => Math.floor(at / Period) === period).map(({ value }) => value)));
    const filled = least.map((value) => Number.isFinite(value) ? value : 1);
    // An expression on a metric that never was has no values to fill.
    return visible.length === 0 ? Properties.TreatMissingData === 'breaching' : filled.every((value) => value >= Properties.Threshold);
  };
}

function minutesOn(isOn: ReturnType<typeof alarmOf>, metrics: Metrics, from: number, until: number): number[] {
  return Array.from({ length: Math.floor((until - from) / 60) }, (_, minute) => from + minute * 60).filter((time) => isOn(metrics, time));
}

describe.each([
  ['of the defaults', {}],
  ['of a shorter life', { duration: Duration.hours(1) }],
])('the alarm before expiry, %s,', (_, props) => {
  const schedule = scheduleOf(props);
  const isOn = alarmOf(props);
  const hour = 3600;

  test('stays off for a day of refreshes as slow as can be, for which Lambda needs its third attempt', async () => {
    const slow: Turn = {
      late: schedule.window + 60,
      attempts: [{ denied: 'GetAuthorizationToken', lasts: 100 }, { denied: 'GetAuthorizationToken', lasts: 100 }, { lasts: 100 }],
    };
    const turns = Array.from({ length: Math.floor(24 * hour / schedule.interval) }, (__, index) => index % 2 ? slow : GOOD_TURN);
    const { metrics } = await playDays(ministack, schedule, turns);

    expect(metrics.some(({ name }) => name === 'Failures')).toBe(true);
    expect(minutesOn(isOn, metrics, 2 * 60, 24 * hour)).toEqual([]);
  });

  test('goes on while the token still has a third of its life, when every refresh fails, and off again with the next that succeeds', async () => {
    const failing = Array<Turn>(Math.ceil(schedule.duration / schedule.interval)).fill(FAILED_TURN);
    const { metrics, reigns } = await playDays(ministack, schedule, [GOOD_TURN, ...failing, GOOD_TURN]);
    const [, lastGood, recovery] = metrics.filter(({ name }) => name === 'Refreshes').map(({ at }) => at);
    const [first, ...others] = minutesOn(isOn, metrics, 2 * 60, recovery + 10 * 60);

    expect(lastGood + schedule.duration - first).toBeGreaterThanOrEqual(schedule.duration / 3);
    // And not much earlier.
    expect(lastGood + schedule.duration - first).toBeLessThan(schedule.duration / 3 + 4 * 60);
    expect(others.at(-1)! - recovery).toBeLessThan(3 * 60);
    expect(reigns.some(({ opens }) => !opens)).toBe(true);
  });

  test('goes on likewise when the function runs no more, as when its schedule is disabled', async () => {
    const { metrics } = await playDays(ministack, schedule, [GOOD_TURN, GOOD_TURN]);
    const lastGood = metrics.filter(({ name }) => name === 'Refreshes').at(-1)!.at;
    const [first] = minutesOn(isOn, metrics, 2 * 60, lastGood + schedule.duration);

    expect(lastGood + schedule.duration - first).toBeGreaterThanOrEqual(schedule.duration / 3);
  });

  test('is on when the function never ran', () => {
    expect(isOn([], hour)).toBe(true);
  });
});
