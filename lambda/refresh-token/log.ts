import { METRIC_NAMESPACE, METRIC_UNITS, type MetricName } from '../../src/private/metrics';

export type Measurements = Partial<Record<MetricName, number>>;

/**
 * Writes one line, of whose measurements CloudWatch makes the metrics that are used.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param properties `ErrorName` among them makes a metric of failures by that name
 */
export function log(level: 'INFO' | 'ERROR', message: string, measurements: Measurements, properties: object): void {
  const directive = (dimensions: string[], names: MetricName[]) => ({
    Namespace: METRIC_NAMESPACE,
    Dimensions: [dimensions],
    Metrics: names.map((Name) => ({ Name, Unit: METRIC_UNITS[Name] })),
  });
  const used = (process.env.METRICS ?? '').split(',');
  const names = (Object.keys(measurements) as MetricName[]).filter((name) => used.includes(name));
  const directives = [
    ...names.length > 0 ? [directive(['FunctionName'], names)] : [],
    ...'ErrorName' in properties && used.includes('Failures') ? [directive(['FunctionName', 'ErrorName'], ['Failures'])] : [],
  ];
  const line = {
    level,
    message,
    ...properties,
    FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    ...measurements,
    ...directives.length > 0 ? { _aws: { Timestamp: Date.now(), CloudWatchMetrics: directives } } : {},
  };
  // Not console.log, whose lines Lambda wraps into lines of its own: the metrics would be lost.
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
