import { createHash } from 'node:crypto';
import { plot, quantitative } from './plot';
import { scheduleOf } from '../test/freshness/days';
import { keepSection, table } from '../test/generated-section';

// A day of many tokens in one account and region: when each is refreshed, how its calls fail and are repeated, and how many
// calls that makes in a second.

const TOKENS = 10_000;
const DAY = 24 * 3600;
/** What a call fails with by chance, and is repeated by the SDK; and what a whole attempt fails with, and is repeated by Lambda. */
const CALL_FAILS = 0.02;
const ATTEMPT_FAILS = 0.02;
const SDK_ATTEMPTS = 3;
/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const LAMBDA_PAUSES = [60, 120];

/**
 * https://docs.aws.amazon.com/codeartifact/latest/ug/service-limits.html,
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
const QUOTAS = { GetAuthorizationToken: 40, PutSecretValue: 50, TagResource: 50 };
type CallName = keyof typeof QUOTAS;

interface Day {
  /** Of each call, in the second that has most of it. */
  readonly peaks: Record<CallName, number>;
  /** `GetAuthorizationToken`, in that second of each minute that has most. */
  readonly peakOfMinutes: number[];
}

/**
 * @param spread over how many seconds the tokens were deployed: each schedule counts from its own creation
 * @param outage the hours in which CodeArtifact answers nothing but errors
 */
function simulateDay(spread: number, outage: [number, number] = [0, 0]): Day {
  const { interval, window } = scheduleOf({});
  const random = randomNumbers('fleet');
  const calls: Record<CallName, Uint16Array> = {
    GetAuthorizationToken: new Uint16Array(DAY), PutSecretValue: new Uint16Array(DAY), TagResource: new Uint16Array(DAY),
  };
  const isOut = (second: number) => second >= outage[0] * 3600 && second < outage[1] * 3600;

  /** Each of its attempts is counted. Returns the second after the call, or nothing where it failed for good. */
  function call(name: CallName, start: number): number | undefined {
    let second = start;
    for (let attempt = 1; attempt <= SDK_ATTEMPTS; attempt++) {
      if (second < DAY) {
        calls[name][Math.floor(second)]++;
      }
      const failed = name === 'GetAuthorizationToken' && isOut(second) || random() < CALL_FAILS;
      if (!failed) {
        return second + 0.1;
      }
      second += 0.1 + random() * 2 ** (attempt - 1); // full jitter, as the SDK's standard mode has it
    }
    return undefined;
  }

  function refreshes(start: number): boolean {
    const got = call('GetAuthorizationToken', start);
    const put = got && random() >= ATTEMPT_FAILS ? call('PutSecretValue', got) : undefined;
    return put !== undefined && call('TagResource', put) !== undefined;
  }

  for (let token = 0; token < TOKENS; token++) {
    const created = random() * spread;
    for (let turn = created; turn < DAY; turn += interval) {
      let start = turn + random() * window;
      for (const pause of [...LAMBDA_PAUSES, 0]) {
        if (refreshes(start)) {
          break;
        }
        start += pause;
      }
    }
  }
  const most = (seconds: Uint16Array) => seconds.reduce((peak, count) => Math.max(peak, count), 0);
  const { GetAuthorizationToken, PutSecretValue, TagResource } = calls;
  return {
    peaks: { GetAuthorizationToken: most(GetAuthorizationToken), PutSecretValue: most(PutSecretValue), TagResource: most(TagResource) },
    peakOfMinutes: Array.from({ length: DAY / 60 }, (_, minute) => most(GetAuthorizationToken.subarray(minute * 60, minute * 60 + 60))),
  };
}

/** Simulates the days, and writes their part of docs/performance.md and the plot. */
export async function writeFleet(): Promise<void> {
  const days: Record<string, Day> = {
    'deployed over an hour or longer': simulateDay(3600),
    'the same, and CodeArtifact fails from 10 to 11': simulateDay(3600, [10, 11]),
    'all deployed in the same minute': simulateDay(60),
  };
  keepSection('performance.md', 'the fleet', table(
    [`${TOKENS.toLocaleString('en')} tokens`, ...Object.entries(QUOTAS).map(([call, quota]) => `${call}, of ${quota} a second`)],
    Object.entries(days).map(([name, { peaks }]) => [name, ...Object.values(peaks).map(String)]), '---:'));

  const [first, minutes] = [8 * 60, 4 * 60];
  await plot('fleet.svg', {
    layer: [
      {
        data: {
          values: Object.entries(days).flatMap(([name, { peakOfMinutes }]) => peakOfMinutes.slice(first, first + minutes)
            .map((calls, minute) => ({ name, hour: (first + minute) / 60, calls }))),
        },
        mark: { type: 'line', strokeWidth: 1.2 },
        encoding: {
          x: quantitative('hour', 'hour of the day', { scale: { domain: [8, 12] }, axis: { values: [8, 9, 10, 11, 12], grid: false } }),
          y: quantitative('calls', 'GetAuthorizationToken a second', { axis: { gridColor: '#eee' } }),
          color: {
            field: 'name',
            type: 'nominal',
            title: null,
            scale: { domain: Object.keys(days), range: ['#1f77b4', '#d62728', '#2ca02c'] },
            legend: { orient: 'bottom', direction: 'vertical', labelLimit: 0 },
          },
        },
      },
      { data: { values: [{ calls: QUOTAS.GetAuthorizationToken }] }, mark: { type: 'rule', color: '#888', strokeDash: [4, 4] }, encoding: { y: quantitative('calls', '') } },
    ],
  });
}

/** Random numbers that are the same in each run. */
function randomNumbers(seed: string): () => number {
  let drawn = 0;
  return () => createHash('sha256').update(`${seed} ${drawn++}`).digest().readUInt32BE() / 2 ** 32;
}
