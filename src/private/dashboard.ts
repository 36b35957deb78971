import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE } from './metrics';
import { TokenMetrics } from './token-metrics';

const WIDTH = 24;
const HEIGHT = 6;

interface Shown {
  readonly domainName: string;
  readonly functionName: string;
  readonly metrics: TokenMetrics;
  readonly alarms: cloudwatch.IAlarm[];
}

/** Fills a dashboard with what tells how a token is doing. */
export function fillDashboard(dashboard: cloudwatch.Dashboard, { domainName, functionName, metrics, alarms }: Shown): void {
  const { GREEN, RED, BLUE, ORANGE, PURPLE } = cloudwatch.Color;

  dashboard.addWidgets(
    new cloudwatch.TextWidget({
      width: alarms.length > 0 ? 16 : WIDTH,
      height: 4,
      markdown: [
        `## CodeArtifact token for the domain ${domainName}`,
        'Refresh it now:',
        '```',
        // Both majors of the AWS CLI take a payload in this way, and in no other.
        `echo '{}' | aws lambda invoke --function-name ${functionName} --region ${dashboard.stack.region} --payload fileb:///dev/stdin /dev/stdout`,
        '```',
      ].join('\n'),
    }),
    ...alarms.length > 0 ? [new cloudwatch.AlarmStatusWidget({ title: 'Alarms', width: 8, height: 4, alarms })] : [],
  );
  dashboard.addWidgets(
    new cloudwatch.GraphWidget({
      title: 'Hours that the token in the secret still lives',
      width: WIDTH,
      height: HEIGHT,
      left: [new cloudwatch.MathExpression({
        label: 'hours left',
        // At each moment: when the last token expires, less the moment itself.
        expression: '(FILL(atRefresh + EPOCH(atRefresh), REPEAT) - EPOCH(atRefresh)) / 3600',
        usingMetrics: { atRefresh: metrics.of('SecondsLeft') },
        color: BLUE,
      })],
      leftYAxis: { min: 0, label: 'hours', showUnits: false },
    }),
  );
  dashboard.addWidgets(
    new cloudwatch.GraphWidget({
      title: 'Refreshes',
      width: WIDTH / 3,
      height: HEIGHT,
      stacked: true,
      left: [
        metrics.of('Refreshes', { label: 'succeeded', color: GREEN }),
        metrics.of('Failures', { label: 'failed attempts', color: RED }),
      ],
      leftYAxis: { min: 0, showUnits: false },
    }),
    new cloudwatch.GraphWidget({
      title: 'Failed attempts by error',
      width: WIDTH / 3,
      height: HEIGHT,
      stacked: true,
      left: [new cloudwatch.MathExpression({
        label: "${PROP('Dim.ErrorName')}",
        usingMetrics: {},
        expression: `SEARCH('{${METRIC_NAMESPACE},FunctionName,ErrorName} FunctionName="${functionName}" MetricName="Failures"', 'Sum', 300)`,
      })],
      leftYAxis: { min: 0, showUnits: false },
    }),
    new cloudwatch.GraphWidget({
      title: 'Duration of the calls',
      width: WIDTH / 3,
      height: HEIGHT,
      left: [
        metrics.of('GetAuthorizationTokenLatency', { label: 'GetAuthorizationToken', color: BLUE }),
        metrics.of('PutSecretValueLatency', { label: 'PutSecretValue', color: ORANGE }),
        metrics.of('TagResourceLatency', { label: 'TagResource', color: PURPLE }),
      ],
      leftYAxis: { min: 0, label: 'ms', showUnits: false },
    }),
  );
}
