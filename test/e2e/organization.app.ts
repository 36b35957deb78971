import { Aspects, CfnResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { DeployedApp } from './deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token by the rules of an organization: roles that are made elsewhere, schedules in a group, and an Aspect that names secrets.

const app = new DeployedApp();
iam.Role.customizeRoles(app, {
  usePrecreatedRoles: { 'Organization/Token/Role': app.name('refresh'), 'Organization/Token/ScheduleRole': app.name('schedule') },
});
Aspects.of(app).add({
  visit: (node) => {
    if (CfnResource.isCfnResource(node) && node.cfnResourceType === 'AWS::SecretsManager::Secret') {
      node.addPropertyOverride('Name', app.name('org/token'));
    }
  },
});

const stack = app.stack('Organization');
new CodeArtifactToken(stack, 'Token', {
  domain: app.domain(stack),
  readFrom: ['npm-store'],
  scheduleGroup: new scheduler.ScheduleGroup(stack, 'Group', { scheduleGroupName: app.name('tokens') }),
});
