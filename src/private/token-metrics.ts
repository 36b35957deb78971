import { Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC_NAMES, METRIC_NAMESPACE, MetricName } from './metrics';
import { validateMetricName } from './validation';

/** What is watched of each when nothing else is asked for. */
const STATISTICS: Record<MetricName, string> = {
  Refreshes: cloudwatch.Stats.SUM,
  Failures: cloudwatch.Stats.SUM,
  SecondsLeft: cloudwatch.Stats.MINIMUM,
  GetAuthorizationTokenLatency: cloudwatch.Stats.AVERAGE,
  PutSecretValueLatency: cloudwatch.Stats.AVERAGE,
  TagResourceLatency: cloudwatch.Stats.AVERAGE,
};

/** The metrics of a function, and which of them something in the app uses: each that is emitted is billed. */
export class TokenMetrics {
  private readonly names = new Set<string>();

  public constructor(private readonly scope: Construct, private readonly functionName: () => string) {}

  /** The names of those that are used, with commas between. */
  public get used(): string {
    return [...this.names].sort().join();
  }

  public of(name: MetricName, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(name, { statistic: STATISTICS[name], ...options });
  }

  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    validateMetricName(metricName);
    (Token.isUnresolved(metricName) ? METRIC_NAMES : [metricName]).forEach((name) => this.names.add(name));
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { FunctionName: this.functionName() },
      statistic: cloudwatch.Stats.SUM,
      ...options,
    }).attachTo(this.scope);
  }
}
