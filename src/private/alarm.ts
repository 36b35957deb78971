import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** An alarm that goes off when a function has not succeeded for so many minutes. */
export function alarmAfter(minutes: number, scope: Construct, id: string, fn: lambda.IFunction, domainName: string): cloudwatch.Alarm {
  return new cloudwatch.Alarm(scope, id, {
    alarmDescription: `The CodeArtifact authorization token for the domain ${domainName} has not been refreshed for`
      + ` ${Duration.minutes(minutes).toHumanString()}. Its readers still have a token that works, but not for long. What to do:`
      + ' docs/operations.md of cdk-codeartifact-token',
    // Lambda reports 0 for each invocation that succeeds, and each that refreshes nothing fails.
    // FILL, because CloudWatch looks further back than the evaluation periods for values that are not missing.
    metric: new cloudwatch.MathExpression({
      expression: 'FILL(errors, 1)',
      usingMetrics: { errors: fn.metricErrors({ statistic: cloudwatch.Stats.MINIMUM }) },
      label: 'Minutes without a refresh',
      period: Duration.minutes(1),
    }),
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold: 1,
    evaluationPeriods: minutes,
    treatMissingData: cloudwatch.TreatMissingData.BREACHING,
  });
}
