import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { RefreshPlan } from './refresh-plan';
import { sendTo } from './roles';
import { scheduleWithRole } from './schedule';
import { CodeArtifactTokenProps } from '../codeartifact-token-props';

interface RefreshScheduleProps extends CodeArtifactTokenProps {
  readonly plan: RefreshPlan;
  readonly function: lambda.Function;
}

/** The schedule that invokes the function. */
export function refreshSchedule(scope: Construct, props: RefreshScheduleProps): scheduler.Schedule {
  const { domain, plan, function: fn } = props;
  const { deadLetterQueue } = fn; // which a property injector may have set
  return scheduleWithRole(scope, {
    description: `Refreshes the CodeArtifact authorization token for the domain ${domain.domainName}`,
    schedule: scheduler.ScheduleExpression.rate(plan.interval),
    // Spreads many tokens over time: an account may ask for 40 a second.
    timeWindow: scheduler.TimeWindow.flexible(plan.window),
    scheduleGroup: props.scheduleGroup,
    key: props.scheduleEncryptionKey,
    statements: [
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }),
      ...sendTo(deadLetterQueue),
    ],
    target: (role) => new targets.LambdaInvoke(fn, {
      role,
      input: scheduler.ScheduleTargetInput.fromObject({}),
      // After that the next turn is due, and asks for a newer token anyway.
      maxEventAge: plan.interval.minus(plan.window),
      deadLetterQueue,
    }),
  });
}
