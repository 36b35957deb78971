import { App, Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { CodeArtifactDomain, CodeArtifactToken } from 'cdk-codeartifact-token';

// A token by the rules of an organization: roles that are made elsewhere, schedules in a group, and an Aspect that names secrets.

const app = new App();
iam.Role.customizeRoles(app, { usePrecreatedRoles: { 'Organization/Token/Role': 'refresh', 'Organization/Token/ScheduleRole': 'schedule' } });
Aspects.of(app).add({
  visit: (node) => {
    if (CfnResource.isCfnResource(node) && node.cfnResourceType === 'AWS::SecretsManager::Secret') {
      node.addPropertyOverride('Name', 'org/token');
    }
  },
});

const stack = new Stack(app, 'Organization', { env: { account: '111122223333', region: 'eu-west-1' } });
new CodeArtifactToken(stack, 'Token', {
  domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'),
  readFrom: ['npm-store'],
  scheduleGroup: new scheduler.ScheduleGroup(stack, 'Group', { scheduleGroupName: 'tokens' }),
});
