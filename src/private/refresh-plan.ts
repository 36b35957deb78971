import { Duration } from 'aws-cdk-lib';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Secrets Manager: PutSecretValue no more than once in 10 minutes over time. */
const SHORTEST_INTERVAL = 10 * MINUTE;
const SHORTEST_DURATION = 15 * MINUTE;
const LONGEST_DURATION = 12 * HOUR;

/** When tokens are replaced, and what that leaves of their lives. */
export interface RefreshPlan {
  /** May be an unresolved number. */
  readonly durationSeconds: number;
  readonly interval: Duration;
  /** A refresh may come this much later than its turn. */
  readonly window: Duration;
  readonly warning?: { readonly id: string; readonly message: string };
}

export function planRefreshes(duration: Duration, refreshInterval?: Duration): RefreshPlan {
  const durationSeconds = secondsOfDuration(duration);
  // Of a duration that is not known, or not known at synthesis, nothing can be computed.
  const life = duration.isUnresolved() || durationSeconds === 0 ? undefined : durationSeconds;
  const interval = refreshInterval === undefined ? defaultInterval(duration, life) : secondsOfInterval(refreshInterval);
  const window = Math.max(MINUTE, wholeMinutes(interval / 6));
  if (life !== undefined && interval + window >= life) {
    throw new Error('refreshInterval, with the flexible window of the schedule, must be shorter than duration;'
      + ` received ${Duration.seconds(interval).toHumanString()} and a duration of ${duration.toHumanString()},`
      + ` and the window is ${Duration.seconds(window).toHumanString()}`);
  }
  return {
    durationSeconds,
    interval: Duration.minutes(interval / MINUTE),
    window: Duration.minutes(window / MINUTE),
    warning: warningOf(duration, life, 2 * interval + window),
  };
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
      + ` ${Duration.seconds(age).toHumanString()} after the token was made. Make duration longer or refreshInterval shorter`,
  };
}

function secondsOfDuration(duration: Duration): number {
  const rule = 'duration must be 0, or 15 minutes to 12 hours, in whole seconds';
  if (duration.isUnresolved()) {
    if (duration.unitLabel() !== 'seconds') {
      throw new Error(`${rule}; of a value that is not known at synthesis, make a Duration.seconds; received one in ${duration.unitLabel()}`);
    }
    return duration.toSeconds();
  }
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || (seconds !== 0 && seconds < SHORTEST_DURATION) || seconds > LONGEST_DURATION) {
    throw new Error(`${rule}; received ${duration.toHumanString()}`);
  }
  return seconds;
}

function secondsOfInterval(refreshInterval: Duration): number {
  const rule = 'refreshInterval must be whole minutes, at least 10';
  if (refreshInterval.isUnresolved()) {
    throw new Error(`${rule}, and known at synthesis; received an unresolved value`);
  }
  const seconds = refreshInterval.toSeconds({ integral: false });
  if (seconds % MINUTE !== 0 || seconds < SHORTEST_INTERVAL) {
    throw new Error(`${rule}; received ${refreshInterval.toHumanString()}`);
  }
  return seconds;
}

function defaultInterval(duration: Duration, life?: number): number {
  if (duration.isUnresolved()) {
    return SHORTEST_INTERVAL; // short enough for every duration
  }
  return life === undefined ? HOUR : Math.max(SHORTEST_INTERVAL, Math.min(HOUR, wholeMinutes(life / 3)));
}

function wholeMinutes(seconds: number): number {
  return Math.floor(seconds / MINUTE) * MINUTE;
}
