/** Where the function's metrics are in CloudWatch, under the dimension `FunctionName`. */
export const METRIC_NAMESPACE = 'CodeArtifactToken';

/** The metrics and their units. Construct and function have the names from here. */
export const METRIC_UNITS = {
  Refreshes: 'Count',
  /** Also under the dimensions `FunctionName` and `ErrorName`. */
  Failures: 'Count',
  SecondsLeft: 'Seconds',
  GetAuthorizationTokenLatency: 'Milliseconds',
  PutSecretValueLatency: 'Milliseconds',
  TagResourceLatency: 'Milliseconds',
} as const;

export type MetricName = keyof typeof METRIC_UNITS;

export const METRIC_NAMES = Object.keys(METRIC_UNITS);
