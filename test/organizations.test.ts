import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import { Annotations as CdkAnnotations, App, AspectPriority, Aspects, CfnOutput, CfnResource, IAspect, RemovalPolicies, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as codeartifact from 'aws-cdk-lib/aws-codeartifact';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { deployed, ENV, functionRoleStatements, tokenIn } from './token-stack';
import { CodeArtifactTokenProps } from '../src';

// That aws-cdk-lib's own property injection works with it is in test/newest. The oldest supported one has none.

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const NETWORK_INTERFACES = Match.objectLike({ Action: Match.arrayWith(['ec2:CreateNetworkInterface']), Effect: 'Allow' });

/** An Aspect as organizations have them, for the resources of a type. */
const each = <T extends CfnResource>(type: string, change: (resource: T) => void): IAspect => ({
  visit: (node) => {
    if (CfnResource.isCfnResource(node) && node.cfnResourceType === type) {
      change(node as T);
    }
  },
});

function withAspects(aspects: IAspect[], props: (stack: Stack) => Partial<CodeArtifactTokenProps> = () => ({})) {
  const app = new App();
  aspects.forEach((aspect) => Aspects.of(app).add(aspect));
  const stack = new Stack(app, 'Stack', { env: ENV });
  return { app, stack, token: tokenIn(stack, 'Token', props(stack)) };
}

const trustOf = (template: Template) => Object.values(template.findResources('AWS::IAM::Role'))
  .map(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement[0])
  .filter(({ Principal }) => Principal.Service === 'scheduler.amazonaws.com');
const scheduleGroup = (name: unknown) => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...typeof name === 'string'
    ? [`:scheduler:eu-west-1:111122223333:schedule-group/${name}`]
    : [':scheduler:eu-west-1:111122223333:schedule-group/', name]]],
});

describe('property injection', () => {
  const injecting = (constructs: Construct[], secretName: string) => ({
    constructs, inject: (props: CodeArtifactTokenProps, { id }: { id: string }) => ({ secretName: `${secretName}/${id}`, ...props }),
  });

  function synthesised(injectors: (app: App, stack: Stack) => ReturnType<typeof injecting>[], props: Partial<CodeArtifactTokenProps> = {}) {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const given = injectors(app, stack);
    const of = (scope: Construct) => ({
      for: (id: string) => id === 'cdk-codeartifact-token.CodeArtifactToken' ? given.find(({ constructs }) => constructs.includes(scope)) : undefined,
    });
    Object.assign(cdk, { PropertyInjectors: { of, hasPropertyInjectors: (scope: Construct) => scope === app || scope === stack } });
    try {
      tokenIn(stack, 'Token', props);
    } finally {
      delete (cdk as { PropertyInjectors?: unknown }).PropertyInjectors;
    }
    return Template.fromStack(stack);
  }

  test('sets what is not given, by the injector that is nearest', () => {
    synthesised((app, stack) => [injecting([app], 'app'), injecting([stack], 'stack')])
      .hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'stack/Token' });
    synthesised((app) => [injecting([app], 'app')]).hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'app/Token' });
    synthesised((app) => [injecting([app], 'app')], { secretName: 'given' }).hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'given' });
  });

  test('sets nothing where no injector is for this construct', () => {
    synthesised(() => []).hasResourceProperties('AWS::SecretsManager::Secret', { Name: Match.absent() });
  });
});

describe('roles that are made elsewhere', () => {
  const everything = (stack: Stack): Partial<CodeArtifactTokenProps> => ({
    publishTo: ['npm-own'],
    vpc: new ec2.Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }),
    encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
    scheduleEncryptionKey: kms.Key.fromKeyArn(stack, 'ScheduleKey', KEY_ARN),
    scheduleGroup: scheduler.ScheduleGroup.fromScheduleGroupName(stack, 'Group', 'tokens'),
  });

  const PRECREATED = { usePrecreatedRoles: { 'Stack/Token/Role': 'refresh', 'Stack/Token/ScheduleRole': 'schedule' }, preventSynthesis: true };

  function synthesised(props: (stack: Stack) => Partial<CodeArtifactTokenProps>, ...aspects: IAspect[]) {
    const outdir = mkdtempSync(join(tmpdir(), 'precreated-'));
    try {
      const app = new App({ outdir });
      aspects.forEach((aspect) => Aspects.of(app).add(aspect));
      iam.Role.customizeRoles(app, PRECREATED);
      const stack = new Stack(app, 'Stack', { env: ENV });
      tokenIn(stack, 'Token', props(stack));
      const template = app.synth().getStackByName('Stack').template;
      const report = JSON.parse(readFileSync(join(outdir, 'iam-policy-report.json'), 'utf8'));
      const of = (roleName: string) => report.roles.find((role: any) => role.roleName === roleName);
      return { template, refresh: of('refresh'), schedule: of('schedule') };
    } finally {
      rmSync(outdir, { recursive: true });
    }
  }

  const actionsOf = ({ identityPolicyStatements }: any) => identityPolicyStatements.flatMap(({ Action }: any) => Action);

  test('leave no IAM resource in the template, which names them', () => {
    const { template } = synthesised(everything);
    const resources = Object.values<any>(template.Resources);

    expect(resources.filter(({ Type }) => Type.startsWith('AWS::IAM::'))).toEqual([]);
    expect(JSON.stringify(resources.find(({ Type }) => Type === 'AWS::Lambda::Function').Properties.Role)).toContain(':role/refresh');
    expect(JSON.stringify(resources.find(({ Type }) => Type === 'AWS::Scheduler::Schedule').Properties.Target.RoleArn)).toContain(':role/schedule');
  });

  test('are reported with every statement that the roles in the template would have', () => {
    const { refresh, schedule } = synthesised(everything);
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    tokenIn(stack, 'Token', everything(stack));
    const template = Template.fromStack(stack);
    const flat = (statements: any[]) => statements.flatMap(({ Action }) => Action).sort();
    const [scheduleRole] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => id.includes('ScheduleRole'));

    expect(actionsOf(refresh).sort()).toEqual(flat(functionRoleStatements(template)));
    expect(actionsOf(schedule).sort()).toEqual(flat(scheduleRole[1].Properties.Policies[0].PolicyDocument.Statement));
    expect(JSON.stringify(schedule.assumeRolePolicy[0].Condition.StringEquals['aws:SourceArn'])).toContain(':schedule-group/tokens"');
  });

  test('are named to the owner of a domain in another account', () => {
    const app = new App();
    iam.Role.customizeRoles(app, PRECREATED);
    const token = tokenIn(new Stack(app, 'Stack', { env: ENV }), 'Token');
    const other = new Stack(app, 'Other', { env: { account: '444455556666', region: 'eu-west-1' } });
    new CfnOutput(other, 'Statement', { value: other.toJsonString(token.domainPolicyStatement().toStatementJson()) });

    expect(JSON.stringify(Template.fromStack(other).toJSON().Outputs)).toContain(':iam::111122223333:role/refresh');
  });

  test('are reported with what an Aspect makes necessary', () => {
    const intoVpc = each<lambda.CfnFunction>('AWS::Lambda::Function', (fn) => { fn.vpcConfig = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] }; });

    expect(actionsOf(synthesised(() => ({}), intoVpc).refresh)).toContain('ec2:CreateNetworkInterface');
    expect(actionsOf(synthesised(() => ({})).refresh)).not.toContain('ec2:CreateNetworkInterface');
  });
});

describe('design.md 3.12: Aspects', () => {
  test.each<[string, (fn: lambda.CfnFunction) => void]>([
    ['by its property', (fn) => { fn.vpcConfig = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] }; }],
    ['by an override', (fn) => fn.addPropertyOverride('VpcConfig', { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] })],
  ])('that put every function into a VPC %s: the role may then have network interfaces', (_, change) => {
    const template = Template.fromStack(withAspects([each('AWS::Lambda::Function', change)]).stack);

    template.hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: Match.arrayWith([NETWORK_INTERFACES]) } });
    template.hasResource('AWS::Lambda::Function', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('TokenRoleNetworkPolicy')]) });
  });

  test('that put every function into a VPC may be followed by another synthesis', () => {
    const { app } = withAspects([each<lambda.CfnFunction>('AWS::Lambda::Function', (fn) => { fn.vpcConfig = { subnetIds: ['subnet-1'] }; })]);
    const first = app.synth().getStackByName('Stack').template;

    expect(app.synth({ force: true }).getStackByName('Stack').template).toEqual(first);
  });

  test('that put no function into a VPC leave its role without that', () => {
    expect(JSON.stringify(deployed().template().toJSON())).not.toContain('ec2:');
  });

  test.each<[string, (schedule: scheduler.CfnSchedule) => void]>([
    ['by its property', (schedule) => { schedule.groupName = 'tokens'; }],
    ['by an override', (schedule) => schedule.addPropertyOverride('GroupName', 'tokens')],
  ])('that move every schedule to a group %s: the roles trust that group', (_, change) => {
    const { stack, token } = withAspects([each('AWS::Scheduler::Schedule', change)]);
    const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: new ec2.Vpc(stack, 'Vpc') });
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
    taskDefinition.addContainer('app', { image: ecs.ContainerImage.fromRegistry('node') });
    token.redeployBeforeExpiry(new ecs.FargateService(stack, 'Service', { cluster, taskDefinition }));

    const trust = trustOf(Template.fromStack(stack));
    expect(trust).toHaveLength(2);
    for (const { Condition } of trust) {
      expect(Condition.StringEquals['aws:SourceArn']).toEqual(scheduleGroup('tokens'));
    }
  });

  test.each<[string, (role: iam.CfnRole) => void, string]>([
    ['the path', (role) => { role.path = '/apps/'; }, ':iam::111122223333:role/apps/acme-token'],
    ['the name, by an override', (role) => role.addPropertyOverride('RoleName', 'org-acme-token'), ':iam::111122223333:role/org-acme-token'],
  ])('that change %s of roles: a domain in another account trusts the role by it', (_, change, arn) => {
    const { app, token } = withAspects([each('AWS::IAM::Role', change)], () => ({ roleName: 'acme-token' }));
    const owner = new Stack(app, 'Owner', { env: { account: '444455556666', region: 'eu-west-1' } });
    new codeartifact.CfnDomain(owner, 'Domain', {
      domainName: 'acme', permissionsPolicyDocument: new iam.PolicyDocument({ statements: [token.domainPolicyStatement()] }),
    });

    const [{ Properties }] = Object.values(Template.fromStack(owner).findResources('AWS::CodeArtifact::Domain'));
    expect(Properties.PermissionsPolicyDocument.Statement[0].Condition.ArnEquals['aws:PrincipalArn'])
      .toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, arn]] });
  });

  test('that change the name of secrets: readers in another account are granted it by that name', () => {
    const { app, token } = withAspects(
      [each<secretsmanager.CfnSecret>('AWS::SecretsManager::Secret', (secret) => { secret.name = 'org/token'; })],
      (stack) => ({ secretName: 'token', encryptionKey: new kms.Key(stack, 'Key') }));
    const other = new Stack(app, 'Other', { env: { account: '444455556666', region: 'eu-west-1' } });
    token.grantRead(new iam.Role(other, 'Reader', { roleName: 'reader', assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }));

    expect(JSON.stringify(Template.fromStack(other).toJSON())).toContain('secret:org/token-??????');
  });

  test('that change the key of secrets are refused, because the function and the readers may use no other', () => {
    const { app } = withAspects([each<secretsmanager.CfnSecret>('AWS::SecretsManager::Secret', (secret) => { secret.kmsKeyId = KEY_ARN; })]);

    expect(() => app.synth()).toThrow('the key of the secret must be the encryptionKey of CodeArtifactToken, because its function and its readers may use no'
      + ` other; received "${KEY_ARN}" instead of none, as from an Aspect. Give CodeArtifactToken that key as encryptionKey`);
  });

  test('that set a permissions boundary, tags and a removal policy reach all that is made', () => {
    const { app, stack } = withAspects([]);
    iam.PermissionsBoundary.of(app).apply(iam.ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess'));
    Tags.of(app).add('team', 'build');
    RemovalPolicies.of(app).apply(RemovalPolicy.RETAIN);

    const template = Template.fromStack(stack);
    template.allResourcesProperties('AWS::IAM::Role', { PermissionsBoundary: Match.anyValue(), Tags: [{ Key: 'team', Value: 'build' }] });
    template.hasResourceProperties('AWS::SecretsManager::Secret', { Tags: [{ Key: 'team', Value: 'build' }] });
    for (const type of ['AWS::SecretsManager::Secret', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup']) {
      template.allResources(type, { DeletionPolicy: 'Retain' });
    }
  });
});

describe('a schedule in a group, with a key', () => {
  test('trusts the group that it is in, by default the group default', () => {
    expect(trustOf(deployed().template())[0].Condition.StringEquals['aws:SourceArn']).toEqual(scheduleGroup('default'));

    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const group = new scheduler.ScheduleGroup(stack, 'Group');
    tokenIn(stack, 'Token', { scheduleGroup: group });
    const template = Template.fromStack(stack);
    expect(trustOf(template)[0].Condition.StringEquals['aws:SourceArn']).toEqual(scheduleGroup(stack.resolve(group.scheduleGroupName)));
    template.hasResourceProperties('AWS::Scheduler::Schedule', { GroupName: stack.resolve(group.scheduleGroupName) });
  });

  test('may decrypt with that key, and with no other', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    tokenIn(stack, 'Token', { scheduleEncryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Scheduler::Schedule', { KmsKeyArn: KEY_ARN });
    const [scheduleRole] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => id.includes('ScheduleRole'));
    expect(scheduleRole[1].Properties.Policies[0].PolicyDocument.Statement).toContainEqual({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN });
    expect(JSON.stringify(functionRoleStatements(template))).not.toContain('kms:');
  });
});

describe('a function whose environment has a key', () => {
  test('needs no permission for it: Lambda grants the role that', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    tokenIn(stack, 'Token', { environmentEncryption: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', { KmsKeyArn: KEY_ARN });
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('kms:');
  });
});

describe('readers in another region', () => {
  function elsewhere(props: Partial<CodeArtifactTokenProps>, crossRegionReferences = false) {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV, crossRegionReferences });
    const token = tokenIn(stack, 'Token', props);
    const other = new Stack(app, 'Other', { env: { ...ENV, region: 'us-east-1' }, crossRegionReferences });
    const task = new ecs.FargateTaskDefinition(other, 'Task');
    task.addContainer('app', { image: ecs.ContainerImage.fromRegistry('node'), secrets: token.ecsSecrets() });
    return { app, token, other };
  }

  test('are told of replicaRegions', () => {
    for (const props of [{}, { secretName: 'token' }]) {
      expect(() => elsewhere(props).app.synth()).toThrow('the secret of Stack/Token is in eu-west-1, and the stack Other that uses it is in us-east-1. Give'
        + " CodeArtifactToken a secretName and replicaRegions: [{ region: 'us-east-1' }], and take secretsmanager.Secret.fromSecretNameV2(scope, id, secretName)"
        + ' in that stack; or give both stacks crossRegionReferences: true, and let it be read from where it is');
    }
  });

  test('may refer to the secret where the CDK can: with crossRegionReferences', () => {
    Template.fromStack(elsewhere({}, true).other).hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({ Secrets: [{ Name: 'CODEARTIFACT_AUTH_TOKEN', ValueFrom: Match.anyValue() }] })],
    });
  });

  test('are granted reading by the name of the secret, if it is a role that has the token', () => {
    const app = new App();
    const token = tokenIn(new Stack(app, 'Stack', { env: ENV }), 'Token', { secretName: 'token' });
    const other = new Stack(app, 'Other', { env: { ...ENV, region: 'us-east-1' } });
    token.grantRead(new iam.Role(other, 'Reader', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }));

    expect(JSON.stringify(Template.fromStack(other).toJSON())).toContain(':secretsmanager:eu-west-1:111122223333:secret:token-??????');
  });
});

describe('a secretName that ends in a hyphen and six characters is warned of', () => {
  const warning = Match.stringLikeRegexp("secretName 'build-tokens' ends with a hyphen and six characters, as the ARN of each secret does");

  test('where a stack of another account finds the secret by a part of its ARN', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const token = tokenIn(stack, 'Token', { secretName: 'build-tokens', encryptionKey: new kms.Key(stack, 'Key') });
    const other = new Stack(app, 'Other', { env: { account: '444455556666', region: 'eu-west-1' } });
    token.grantRead(new iam.Role(other, 'Reader', { roleName: 'reader', assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }));

    Annotations.fromStack(stack).hasWarning('/Stack/Token', warning);
  });

  test('where a replica is found by the name', () => {
    const { stack, token } = deployed({ secretName: 'build-tokens', replicaRegions: [{ region: 'us-east-1' }] });

    Annotations.fromStack(stack).hasWarning('/Stack/Token', warning);
    CdkAnnotations.of(token).acknowledgeWarning('cdk-codeartifact-token:secretNameSuffix');
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('and no other: the six characters are the last ones', () => {
    Annotations.fromStack(deployed({ secretName: 'build-tokens-everywhere', replicaRegions: [{ region: 'us-east-1' }] }).stack).hasNoWarning('*', Match.anyValue());
  });

  test('and not where its ARN is known', () => {
    Annotations.fromStack(deployed({ secretName: 'build-tokens' }).stack).hasNoWarning('*', Match.anyValue());
    Annotations.fromStack(deployed({ secretName: 'build-token', replicaRegions: [{ region: 'us-east-1' }] }).stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('a VPC that is deleted, or taken away', () => {
  test('keeps the policy by which Lambda removes its interfaces until the security group is gone', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const vpc = new ec2.Vpc(stack, 'Vpc');
    tokenIn(stack, 'Token', { vpc });
    tokenIn(stack, 'Other', { vpc, securityGroups: [new ec2.SecurityGroup(stack, 'Given', { vpc })] });

    const template = Template.fromStack(stack);
    for (const [group, role] of [['TokenFunctionSecurityGroup', 'TokenRole'], ['Given', 'OtherRole']]) {
      const [[, { DependsOn }]] = Object.entries(template.findResources('AWS::EC2::SecurityGroup')).filter(([id]) => id.startsWith(group));
      expect(DependsOn).toContainEqual(expect.stringMatching(`^${role}NetworkPolicy`));
    }
    // Taken away, both leave the template together, and CloudFormation deletes what depends first.
    expect(Object.keys(deployed().template().toJSON().Resources).filter((id) => /NetworkPolicy|SecurityGroup/.test(id))).toEqual([]);
  });

  test('is attached for whatever Aspect puts the function into a VPC, and seen by those that only look', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const { function: { node: { defaultChild }, role } } = tokenIn(stack, 'Token');
    const policies: string[] = [];
    Aspects.of(app).add({
      visit: (node) => {
        if (node === defaultChild) {
          (node as lambda.CfnFunction).vpcConfig = { subnetIds: ['subnet-1'] };
        }
      },
    }, { priority: AspectPriority.READONLY - 2 });
    Aspects.of(app).add({
      visit: (node) => {
        policies.push(...node === defaultChild ? role!.node.children.map(({ node: { id } }) => id) : []);
      },
    }, { priority: AspectPriority.READONLY });
    app.synth();

    expect(policies).toContain('NetworkPolicy');
  });

  test('makes no stack depend on its own dependents: a security group of another stack is left as it is', () => {
    const app = new App();
    const network = new Stack(app, 'Network', { env: ENV });
    const vpc = new ec2.Vpc(network, 'Vpc');
    const stack = new Stack(app, 'Stack', { env: ENV });
    tokenIn(stack, 'Token', { vpc, securityGroups: [new ec2.SecurityGroup(network, 'Given', { vpc })] });

    expect(() => app.synth()).not.toThrow();
    expect(network.dependencies).toEqual([]);
  });
});

test('an alias is refused for each of the keys', () => {
  for (const prop of ['environmentEncryption', 'scheduleEncryptionKey']) {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    expect(() => tokenIn(stack, 'Token', { [prop]: kms.Alias.fromAliasName(stack, 'Alias', 'alias/acme') })).toThrow(
      `${prop} must be a key and not an alias, because a policy that names an alias allows nothing; received the alias 'alias/acme'.`);
  }
});
