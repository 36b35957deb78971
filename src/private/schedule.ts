import { Aws, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { setOf } from './injection';
import { ofRendered, renderedProperties } from './rendered';

interface ScheduleProps extends Omit<scheduler.ScheduleProps, 'target'> {
  /** What the role of the schedule may do. */
  readonly statements: iam.PolicyStatement[];
  readonly target: (role: iam.IRole) => scheduler.IScheduleTarget;
}

/** A schedule with a role of its own, which may do what the statements say and nothing else. */
export function scheduleWithRole(scope: Construct, { statements, target, ...props }: ScheduleProps): scheduler.Schedule {
  const permissions = new iam.PolicyDocument();
  let schedule: scheduler.Schedule | undefined;
  // The one in the template, because an Aspect may move the schedule to another group.
  const groupName = () => (schedule ? renderedProperties(schedule).GroupName : props.scheduleGroup?.scheduleGroupName) ?? 'default';
  const role = new iam.Role(scope, 'ScheduleRole', {
    assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
        StringEquals: {
          'aws:SourceAccount': Aws.ACCOUNT_ID,
          'aws:SourceArn': Stack.of(scope).formatArn({
            service: 'scheduler', resource: 'schedule-group', resourceName: Lazy.uncachedString(ofRendered(groupName)),
          }),
        },
      },
    }),
    inlinePolicies: { Target: permissions },
  });
  // A role that is made elsewhere (iam.Role.customizeRoles) has no resource, and no policy in it.
  const allow = (statement: iam.PolicyStatement) => (
    role.node.defaultChild ? permissions.addStatements(statement) : role.addToPrincipalPolicy(statement));
  statements.forEach(allow);

  schedule = new scheduler.Schedule(scope, 'Schedule', {
    ...setOf(props),
    // The targets of aws-scheduler-targets would grant more: every version of the function, for one.
    target: target(role.withoutPolicyUpdates()),
  });
  const { kmsKeyArn: key } = schedule.node.defaultChild as scheduler.CfnSchedule;
  if (key) {
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
    allow(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [key] }));
  }
  return schedule;
}
