import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { scheduleWithRole } from './schedule';

/** A schedule that deploys an ECS service anew. */
export function redeploy(
  service: ecs.IBaseService, id: string, domainName: string, { interval, window }: { interval: Duration; window: Duration },
): scheduler.Schedule {
  // In the service's scope, because a service in another stack already depends on the stack of the secret.
  const scope = new Construct(service, id);
  const updateService = new iam.PolicyStatement({ actions: ['ecs:UpdateService'], resources: [service.serviceArn] });
  return scheduleWithRole(scope, {
    description: `Deploys the service anew before its CodeArtifact authorization token for the domain ${domainName} expires`,
    schedule: scheduler.ScheduleExpression.rate(interval),
    timeWindow: scheduler.TimeWindow.flexible(window),
    statements: [updateService],
    target: (role) => new targets.Universal({
      service: 'ecs',
      action: 'updateService',
      input: scheduler.ScheduleTargetInput.fromObject({
        Cluster: service.cluster.clusterName,
        Service: service.serviceName,
        ForceNewDeployment: true,
      }),
      role,
      policyStatements: [updateService], // which the role has; without them Universal warns
      maxEventAge: interval,
    }),
  });
}
