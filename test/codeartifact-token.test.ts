import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  App, Annotations as CdkAnnotations, Aws, CfnOutput, CfnParameter, CfnResource, Duration,
  Fn, Lazy, NestedStack, RemovalPolicy, SecretValue, Stack, Tags,
} from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { deployed, ENV, functionRoleStatements, idOf, tokenIn } from './token-stack';
import type * as handlers from '../lambda/refresh-token';
import { CodeArtifactDomain, CodeArtifactToken, CodeArtifactTokenProps, PackageManager, SecretFormat } from '../src';
import { validateEnvironment } from '../src/private/validation';

const arnOf = (resource: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:codeartifact:eu-west-1:111122223333:${resource}`]] });

describe('the secret', () => {
  test('design.md 3.3: is born empty, so that no reader takes a generated value for a token', () => {
    const { template } = deployed();

    template().hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: Match.absent(),
      SecretString: Match.absent(),
    });
  });

  test('design.md 3.7: has no tags of ours in the template, which CloudFormation would put back', () => {
    deployed().template().hasResourceProperties('AWS::SecretsManager::Secret', { Tags: Match.absent() });
  });

  test('goes with the stack by default, and stays if asked to', () => {
    deployed().template().hasResource('AWS::SecretsManager::Secret', { DeletionPolicy: 'Delete' });
    deployed({ removalPolicy: RemovalPolicy.RETAIN }).template().hasResource('AWS::SecretsManager::Secret', { DeletionPolicy: 'Retain' });
  });

  test('has the name, the description and the replicas that it is given', () => {
    const { template } = deployed({ secretName: 'build/token', description: 'For the builds', replicaRegions: [{ region: 'us-east-1' }] });

    template().hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: 'build/token', Description: 'For the builds', ReplicaRegions: [{ Region: 'us-east-1' }],
    });
  });

  test('says which domain it is for by default', () => {
    deployed().template().hasResourceProperties('AWS::SecretsManager::Secret', {
      Description: 'CodeArtifact authorization token for the domain acme',
    });
  });
});

test.each<[string, (platform: Stack) => Stack]>([
  ['another stack, and is imported', (platform) => new Stack(platform.node.scope as App, 'Stack', { env: ENV })],
  ['the parent of a nested stack, and is a parameter', (platform) => new NestedStack(platform, 'Stack')],
])('what a token is given may be of %s wherever the template has it', (_, stackBeside) => {
  const platform = new Stack(new App(), 'Platform', { env: ENV });
  const key = new kms.Key(platform, 'Key');
  const vpc = new ec2.Vpc(platform, 'Vpc', { maxAzs: 1 });
  const stack = stackBeside(platform);
  tokenIn(stack, 'Token', {
    vpc,
    securityGroups: [new ec2.SecurityGroup(platform, 'Group', { vpc })],
    encryptionKey: key,
    environmentEncryption: key,
    scheduleEncryptionKey: key,
    scheduleGroup: new scheduler.ScheduleGroup(platform, 'Schedules'),
    deadLetterQueue: new sqs.Queue(platform, 'Queue', { encryptionMasterKey: key }),
    replicaRegions: [{ region: 'us-east-1', encryptionKey: key }],
  });

  const template = Template.fromStack(stack).toJSON();
  const referredTo = [...JSON.stringify(template).matchAll(/\\*"(?:Ref|Fn::GetAtt)\\*":\[?\\*"([\w:]+)/g)].map(([, id]) => id);
  expect(referredTo).toContain(idOf(Template.fromStack(stack), 'AWS::SecretsManager::Secret'));
  expect(referredTo.filter((id) => !(id in template.Resources || id in template.Parameters || id.startsWith('AWS::')))).toEqual([]);
});

describe('design.md 2: token.secret is a whole secret', () => {
  // Each member beside that of a plain secret: test/newest.

  test('has the tags that it is given, alone among what is made', () => {
    const { token, template } = deployed();
    Tags.of(token.secret).add('jenkins:credentials:type', 'string');

    template().hasResourceProperties('AWS::SecretsManager::Secret', { Tags: [{ Key: 'jenkins:credentials:type', Value: 'string' }] });
    template().allResourcesProperties('AWS::IAM::Role', { Tags: Match.absent() });
  });

  test('has one policy, for readers of other accounts and for what users add', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const token = tokenIn(stack, 'Token', { encryptionKey: new kms.Key(stack, 'Key') });
    token.grantRead(new iam.AccountPrincipal('444455556666'));
    token.secret.denyAccountRootDelete();

    Template.fromStack(stack).hasResourceProperties('AWS::SecretsManager::ResourcePolicy', {
      ResourcePolicy: { Statement: [Match.objectLike({ Effect: 'Allow' }), Match.objectLike({ Effect: 'Deny', Action: 'secretsmanager:DeleteSecret' })] },
    });
    Template.fromStack(stack).resourceCountIs('AWS::SecretsManager::ResourcePolicy', 1);
  });

  test('can be exported to another stack by its ARN and its name', () => {
    const { stack, token, template } = deployed();
    stack.exportValue(token.secret.secretArn);
    stack.exportValue(token.secret.secretName);

    const attributes = Object.values<any>(template().toJSON().Outputs).map(({ Value }) => Value['Fn::GetAtt'][1]);
    expect(attributes).toEqual(['SecretArn', 'SecretName']);
  });

  test.each<[string, (secret: secretsmanager.ISecret) => unknown, string]>([
    ['a rotation schedule beside ours', (secret) => secret.addRotationSchedule('Rotation', {}),
      'addRotationSchedule must not be called on the secret of a CodeArtifactToken, because its own schedule replaces the token, and another function would'
      + ' write over it. For a rotation by Secrets Manager, give CodeArtifactToken managedRotation: true'],
    ['a database', (secret) => secret.attach({ asSecretAttachmentTarget: () => ({ targetId: 'id', targetType: secretsmanager.AttachmentTargetType.RDS_DB_CLUSTER }) }),
      'attach must not be called on the secret of a CodeArtifactToken, because it would write the connection of a database over the token. Give the database'
      + ' a secret of its own'],
  ])('refuses %s', (_, misuse, message) => {
    expect(() => misuse(deployed().token.secret)).toThrow(message);
  });

  test.each<[string, (secret: secretsmanager.ISecret) => SecretValue]>([
    ['secretValue', (secret) => secret.secretValue],
    ['secretValueFromJson', (secret) => secret.secretValueFromJson('password')],
  ])('warns of %s, by which a template keeps a token that expires', (_, valueOf) => {
    const { stack, token } = deployed();
    new CfnOutput(stack, 'Output', { value: valueOf(token.secret).unsafeUnwrap() });

    Annotations.fromStack(stack).hasWarning('/Stack/Token', Match.stringLikeRegexp('^secretValue puts a dynamic reference into the template.*dynamicReference\\]$'));
    CdkAnnotations.of(token).acknowledgeWarning('cdk-codeartifact-token:dynamicReference');
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('lets in the readers of a replica that is added to it later', () => {
    const { stack, token, template } = deployed();
    (token.secret as secretsmanager.Secret).addReplicaRegion('us-east-1');
    token.grantRead(new iam.User(stack, 'Reader'));

    template().hasResourceProperties('AWS::SecretsManager::Secret', { ReplicaRegions: [{ Region: 'us-east-1' }] });
    expect(JSON.stringify(template().findResources('AWS::IAM::Policy', { Properties: { Users: [{ Ref: Match.anyValue() }] } }))).toContain('us-east-1');
  });
});

describe('design.md 3.2: the first token is there before any consumer is, by data', () => {
  test.each<[string, (token: CodeArtifactToken, stack: Stack) => void]>([
    ['grantRead', (token, stack) => { token.grantRead(new iam.User(stack, 'Reader')); }],
    ['secret.grantRead', (token, stack) => { token.secret.grantRead(new iam.User(stack, 'Reader')); }],
    ['secret.grantWrite', (token, stack) => { token.secret.grantWrite(new iam.User(stack, 'Reader')); }],
    ['grantRead to another account', (token) => { token.grantRead(new iam.AccountPrincipal('444455556666')); }],
    ['ecsSecrets', (token, stack) => {
      new ecs.FargateTaskDefinition(stack, 'Reader').addContainer('app', { image: ecs.ContainerImage.fromRegistry('node'), secrets: token.ecsSecrets() });
    }],
    ['codeBuildVariables', (token, stack) => { new codebuild.PipelineProject(stack, 'Reader', { environmentVariables: token.codeBuildVariables() }); }],
    ['an output of the ARN', (token, stack) => { new CfnOutput(stack, 'Reader', { value: token.secret.secretArn }); }],
    ['an output of the name', (token, stack) => { new CfnOutput(stack, 'Reader', { value: token.secret.secretName }); }],
    ['an environment variable', (token, stack) => {
      new CfnResource(stack, 'Reader', { type: 'AWS::Batch::JobDefinition', properties: { Environment: [token.secret.secretFullArn] } });
    }],
  ])('%s', (_, read) => {
    const { stack, token, template } = (() => {
      const own = new Stack(new App(), 'Stack', { env: ENV });
      return { stack: own, token: tokenIn(own, 'Token', { secretName: 'token', encryptionKey: new kms.Key(own, 'Key') }), template: () => Template.fromStack(own) };
    })();
    read(token, stack);
    const { Resources, Outputs } = template().toJSON();
    const readers = Object.entries<any>({ ...Resources, ...Outputs }).filter(([id]) => /^(Reader|TokenSecretPolicy)/.test(id));
    const naming = readers.map(([, reader]) => JSON.stringify(reader)).filter((reader) => /FirstToken/.test(reader));

    expect(naming.length).toBeGreaterThan(0);
    for (const [, reader] of readers) {
      expect(JSON.stringify(reader)).not.toMatch(/"Ref":"TokenSecret|DependsOn":\[?"[^\]]*FirstToken/);
    }
  });
});

describe('the first token', () => {
  test('comes before every reader: the ARN of the secret is an attribute of the resource that makes it', () => {
    const { stack, token, template } = deployed();
    const firstToken = idOf(template(), 'Custom::CodeArtifactToken');

    expect(stack.resolve(token.secret.secretArn)).toEqual({ 'Fn::GetAtt': [firstToken, 'SecretArn'] });
  });

  test('is made by the function, within two minutes or not at all', () => {
    const { stack, token, template } = deployed();

    template().hasResourceProperties('Custom::CodeArtifactToken', {
      ServiceToken: stack.resolve(token.function.functionArn),
      ServiceTimeout: '120',
    });
  });

  test('is asked for only when the role of the function has its policy', () => {
    const { template } = deployed();
    const policy = idOf(template(), 'AWS::IAM::Policy');

    template().hasResource('AWS::Lambda::Function', { DependsOn: Match.arrayWith([policy]) });
  });
});

describe('the function', () => {
  test('design.md 3.1: knows the domain, the duration and the secret from its environment', () => {
    const { template } = deployed();

    template().hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          DOMAIN_ARN: arnOf('domain/acme'),
          DURATION_SECONDS: '43200',
          SECRET_ARN: { Ref: idOf(template(), 'AWS::SecretsManager::Secret') },
          SECRET_TEMPLATE: '{{token}}',
          AWS_USE_DUALSTACK_ENDPOINT: Match.absent(),
        },
      },
      Runtime: 'nodejs24.x',
      Timeout: 100,
      LoggingConfig: { LogFormat: 'JSON' },
    });
  });

  test('has the bundle, and the handler that is in it', () => {
    const app = new App();
    tokenIn(new Stack(app, 'Stack', { env: ENV }), 'Token');
    const assembly = app.synth();
    const { Code, Handler } = Object.values<any>(assembly.getStackByName('Stack').template.Resources)
      .find(({ Type }) => Type === 'AWS::Lambda::Function').Properties;
    const [file, name] = Handler.split('.');

    expect(readdirSync(join(assembly.directory, `asset.${Code.S3Key.replace('.zip', '')}`))).toEqual([`${file}.js`]);
    expect(name).toBe('handler' satisfies keyof typeof handlers);
  });

  test('says in its description, as its schedule does, which domain it is for', () => {
    const Description = 'Refreshes the CodeArtifact authorization token for the domain acme';

    deployed().template().hasResourceProperties('AWS::Lambda::Function', { Description });
    deployed().template().hasResourceProperties('AWS::Scheduler::Schedule', { Description });
  });

  test('alone takes the role, whose tokens they are', () => {
    const [role] = Object.entries(deployed().template().findResources('AWS::IAM::Role')).filter(([id]) => /^TokenRole/.test(id)).map(([, { Properties }]) => Properties);

    expect(role.AssumeRolePolicyDocument.Statement).toEqual([{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }]);
  });

  test('asks for the duration that it is given', () => {
    for (const [duration, seconds] of [[Duration.minutes(15), '900'], [Duration.hours(12), '43200'], [Duration.seconds(0), '0']] as const) {
      deployed({ duration, refreshInterval: Duration.minutes(10) }).template().hasResourceProperties('AWS::Lambda::Function', {
        Environment: { Variables: Match.objectLike({ DURATION_SECONDS: seconds }) },
      });
    }
  });

  test('logs for one month to a group of its own that goes with the stack, or to the one it is given', () => {
    const own = deployed().template();
    own.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30 }, DeletionPolicy: 'Delete' });

    const stack = new Stack(new App(), 'Stack', { env: ENV });
    tokenIn(stack, 'Token', { logGroup: logs.LogGroup.fromLogGroupName(stack, 'Given', 'given') });
    const given = Template.fromStack(stack);
    given.resourceCountIs('AWS::Logs::LogGroup', 0);
    given.hasResourceProperties('AWS::Lambda::Function', { LoggingConfig: { LogGroup: 'given' } });
  });

  test('logs to a group that is known by its ARN, also in a stack whose account is not known', () => {
    const stack = new Stack(new App(), 'Stack');
    const arn = 'arn:aws:logs:eu-west-1:111122223333:log-group:given:*';
    tokenIn(stack, 'Token', { logGroup: logs.LogGroup.fromLogGroupArn(stack, 'Given', arn) });

    expect(functionRoleStatements(Template.fromStack(stack))).toContainEqual(
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: arn });
  });

  test('runs in the VPC, the subnets and the security groups that it is given', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const vpc = new ec2.Vpc(stack, 'Vpc', { subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
    const securityGroup = new ec2.SecurityGroup(stack, 'SecurityGroup', { vpc });
    tokenIn(stack, 'Token', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, securityGroups: [securityGroup] });

    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: {
        SecurityGroupIds: [stack.resolve(securityGroup.securityGroupId)],
        SubnetIds: vpc.isolatedSubnets.map((subnet) => stack.resolve(subnet.subnetId)),
      },
    });
  });
});

describe('the role of the function', () => {
  test('may do what the function does, and nothing more', () => {
    const { template } = deployed();
    const secret = { Ref: idOf(template(), 'AWS::SecretsManager::Secret') };

    expect(functionRoleStatements(template())).toEqual([
      { Effect: 'Allow', Action: 'codeartifact:GetAuthorizationToken', Resource: arnOf('domain/acme') },
      {
        Effect: 'Allow',
        Action: 'sts:GetServiceBearerToken',
        Resource: '*',
        Condition: { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' } },
      },
      { Effect: 'Allow', Action: 'codeartifact:ReadFromRepository', Resource: arnOf('repository/acme/npm-store') },
      { Effect: 'Allow', Action: 'secretsmanager:PutSecretValue', Resource: secret },
      {
        Effect: 'Allow',
        Action: 'secretsmanager:TagResource',
        Resource: secret,
        Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['codeartifact:expires-at', 'codeartifact:version-id'] } },
      },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [idOf(template(), 'AWS::Logs::LogGroup'), 'Arn'] },
      },
    ]);
    for (const role of Object.values(template().findResources('AWS::IAM::Role'))) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  test('may publish where it is said to, with the reading that publishing needs', () => {
    const { template } = deployed({ readFrom: undefined, publishTo: ['releases'] });

    expect(functionRoleStatements(template())).toEqual(expect.arrayContaining([
      { Effect: 'Allow', Action: 'codeartifact:ReadFromRepository', Resource: arnOf('repository/acme/releases') },
      {
        Effect: 'Allow',
        Action: ['codeartifact:PublishPackageVersion', 'codeartifact:PutPackageMetadata'],
        Resource: arnOf('package/acme/releases/*'),
      },
    ]));
  });

  test('may use the key of the secret, through Secrets Manager alone, whether the key is of this app or not', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    tokenIn(stack, 'Token', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', keyArn) });

    expect(functionRoleStatements(Template.fromStack(stack))).toContainEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: keyArn,
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    });
  });

  test('may encrypt the replicas, which Secrets Manager writes in its name, with the key of each', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const keyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    tokenIn(stack, 'Token', {
      replicaRegions: [{ region: 'us-east-1', encryptionKey: kms.Key.fromKeyArn(stack, 'Key', keyArn) }, { region: 'eu-central-1' }],
    });

    expect(functionRoleStatements(Template.fromStack(stack)).filter(({ Action }) => JSON.stringify(Action).includes('kms:'))).toEqual([{
      Effect: 'Allow',
      Action: ['kms:Encrypt', 'kms:GenerateDataKey'],
      Resource: keyArn,
      Condition: { StringEquals: { 'kms:ViaService': ['secretsmanager.eu-west-1.amazonaws.com', 'secretsmanager.us-east-1.amazonaws.com'] } },
    }]);
  });

  test('may have network interfaces in a VPC, which Lambda makes and its own code may not, and has no managed policy there either', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    tokenIn(stack, 'Token', { vpc: new ec2.Vpc(stack, 'Vpc') });
    const template = Template.fromStack(stack);
    const networkInterfaces = {
      Action: [
        'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
      ],
      Resource: '*',
    };

    expect(functionRoleStatements(template)).toEqual(expect.arrayContaining([
      { Effect: 'Allow', ...networkInterfaces },
      { Effect: 'Deny', ...networkInterfaces, Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } } },
    ]));
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });

  test('names the owner of a domain in another account', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    tokenIn(stack, 'Token', { domain: CodeArtifactDomain.fromDomainName(stack, 'Shared', 'shared', { owner: '444455556666' }) });

    expect(functionRoleStatements(Template.fromStack(stack))).toContainEqual({
      Effect: 'Allow',
      Action: 'codeartifact:GetAuthorizationToken',
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':codeartifact:eu-west-1:444455556666:domain/shared']] },
    });
  });
});

describe('the schedule', () => {
  test('design.md 3.6: refreshes every hour, within a window that spreads many tokens', () => {
    deployed().template().hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 },
      State: 'ENABLED',
      Target: { Input: '{}', RetryPolicy: { MaximumEventAgeInSeconds: 3000 } },
    });
  });

  test.each([
    ['a third of a shorter duration', { duration: Duration.hours(2) }, 'rate(40 minutes)'],
    ['no more often than every 10 minutes', { duration: Duration.minutes(15) }, 'rate(10 minutes)'],
    ['whole minutes', { duration: Duration.minutes(50) }, 'rate(16 minutes)'],
    ['an hour where the duration is unknown', { duration: Duration.seconds(0) }, 'rate(1 hour)'],
    ['what it is told', { refreshInterval: Duration.hours(4) }, 'rate(4 hours)'],
  ])('refreshes every: %s', (_, props, expression) => {
    deployed(props).template().hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: expression });
  });

  test('is invoked by a role that may invoke this function, and nothing else', () => {
    const { template } = deployed();
    const scheduleRole = Object.values(template().findResources('AWS::IAM::Role', {
      Properties: { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'scheduler.amazonaws.com' } }] } },
    }));

    expect(scheduleRole).toHaveLength(1);
    expect(scheduleRole[0].Properties.Policies.map((policy: any) => policy.PolicyDocument.Statement)).toEqual([[{
      Action: 'lambda:InvokeFunction',
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [idOf(template(), 'AWS::Lambda::Function'), 'Arn'] },
    }]]);
    expect(scheduleRole[0].Properties.AssumeRolePolicyDocument.Statement[0].Condition.StringEquals['aws:SourceAccount'])
      .toEqual({ Ref: 'AWS::AccountId' });
    template().resourceCountIs('AWS::Lambda::Permission', 0);
  });
});

describe('readers', () => {
  test('of an ECS task get the secret as CODEARTIFACT_AUTH_TOKEN, and wait for the first token', () => {
    const { stack, token } = deployed();
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'TaskDefinition');
    taskDefinition.addContainer('app', { image: ecs.ContainerImage.fromRegistry('node'), secrets: token.ecsSecrets() });

    const template = Template.fromStack(stack);
    const secretArn = stack.resolve(token.secret.secretArn);
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({ Secrets: [{ Name: 'CODEARTIFACT_AUTH_TOKEN', ValueFrom: secretArn }] })],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: secretArn }],
      },
    });
  });

  test('of a CodeBuild project get it likewise', () => {
    const { stack, token } = deployed({ format: SecretFormat.plainText() });
    new codebuild.PipelineProject(stack, 'Project', { environmentVariables: token.codeBuildVariables() });

    const template = Template.fromStack(stack);
    const secretArn = stack.resolve(token.secret.secretArn);
    template.hasResourceProperties('AWS::CodeBuild::Project', {
      Environment: { EnvironmentVariables: [{ Name: 'CODEARTIFACT_AUTH_TOKEN', Type: 'SECRETS_MANAGER', Value: secretArn }] },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secretArn }]) },
    });
  });

  test('that are granted reading may read, and not write', () => {
    const { stack, token, template } = deployed();
    token.grantRead(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() })).assertSuccess();

    const [reader] = Object.entries(template().findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('Reader'));
    expect(reader[1].Properties.PolicyDocument.Statement).toEqual([{
      Effect: 'Allow',
      Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      Resource: { 'Fn::GetAtt': [idOf(template(), 'Custom::CodeArtifactToken'), 'SecretArn'] },
    }]);
  });
});

test('a token is at most 10 resources, and each further one in the stack at most 8', () => {
  const resources = (...furtherIds: string[]) => {
    const { stack, template } = deployed();
    furtherIds.forEach((id) => tokenIn(stack, id));
    return Object.keys(template().toJSON().Resources).length;
  };
  const one = resources();
  const two = resources('Another');

  expect(one).toBeLessThanOrEqual(10);
  expect(two - one).toBeLessThanOrEqual(8);
});

test('the same source makes the same template each time', () => {
  expect(deployed().template().toJSON()).toEqual(deployed().template().toJSON());
});

test('the tag names are those of the contract', () => {
  expect(CodeArtifactToken.EXPIRES_AT_TAG).toBe('codeartifact:expires-at');
  expect(CodeArtifactToken.VERSION_ID_TAG).toBe('codeartifact:version-id');
});

test('what the token is made of can be reached', () => {
  const { stack, token, template } = deployed();

  expect(token.function).toBeInstanceOf(lambda.Function);
  expect(stack.resolve(token.schedule.scheduleName)).toEqual({ Ref: idOf(template(), 'AWS::Scheduler::Schedule') });
  expect(token.domain.domainName).toBe('acme');
});

describe('bad input', () => {
  test('an environment as long as Lambda takes is not refused, and one of a byte more is', () => {
    expect(() => validateEnvironment({ A: 'x'.repeat(4095) })).not.toThrow();
    expect(() => validateEnvironment({ A: 'x'.repeat(4096) })).toThrow('it is at least 1 bytes too long');
  });

  const DURATION = 'duration must be 0, or 15 minutes to 12 hours, in whole seconds';
  const INTERVAL = 'refreshInterval must be whole minutes, at least 10';

  test.each<[string, Partial<CodeArtifactTokenProps>, string]>([
    ['a duration under 15 minutes', { duration: Duration.seconds(899) }, `${DURATION}; received 14 minutes 59 seconds`],
    ['a duration over 12 hours', { duration: Duration.seconds(43201) }, `${DURATION}; received 12 hours 1 second`],
    ['a duration of half a second more', { duration: Duration.millis(900_500) }, `${DURATION}; received 15 minutes 500 millis`],
    ['a duration whose fraction is small', { duration: Duration.hours(11.99999) }, `${DURATION}; received 11 hours 59 minutes (43199.964 seconds)`],
    ['a duration that is no number', { duration: Duration.minutes(NaN) }, `${DURATION}; received (NaN seconds)`],
    ['an interval under 10 minutes', { refreshInterval: Duration.minutes(9) }, `${INTERVAL}; received 9 minutes`],
    ['an interval of half a minute more', { refreshInterval: Duration.seconds(630) }, `${INTERVAL}; received 10 minutes 30 seconds`],
    ['an interval as long as the duration', { refreshInterval: Duration.hours(12) },
      'refreshInterval, with the flexible window of the schedule, must be shorter than duration;'
      + ' received 12 hours and a duration of 12 hours, and the window is 2 hours'],
    ['an interval that its window makes as long as the duration', { duration: Duration.minutes(70), refreshInterval: Duration.minutes(60) },
      'received 1 hour and a duration of 1 hour 10 minutes, and the window is 10 minutes'],
    ['an interval as long as the longest duration, for one that is not known', { duration: Duration.seconds(0), refreshInterval: Duration.days(40) },
      'received 40 days and a duration that is not known, and 12 hours at the most, and the window is 6 days 16 hours'],
    ['an empty readFrom', { readFrom: [] }, 'readFrom must name at least one repository; received an empty list'],
    ['an empty publishTo', { publishTo: [] }, 'publishTo must name at least one repository; received an empty list'],
    ['a repository twice', { readFrom: ['store', 'store'] }, "readFrom must name each repository once; received 'store' twice"],
    ['a repository in both lists', { readFrom: ['store'], publishTo: ['store'] },
      "readFrom and publishTo must name each repository once; received 'store' in both. Publishing includes the reading it needs"],
    ['a repository name of one character', { readFrom: ['s'] }, 'each name in readFrom must be 2 to 100 letters, digits, dots, underscores and hyphens,'
      + " starting with a letter or a digit; received 's'"],
    ['a repository name that starts with a dot', { publishTo: ['.store'] }, "received '.store'"],
    ['a repository name that is not set', { readFrom: [process.env.NOT_SET!] }, 'starting with a letter or a digit; received undefined'],
    ['an empty secretName', { secretName: '' }, "secretName must be 1 to 512 letters, digits and characters of /_+=.@-; received ''"],
    ['a secretName with a space', { secretName: 'build token' }, "received 'build token'"],
    ['a secretName of 513 characters', { secretName: 'x'.repeat(513) }, 'secretName must be 1 to 512'],
    ['a description of 2049 characters', { description: 'x'.repeat(2049) }, 'description must be at most 2048 characters; received 2049'],
    ['a description of which 2049 characters are known', { description: `${'x'.repeat(2049)}${Aws.STACK_NAME}` },
      'description must be at most 2048 characters; received 2049'],
    ['an empty roleName', { roleName: '' }, "roleName must be 1 to 64 letters, digits and characters of _+=,.@-; received ''"],
    ['a roleName with a path', { roleName: 'ci/token' }, "received 'ci/token'"],
    ['a snapshot of the secret', { removalPolicy: RemovalPolicy.SNAPSHOT }, 'removalPolicy must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE,'
      + ' because there are no snapshots of a secret; received SNAPSHOT'],
    ['a replica region twice', { replicaRegions: [{ region: 'us-east-1' }, { region: 'us-east-1' }] },
      "replicaRegions must name each region once; received 'us-east-1' twice"],
    ['a replica region that is none', { replicaRegions: [{ region: 'US East' }] },
      "each region in replicaRegions must be the name of a region, as in eu-west-1; received 'US East'"],
  ])('refuses %s', (_, props, message) => {
    expect(() => deployed(props)).toThrow(message);
  });

  test('refuses a selection of no subnet, with which no deployment ends well', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const vpc = new ec2.Vpc(stack, 'Vpc');

    expect(() => tokenIn(stack, 'Token', { vpc, vpcSubnets: { availabilityZones: ['eu-west-1x'] } })).toThrow(
      'vpcSubnets must select at least one subnet of vpc; received a selection of none');
  });

  test('refuses a FIFO queue for what failed, to which Lambda does not send', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });

    expect(() => tokenIn(stack, 'Token', { deadLetterQueue: new sqs.Queue(stack, 'Queue', { fifo: true }) })).toThrow(
      'deadLetterQueue must be a standard queue, because Lambda sends to no other; received a FIFO queue');
  });

  test('does not refuse whole minutes for the fraction that hours make of them', () => {
    deployed({ refreshInterval: Duration.hours(1.1) }).template().hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(66 minutes)' });
  });

  test('does not refuse a secret name that ends as ARNs do, nor the longest name and description', () => {
    const { template } = deployed({ secretName: `${'x'.repeat(505)}-secret`, description: '\u{1F511}'.repeat(2048) });

    template().hasResourceProperties('AWS::SecretsManager::Secret', { Name: Match.stringLikeRegexp('-secret$') });
  });

  test('refuses a negative duration, as Duration itself does', () => {
    expect(() => deployed({ duration: Duration.seconds(-1) })).toThrow('Duration amounts cannot be negative. Received: -1');
  });

  test('refuses an alias for a key, which no policy can name', () => {
    const alias = kms.Alias.fromAliasName(new Stack(), 'Alias', 'alias/ci');

    expect(() => deployed({ encryptionKey: alias })).toThrow(
      "encryptionKey must be a key and not an alias, because a policy that names an alias allows nothing; received the alias 'alias/ci'."
      + ' Give the key itself, as with kms.Key.fromKeyArn or kms.Key.fromLookup');
    expect(() => deployed({ replicaRegions: [{ region: 'us-east-1', encryptionKey: alias }] })).toThrow('each encryptionKey in replicaRegions must be a key');
  });

  test('refuses an unresolved list of repositories, of which no policy can be made', () => {
    expect(() => deployed({ readFrom: Fn.split(',', Aws.STACK_NAME) })).toThrow('readFrom must be a list whose length is known at synthesis');
  });

  test('refuses an unresolved interval', () => {
    const stack = new Stack(new App(), 'Stack');
    const minutes = new CfnParameter(stack, 'Minutes', { type: 'Number' }).valueAsNumber;

    expect(() => tokenIn(stack, 'Token', { refreshInterval: Duration.minutes(minutes) })).toThrow(
      `${INTERVAL}, and known at synthesis; received an unresolved value`);
  });

  test('refuses an unresolved duration in other units than seconds', () => {
    const stack = new Stack(new App(), 'Stack');
    const hours = new CfnParameter(stack, 'Hours', { type: 'Number' }).valueAsNumber;

    expect(() => tokenIn(stack, 'Token', { duration: Duration.hours(hours) })).toThrow(
      `${DURATION}; one that is not known at synthesis must be in Duration.seconds; received one in hours`);
  });
});

describe('values that are not known at synthesis', () => {
  test('pass, and a duration among them is refreshed often enough for any', () => {
    const stack = new Stack(new App(), 'Stack');
    const seconds = new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber;
    const domain = CodeArtifactDomain.fromDomainArn(stack, 'Domain', Fn.importValue('domain-arn'));
    tokenIn(stack, 'Token', {
      domain,
      duration: Duration.seconds(seconds),
      readFrom: [Lazy.string({ produce: () => 'npm-store' }), Fn.importValue('repository')],
      secretName: Lazy.string({ produce: () => 'build/token' }),
      description: `${'x'.repeat(2048)}${Aws.STACK_NAME}`,
      replicaRegions: [{ region: Fn.importValue('replica-region') }],
      roleName: Fn.importValue('role-name'),
    });

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ DURATION_SECONDS: { Ref: 'Seconds' } }) },
    });
    template.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(10 minutes)' });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('warnings', () => {
  test.each<[string, string, Partial<CodeArtifactTokenProps>, string]>([
    ['noRepositories', 'no repositories', { readFrom: undefined }, 'neither readFrom nor publishTo names a repository'],
    ['unknownDuration', 'a duration of 0', { duration: Duration.seconds(0) }, 'duration is 0: each token lives as long as the credentials'],
    ['oneFailureExpiresToken', 'a duration that one failed refresh would exhaust', { duration: Duration.minutes(15) },
      'a duration of 15 minutes does not outlive one refresh that fails: the next one may come only 30 minutes after the token was made'],
    ['oneFailureExpiresToken', 'a duration that one failed refresh would just exhaust', { duration: Duration.minutes(30), refreshInterval: Duration.minutes(10) },
      'a duration of 30 minutes does not outlive one refresh that fails: the next one may come only 30 minutes after the token was made'],
    ['oneFailureExpiresToken', 'an interval that is long for the duration', { refreshInterval: Duration.hours(6) },
      'the next one may come only 13 hours 9 minutes after the token was made'],
  ])('%s is for %s, and can be acknowledged', (id, _, props, message) => {
    const { stack, token } = deployed(props);
    Annotations.fromStack(stack).hasWarning('/Stack/Token', Match.stringLikeRegexp(message));

    const acknowledged = deployed(props);
    CdkAnnotations.of(acknowledged.token).acknowledgeWarning(`cdk-codeartifact-token:${id}`);
    Annotations.fromStack(acknowledged.stack).hasNoWarning('*', Match.anyValue());
    expect(token.node.metadata).toHaveLength(1);
  });

  test('regionWithoutCodeArtifact is for a region that was not known to have it', () => {
    const { stack, token } = deployed({}, { account: '111122223333', region: 'sa-east-1' });

    Annotations.fromStack(stack).hasWarning('/Stack/Token', Match.stringLikeRegexp('CodeArtifact was not known to be in the region sa-east-1'));
    CdkAnnotations.of(token).acknowledgeWarning('cdk-codeartifact-token:regionWithoutCodeArtifact');
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  // https://docs.aws.amazon.com/general/latest/gr/codeartifact.html
  test.each([
    'ap-northeast-1', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-west-1', 'eu-west-2', 'eu-west-3',
    'us-east-1', 'us-east-2', 'us-west-2',
  ])('regionWithoutCodeArtifact is not for %s', (region) => {
    Annotations.fromStack(deployed({}, { account: '111122223333', region }).stack).hasNoWarning('*', Match.anyValue());
  });

  test('repositoryNotListed is for a package manager whose repository the token was not given, by its name', () => {
    const format = SecretFormat.json(PackageManager.npm('npm-store'), PackageManager.pip('pypi-store'), PackageManager.twine('releases'));
    const { stack } = deployed({ format, publishTo: ['releases'] });

    Annotations.fromStack(stack).hasWarning('/Stack/Token', 'format has a PackageManager for the repository pypi-store, which neither readFrom nor publishTo names:'
      + ' the token opens it only if its own policy gives that to the role of the function. Name it in readFrom or in publishTo'
      + ' [ack: cdk-codeartifact-token:repositoryNotListed]');
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toHaveLength(1);
  });

  test('repositoryNotListed is for no repository where there is no list, or where a name is not known at synthesis', () => {
    const format = SecretFormat.json(PackageManager.npm('npm-own'));
    Annotations.fromStack(deployed({ format, readFrom: undefined }).stack).hasNoWarning('*', Match.stringLikeRegexp('PackageManager'));
    Annotations.fromStack(deployed({ format, readFrom: [Fn.importValue('repository')] }).stack).hasNoWarning('*', Match.anyValue());
  });

  test('oneFailureExpiresToken is not for a duration that is a minute longer', () => {
    const { stack } = deployed({ duration: Duration.minutes(31), refreshInterval: Duration.minutes(10) });

    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('there is none for the defaults, nor for a region that is not known at synthesis', () => {
    for (const env of [ENV, {}]) {
      Annotations.fromStack(deployed({}, env).stack).hasNoWarning('*', Match.anyValue());
    }
  });
});
