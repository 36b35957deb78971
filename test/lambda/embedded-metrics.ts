/** A value of a metric, as CloudWatch has it. */
export interface MetricValue {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly dimensions: Record<string, string>;
}

/**
 * The metrics that CloudWatch makes of a line of a log.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsOf(line: Record<string, any>): MetricValue[] {
  return (line._aws?.CloudWatchMetrics ?? []).flatMap((directive: any) => directive.Dimensions.flatMap((names: string[]) => {
    const dimensions = Object.fromEntries(names.map((name) => [name, line[name]]));
    return directive.Metrics.map(({ Name, Unit }: any) => ({ name: Name, unit: Unit, value: line[Name], dimensions }));
  }));
}
