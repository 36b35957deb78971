import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expiryOf } from '../../sandbox/codeartifact';
import type { MiniStack } from '../../sandbox/ministack';
import type { CodeArtifactTokenProps } from '../../src';
import { METRIC_NAMES } from '../../src/private/metrics';
import { Play } from '../faults/play';
import { metricsOf, type MetricValue } from '../lambda/embedded-metrics';
import { awsFault } from '../lambda/faulty-proxy';
import { ENV, tokenIn } from '../token-stack';

/** One invocation of the function. All times are in seconds. */
export interface Attempt {
  /** The call that is denied, if one is. */
  readonly denied?: 'GetAuthorizationToken' | 'PutSecretValue' | 'TagResource';
  /** From the token to the secret. */
  readonly lasts: number;
}

/** What becomes of a turn of the schedule. */
export interface Turn {
  /** After its time: within the flexible window, and the minute that the Scheduler is precise to. */
  readonly late: number;
  /** Three at the most, and no more after one that succeeds. */
  readonly attempts: Attempt[];
  /** Whether the event comes a second time. */
  readonly twice?: boolean;
}

export const GOOD_TURN: Turn = { late: 0, attempts: [{ lasts: 1 }] };
export const FAILED_TURN: Turn = { late: 0, attempts: Array<Attempt>(3).fill({ denied: 'GetAuthorizationToken', lasts: 1 }) };

/** The token in the secret at the end of its reign: just before it is replaced, or when the play ends. */
export interface Reign {
  readonly at: number;
  /** How long the token still lives. */
  readonly life: number;
  /** Whether a repository lets it in. */
  readonly opens: boolean;
  /** How many turns of the schedule failed since it was written. */
  readonly failures: number;
}

export interface Played {
  readonly reigns: Reign[];
  /** Every value of every metric, with the time at which it was emitted. */
  readonly metrics: (MetricValue & { readonly at: number })[];
}

/** What the construct makes of a duration and an interval. */
export function scheduleOf(props: Partial<CodeArtifactTokenProps>) {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  const token = tokenIn(stack, 'Token', props);
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::Scheduler::Schedule'));
  const [, amount, unit] = /^rate\((\d+) (minute|hour)s?\)$/.exec(Properties.ScheduleExpression)!;
  return {
    duration: (props.duration ?? Duration.hours(12)).toSeconds(),
    interval: Number(amount) * (unit === 'hour' ? 3600 : 60),
    window: Properties.FlexibleTimeWindow.MaximumWindowInMinutes * 60,
    minimumValidity: token.minimumValidity!.toSeconds(),
    toleratedFailures: token.toleratedFailures!,
  };
}

/** Lambda's pauses between the attempts of one event. */
const PAUSES = [60, 120];

/** Plays a schedule, turn by turn, on the shipped function with a clock that is moved on. The first token is there at 0. */
export async function playDays(ministack: MiniStack, schedule: ReturnType<typeof scheduleOf>, turns: Turn[]): Promise<Played> {
  const play = await Play.start(ministack, 24, { DURATION_SECONDS: String(schedule.duration), METRICS: METRIC_NAMES.join() });
  try {
    const { standIn } = play;
    const fn = play.function();
    const start = standIn.now;
    const now = () => (standIn.now - start) / 1000;
    const until = (time: number) => standIn.advance(Math.max(0, time - now()));
    const reigns: Reign[] = [];
    const metrics: Played['metrics'] = [];
    let failures = 0;

    const record = (line: Record<string, any>) => metrics.push(...metricsOf(line).map((value) => ({ ...value, at: now() })));
    // As Lambda does for each invocation, of the moment at which it began.
    const recordErrors = (value: 0 | 1, at: number) => metrics.push({ name: 'Errors', unit: 'Count', value, dimensions: { FunctionName: 'refresh-token' }, at });
    const endReign = async () => {
      const { token } = (await play.stored())!;
      const { status } = await fetch(standIn.repositoryUrl('acme', 'npm-store', 'pypi'), { headers: { authorization: `Bearer ${token}` } });
      reigns.push({ at: now(), life: (expiryOf(token) - standIn.now) / 1000, opens: status !== 401, failures });
    };
    const attempt = async ({ denied, lasts }: Attempt): Promise<boolean> => {
      play.forget();
      const began = now();
      if (denied) {
        play[denied === 'GetAuthorizationToken' ? 'codeartifact' : 'secretsManager'].failNext(denied, awsFault(403, 'AccessDeniedException', 'denied'));
      }
      if (denied !== 'PutSecretValue') {
        play.secretsManager.beforeNext('PutSecretValue', async () => {
          standIn.advance(lasts);
          await endReign();
          failures = 0;
        });
      }
      const { log: [line], error } = await fn.invoke();
      record(line);
      recordErrors(error ? 1 : 0, began);
      return error === undefined;
    };

    record((await fn.invoke()).log[0]);
    recordErrors(0, 0);
    for (const [index, { late, attempts, twice }] of turns.entries()) {
      until((index + 1) * schedule.interval + late);
      let succeeded = false;
      for (const [number, each] of attempts.entries()) {
        standIn.advance(number > 0 ? PAUSES[number - 1] : 0);
        succeeded = await attempt(each);
        if (!succeeded && each.denied === 'GetAuthorizationToken') {
          standIn.advance(each.lasts);
        }
      }
      if (twice) {
        await attempt({ lasts: 1 });
      }
      failures = succeeded || twice ? 0 : failures + 1;
    }
    until((turns.length + 1) * schedule.interval);
    await endReign();
    return { reigns, metrics };
  } finally {
    await play.stop();
  }
}
