import { Duration } from 'aws-cdk-lib';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Secrets Manager: PutSecretValue no more than once in 10 minutes over time. */
const SHORTEST_INTERVAL = 10 * MINUTE;
const SHORTEST_DURATION = 15 * MINUTE;
const LONGEST_DURATION = 12 * HOUR;

export const FUNCTION_TIMEOUT = Duration.seconds(100);

/**
 * From the time of a turn to its token in the secret, at the most: the Scheduler is precise to a minute, and Lambda
 * tries three times, with pauses of one and two minutes.
 *
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const LONGEST_TURN = MINUTE + 3 * FUNCTION_TIMEOUT.toSeconds() + MINUTE + 2 * MINUTE;

/** From a refresh to an alarm that knows of it: the way out of the log, and the evaluation of whole minutes. */
const ALARM_DELAY = 3 * MINUTE;

/** When tokens are replaced, and what that leaves of their lives. */
export interface RefreshPlan {
  /** May be an unresolved number. */
  readonly durationSeconds: number;
  readonly interval: Duration;
  /** A refresh may come this much later than its turn. */
  readonly window: Duration;
  /** Undefined where the duration is not known. */
  readonly guarantee?: Guarantee;
  readonly warning?: { readonly id: string; readonly message: string };
}

/** What readers can rely on. All in seconds. */
interface Guarantee {
  readonly duration: number;
  /** Between two refreshes of which none fails, at the most. */
  readonly longestGap: number;
  readonly minimumValidity: number;
  readonly toleratedFailures: number;
}

export function planRefreshes(duration: Duration, refreshInterval?: Duration): RefreshPlan {
  const durationSeconds = secondsOfDuration(duration);
  // Of a duration that is not known, or not known at synthesis, nothing can be computed.
  const life = duration.isUnresolved() || durationSeconds === 0 ? undefined : durationSeconds;
  const interval = refreshInterval === undefined
    ? defaultInterval(duration, life)
    : wholeMinutesOf('refreshInterval', refreshInterval, SHORTEST_INTERVAL);
  const window = windowOf(interval);
  if (interval + window >= (life ?? LONGEST_DURATION)) {
    const longest = life === undefined ? `that is not known, and ${human(LONGEST_DURATION)} at the most` : `of ${human(life)}`;
    throw new Error('refreshInterval, with the flexible window of the schedule, must be shorter than duration;'
      + ` received ${human(interval)} and a duration ${longest}, and the window is ${human(window)}`);
  }
  return {
    durationSeconds,
    interval: Duration.minutes(interval / MINUTE),
    window: Duration.minutes(window / MINUTE),
    guarantee: life === undefined ? undefined : guaranteeOf(life, interval, window),
    warning: warningOf(duration, life, 2 * interval + window + LONGEST_TURN),
  };
}

/**
 * For how many minutes there may be no refresh before the alarm goes off, so that the token then lives for another
 * `remainingValidity`, a third of its duration by default.
 */
export function minutesBeforeAlarm({ guarantee }: RefreshPlan, remainingValidity?: Duration): number {
  const { duration, longestGap } = known(guarantee, 'alarmBeforeExpiry');
  const remaining = remainingValidity === undefined
    ? wholeMinutes(duration / 3)
    : wholeMinutesOf('remainingValidity', remainingValidity, MINUTE);
  const silence = wholeMinutes(duration - remaining - ALARM_DELAY);
  if (silence <= longestGap + ALARM_DELAY) {
    const longest = wholeMinutes(duration - 2 * ALARM_DELAY - longestGap) - MINUTE;
    throw new Error(`remainingValidity must be ${longest < MINUTE ? 'shorter' : `at most ${human(longest)}`}, or the alarm goes off though no refresh fails:`
      + ` ${human(longestGap)} may pass between two of them; received ${human(remaining)} of a duration of ${human(duration)}.`
      + ' Make remainingValidity or refreshInterval shorter, or duration longer');
  }
  return silence / MINUTE;
}

/** How often a service that reads the token once is deployed anew. */
export function planRedeployments({ guarantee }: RefreshPlan, interval?: Duration): { readonly interval: Duration; readonly window: Duration } {
  const { minimumValidity } = known(guarantee, 'redeployBeforeExpiry');
  const seconds = interval === undefined
    ? Math.max(MINUTE, wholeMinutes(minimumValidity / 2))
    : wholeMinutesOf('interval', interval, MINUTE);
  const window = windowOf(seconds);
  if (seconds + window + MINUTE >= minimumValidity) {
    throw new Error(`interval, with the flexible window of the schedule, must be shorter than the token's minimumValidity of ${human(minimumValidity)};`
      + ` received ${human(seconds)}, and the window is ${human(window)}. Make interval or refreshInterval shorter, or duration longer`);
  }
  return { interval: Duration.minutes(seconds / MINUTE), window: Duration.minutes(window / MINUTE) };
}

function guaranteeOf(duration: number, interval: number, window: number): Guarantee {
  const longestGap = interval + window + LONGEST_TURN;
  const spare = duration - longestGap;
  return {
    duration,
    longestGap,
    minimumValidity: Math.max(0, spare),
    // Each one adds an interval to the gap, and something must be left of the token in the end.
    toleratedFailures: Math.max(0, Math.ceil(spare / interval) - 1),
  };
}

function known(guarantee: Guarantee | undefined, method: string): Guarantee {
  if (!guarantee) {
    throw new Error(`${method} needs a duration that is known at synthesis and not 0: of another, nothing can be said of when its token expires.`
      + ' Give CodeArtifactToken a duration of 15 minutes to 12 hours');
  }
  return guarantee;
}

function warningOf(duration: Duration, life: number | undefined, age: number): RefreshPlan['warning'] {
  if (life === undefined) {
    return duration.isUnresolved() ? undefined : {
      id: 'unknownDuration',
      message: 'duration is 0: each token lives as long as the credentials of the function happen to, so nothing can be said of how long a reader has',
    };
  }
  return age < life ? undefined : {
    id: 'oneFailureExpiresToken',
    message: `a duration of ${duration.toHumanString()} does not outlive one refresh that fails: the next one may come only`
      + ` ${human(age)} after the token was made. Make duration longer or refreshInterval shorter`,
  };
}

function secondsOfDuration(duration: Duration): number {
  const rule = 'duration must be 0, or 15 minutes to 12 hours, in whole seconds';
  if (duration.isUnresolved()) {
    if (duration.unitLabel() !== 'seconds') {
      throw new Error(`${rule}; one that is not known at synthesis must be in Duration.seconds; received one in ${duration.unitLabel()}`);
    }
    return duration.toSeconds();
  }
  const seconds = toSeconds(duration);
  if (!Number.isInteger(seconds) || (seconds !== 0 && seconds < SHORTEST_DURATION) || seconds > LONGEST_DURATION) {
    throw new Error(`${rule}; received ${exactly(duration)}`);
  }
  return seconds;
}

function wholeMinutesOf(prop: string, value: Duration, shortest: number): number {
  const rule = `${prop} must be whole minutes, at least ${shortest / MINUTE}`;
  if (value.isUnresolved()) {
    throw new Error(`${rule}, and known at synthesis; received an unresolved value`);
  }
  const seconds = toSeconds(value);
  if (seconds % MINUTE !== 0 || seconds < shortest) {
    throw new Error(`${rule}; received ${exactly(value)}`);
  }
  return seconds;
}

/** To the millisecond, because `Duration.hours(1.1)` is 66.00000000000001 minutes. */
function toSeconds(duration: Duration): number {
  return Math.round(duration.toMilliseconds({ integral: false })) / 1000;
}

/** `toHumanString` drops all but the two largest units, and says nothing at all of `Duration.minutes(NaN)`. */
function exactly(duration: Duration): string {
  return `${duration.toHumanString()} (${toSeconds(duration)} seconds)`.trimStart();
}

function defaultInterval(duration: Duration, life?: number): number {
  if (duration.isUnresolved()) {
    return SHORTEST_INTERVAL; // short enough for every duration
  }
  return life === undefined ? HOUR : Math.max(SHORTEST_INTERVAL, Math.min(HOUR, wholeMinutes(life / 3)));
}

function windowOf(interval: number): number {
  return Math.max(MINUTE, wholeMinutes(interval / 6));
}

function wholeMinutes(seconds: number): number {
  return Math.floor(seconds / MINUTE) * MINUTE;
}

function human(seconds: number): string {
  return Duration.seconds(seconds).toHumanString();
}
