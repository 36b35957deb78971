import { Duration } from 'aws-cdk-lib';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// Two tokens with the shortest interval, the second with its schedule in a group of its own.
//   --context interval=<n>   the interval of the first one, in minutes

const app = new DeployedApp();
const stack = app.stack('Schedules');
const domain = app.domain(stack);
const token = new CodeArtifactToken(stack, 'Token', {
  domain,
  readFrom: ['npm-store'],
  duration: Duration.hours(1),
  refreshInterval: Duration.minutes(Number(app.context('interval') ?? 10)),
});
// So that each version of the secret since the schedule was made is of a turn.
token.schedule.node.addDependency(token.node.findChild('FirstToken'));

const grouped = new CodeArtifactToken(stack, 'Grouped', {
  domain,
  readFrom: ['npm-store'],
  duration: Duration.hours(1),
  refreshInterval: Duration.minutes(10),
  scheduleGroup: new scheduler.ScheduleGroup(stack, 'Group', { scheduleGroupName: app.name('group') }),
});
grouped.schedule.node.addDependency(grouped.node.findChild('FirstToken'));
