import { METRIC_NAMESPACE, METRIC_UNITS, type MetricName } from '../../src/private/metrics';

export type Measurements = Partial<Record<MetricName, number>>;

/**
 * Writes one line, whose measurements CloudWatch makes into metrics.
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
  const line = {
    level,
    message,
    ...properties,
    FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    ...measurements,
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        directive(['FunctionName'], Object.keys(measurements) as MetricName[]),
        ...('ErrorName' in properties ? [directive(['FunctionName', 'ErrorName'], ['Failures'])] : []),
      ],
    },
  };
  // Not console.log, whose lines Lambda wraps into lines of its own: the metrics would be lost.
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
