import { App, Annotations as CdkAnnotations, CfnOutput, Size, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { deployed, ENV, tokenIn } from './token-stack';
import { PackageManager, SecretFormat } from '../src';

// That these permissions are enough and none too many: test/iam.

const ELSEWHERE = '444455556666';
const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const READ = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];
const via = (region: string) => ({ StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } });

const importedKey = (stack: Stack) => kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);

function statementsOf(template: Template, type: string, document: string): any[] {
  return Object.values(template.findResources(type)).flatMap(({ Properties }) => Properties[document].Statement);
}

describe('readers of another stack', () => {
  test('need not be known to the stack of the token, also with a key', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const token = tokenIn(stack, 'Token', { encryptionKey: new kms.Key(stack, 'Key') });
    const other = new Stack(app, 'Other', { env: ENV });
    const task = new ecs.FargateTaskDefinition(other, 'Task');
    task.addContainer('app', { image: ecs.ContainerImage.fromRegistry('node'), secrets: token.ecsSecrets() });

    const statements = statementsOf(Template.fromStack(other), 'AWS::IAM::Policy', 'PolicyDocument');
    expect(statements.map(({ Action }) => Action)).toEqual([READ, 'kms:Decrypt']);
    expect(statements.map(({ Resource }) => Object.keys(Resource))).toEqual([['Fn::ImportValue'], ['Fn::ImportValue']]); // this secret and this key alone
    expect(stack.dependencies).toEqual([]);
  });

  test('of another account and region are told the name, and what the ARN begins with', () => {
    const app = new App();
    const token = tokenIn(new Stack(app, 'Stack', { env: ENV }), 'Token', { secretName: 'token' });
    const other = new Stack(app, 'Other', { env: { account: ELSEWHERE, region: 'us-east-1' } });
    new CfnOutput(other, 'Name', { value: token.secret.secretName });
    new CfnOutput(other, 'Arn', { value: token.secret.secretArn });

    expect(Template.fromStack(other).toJSON().Outputs).toMatchObject({
      Name: { Value: 'token' },
      Arn: { Value: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:eu-west-1:111122223333:secret:token']] } },
    });
  });

  test('of another account may decrypt with a key that has an ARN, by that', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const token = tokenIn(stack, 'Token', { secretName: 'token', encryptionKey: importedKey(stack) });
    const other = new Stack(app, 'Other', { env: { account: ELSEWHERE, region: 'eu-west-1' } });
    token.grantRead(new iam.Role(other, 'Reader', { roleName: 'reader', assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }));

    expect(statementsOf(Template.fromStack(other), 'AWS::IAM::Policy', 'PolicyDocument')).toContainEqual(
      expect.objectContaining({ Action: 'kms:Decrypt', Resource: KEY_ARN }));
  });

  test('of another account are named by both policies, and may decrypt with a key that they cannot name', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const token = tokenIn(stack, 'Token', { secretName: 'token', encryptionKey: new kms.Key(stack, 'Key') });
    const other = new Stack(app, 'Other', { env: { account: ELSEWHERE, region: 'eu-west-1' } });
    token.grantRead(new iam.Role(other, 'Reader', { roleName: 'reader', assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }));

    const arn = (rest: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, rest]] });
    expect(statementsOf(Template.fromStack(other), 'AWS::IAM::Policy', 'PolicyDocument')).toEqual([
      { Effect: 'Allow', Action: READ, Resource: arn(':secretsmanager:eu-west-1:111122223333:secret:token-??????') },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: arn(':kms:eu-west-1:111122223333:key/*'), Condition: via('eu-west-1') },
    ]);
    const reader = { AWS: arn(`:iam::${ELSEWHERE}:role/reader`) };
    const template = Template.fromStack(stack);
    expect(statementsOf(template, 'AWS::SecretsManager::ResourcePolicy', 'ResourcePolicy')).toEqual([
      { Effect: 'Allow', Action: READ, Resource: '*', Principal: reader },
    ]);
    expect(statementsOf(template, 'AWS::KMS::Key', 'KeyPolicy')).toContainEqual(
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Principal: reader, Condition: via('eu-west-1') });
  });
});

describe('readers in this account', () => {
  test('need nothing of the policies of the secret and of the key', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const token = tokenIn(stack, 'Token', { encryptionKey: new kms.Key(stack, 'Key') });
    token.grantRead(new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }));

    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SecretsManager::ResourcePolicy', 0);
    expect(JSON.stringify(template.findResources('AWS::KMS::Key'))).not.toContain('Reader');
  });

  test.each([
    ['the account itself', new iam.AccountPrincipal(ENV.account)],
    ['a role that is known by its ARN alone', new iam.ArnPrincipal(`arn:aws:iam::${ENV.account}:role/reader`)],
  ])('need no key: %s', (_, reader) => {
    const { token, template } = deployed();
    token.grantRead(reader).assertSuccess();

    template().resourceCountIs('AWS::SecretsManager::ResourcePolicy', 1);
  });

  test('need no key where their class is of another copy of aws-cdk-lib, as in a monorepo', () => {
    let reader!: iam.ArnPrincipal;
    jest.isolateModules(() => {
      const copy: typeof iam = jest.requireActual('aws-cdk-lib/aws-iam');
      reader = new copy.ArnPrincipal(`arn:aws:iam::${ENV.account}:role/reader`);
    });
    expect(reader).not.toBeInstanceOf(iam.ArnPrincipal);
    const { token, template } = deployed();
    token.grantRead(reader).assertSuccess();

    template().resourceCountIs('AWS::SecretsManager::ResourcePolicy', 1);
  });

  test('may read the replicas too, with the key of each', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const encryptionKey = kms.Key.fromKeyArn(stack, 'ReplicaKey', KEY_ARN.replace('eu-west-1', 'us-east-1'));
    const token = tokenIn(stack, 'Token', { replicaRegions: [{ region: 'us-east-1', encryptionKey }, { region: 'eu-central-1' }] });
    const reader = new iam.User(stack, 'Reader');
    token.grantRead(reader);

    const secret = stack.resolve(token.secret.secretArn);
    const replica = (region: string) => ({
      'Fn::Join': ['', [
        'arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${region}:111122223333:secret:`, { 'Fn::Select': [6, { 'Fn::Split': [':', secret] }] },
      ]],
    });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Users: Match.anyValue(),
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: READ, Resource: [secret, replica('us-east-1'), replica('eu-central-1')] },
          { Effect: 'Allow', Action: 'kms:Decrypt', Resource: encryptionKey.keyArn, Condition: via('us-east-1') },
        ],
      },
    });
  });

  test('may be granted the versions of a stage alone', () => {
    const { stack, token, template } = deployed();
    token.secret.grantRead(new iam.User(stack, 'Reader'), ['AWSCURRENT']);
    token.secret.grantRead(new iam.AccountPrincipal(ENV.account), ['AWSCURRENT']);

    const stage = { Condition: { 'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': ['AWSCURRENT'] } } };
    template().hasResourceProperties('AWS::IAM::Policy', { Users: Match.anyValue(), PolicyDocument: { Statement: [Match.objectLike(stage)] } });
    template().hasResourceProperties('AWS::SecretsManager::ResourcePolicy', { ResourcePolicy: { Statement: [Match.objectLike(stage)] } });
  });
});

describe('readers in another account', () => {
  test.each([
    ['an account', new iam.AccountPrincipal(ELSEWHERE), `AccountPrincipal(${ELSEWHERE})`],
    ['a role', new iam.ArnPrincipal(`arn:aws:iam::${ELSEWHERE}:role/reader`), `ArnPrincipal(arn:aws:iam::${ELSEWHERE}:role/reader)`],
    ['an organization', new iam.OrganizationPrincipal('o-a1b2c3d4e5'), 'OrganizationPrincipal(o-a1b2c3d4e5)'],
  ])('are refused without a key: %s', (_, reader, shown) => {
    for (const grantRead of [(token: any) => token.grantRead(reader), (token: any) => token.secret.grantRead(reader)]) {
      expect(() => grantRead(deployed().token)).toThrow('encryptionKey must be a customer-managed key for grantRead to let in a principal of another'
        + ` account, because the key that AWS manages opens to its own account alone; received no encryptionKey, and ${shown}. Give`
        + ' CodeArtifactToken an encryptionKey');
    }
  });

  test('are refused without a key by a stack whose account is not known, if they are an organization', () => {
    const { token } = deployed({}, {});

    expect(() => token.grantRead(new iam.OrganizationPrincipal('o-a1b2c3d4e5'))).toThrow('encryptionKey must be a customer-managed key');
  });

  test('pass where nobody knows at synthesis that their account is another', () => {
    deployed({}, {}).token.grantRead(new iam.AccountPrincipal(ELSEWHERE)).assertSuccess();
    const { stack, token } = deployed();
    token.grantRead(new iam.ArnPrincipal(stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'reader' }))).assertSuccess();
  });

  test('of a key from elsewhere are warned of, with the statement that its policy needs', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const token = tokenIn(stack, 'Token', { encryptionKey: importedKey(stack) });
    token.grantRead(new iam.AccountPrincipal(ELSEWHERE));
    Annotations.fromStack(stack).hasWarning('/Stack/Token', `the policy of the key "${KEY_ARN}" is not of this app. AccountPrincipal(${ELSEWHERE}) can read`
      + ' the token only where that policy has this statement, or an equal one: {"Action":"kms:Decrypt","Condition":{"StringEquals":'
      + '{"kms:ViaService":"secretsmanager.eu-west-1.amazonaws.com"}},"Effect":"Allow",'
      + `"Principal":{"AWS":"arn:<AWS::Partition>:iam::${ELSEWHERE}:root"},"Resource":"*"} [ack: cdk-codeartifact-token:keyPolicy]`);
  });

  test('are no longer warned of when the statement is there', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const token = tokenIn(stack, 'Token', { encryptionKey: importedKey(stack) });
    token.grantRead(new iam.AccountPrincipal(ELSEWHERE));
    CdkAnnotations.of(token).acknowledgeWarning('cdk-codeartifact-token:keyPolicy');

    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('cannot read a replica without a key of its own, and a warning says so', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const token = tokenIn(stack, 'Token', { encryptionKey: new kms.Key(stack, 'Key'), replicaRegions: [{ region: 'us-east-1' }] });
    token.grantRead(new iam.AccountPrincipal(ENV.account));
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());

    const other = new Stack(new App(), 'Stack', { env: ENV });
    const replicated = tokenIn(other, 'Token', { encryptionKey: new kms.Key(other, 'Key'), replicaRegions: [{ region: 'us-east-1' }] });
    replicated.grantRead(new iam.AccountPrincipal(ELSEWHERE));
    Annotations.fromStack(other).hasWarning('/Stack/Token', Match.stringLikeRegexp(
      `^AccountPrincipal\\(${ELSEWHERE}\\) cannot read the replica in us-east-1, .* Give that element of replicaRegions an encryptionKey`));
    CdkAnnotations.of(replicated).acknowledgeWarning('cdk-codeartifact-token:replicaKey');
    Annotations.fromStack(other).hasNoWarning('*', Match.anyValue());
  });

  test('are not warned of a replica that has a key of its own', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const encryptionKey = kms.Key.fromKeyArn(stack, 'ReplicaKey', KEY_ARN.replace('eu-west-1', 'us-east-1'));
    tokenIn(stack, 'Token', { encryptionKey: new kms.Key(stack, 'Key'), replicaRegions: [{ region: 'us-east-1', encryptionKey }] })
      .grantRead(new iam.AccountPrincipal(ELSEWHERE));

    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('cannot read the replica'));
  });

  test('that are an organization are held to it by both policies', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    tokenIn(stack, 'Token', { encryptionKey: new kms.Key(stack, 'Key') }).grantRead(new iam.OrganizationPrincipal('o-a1b2c3d4e5'));

    const template = Template.fromStack(stack);
    const anyone = { Effect: 'Allow', Principal: { AWS: '*' }, Resource: '*' };
    expect(statementsOf(template, 'AWS::SecretsManager::ResourcePolicy', 'ResourcePolicy')).toEqual([
      { ...anyone, Action: READ, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } },
    ]);
    expect(statementsOf(template, 'AWS::KMS::Key', 'KeyPolicy')).toContainEqual({
      ...anyone,
      Action: 'kms:Decrypt',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5', ...via('eu-west-1').StringEquals } },
    });
  });
});

describe('a CodeBuild project with the variables may read and decrypt,', () => {
  const DECRYPT = { Effect: 'Allow', Action: 'kms:Decrypt', Condition: via('eu-west-1') };
  /** The policies that let a role of CodeBuild read the secret, each with whether it lets it decrypt as well. */
  const readersIn = (template: Template) => statementsByPolicy(template)
    .filter((statements) => JSON.stringify(statements).includes('secretsmanager:GetSecretValue'))
    .map((statements) => statements.some(({ Action, Condition }) => Action === 'kms:Decrypt' && Condition !== undefined));
  const statementsByPolicy = (template: Template): any[][] =>
    Object.values(template.findResources('AWS::IAM::Policy')).map(({ Properties }) => Properties.PolicyDocument.Statement);
  const withKey = (stack: Stack) => tokenIn(stack, 'Token', { encryptionKey: importedKey(stack) });

  test('by itself', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    new codebuild.PipelineProject(stack, 'Project', { environmentVariables: withKey(stack).codeBuildVariables() });

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([{ ...DECRYPT, Resource: KEY_ARN }]) },
      Roles: [Match.objectLike({ Ref: Match.stringLikeRegexp('ProjectRole') })],
    });
  });

  test('beside others, each of which has the variables too', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const token = withKey(stack);
    ['One', 'Two', 'Three'].forEach((id) => new codebuild.PipelineProject(stack, id, { environmentVariables: token.codeBuildVariables() }));

    expect(readersIn(Template.fromStack(stack))).toEqual([true, true, true]);
  });

  test('by an action of CodePipeline', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const project = new codebuild.PipelineProject(stack, 'Project');
    const input = new codepipeline.Artifact();
    const token = withKey(stack);
    new codepipeline.Pipeline(stack, 'Pipeline', {
      stages: [
        { stageName: 'Source', actions: [new actions.S3SourceAction({ actionName: 'S3', bucket: new s3.Bucket(stack, 'Bucket'), bucketKey: 'a', output: input })] },
        { stageName: 'Build', actions: [new actions.CodeBuildAction({ actionName: 'Build', project, input, environmentVariables: token.codeBuildVariables() })] },
      ],
    });

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([{ ...DECRYPT, Resource: KEY_ARN }]) },
      Roles: [Match.objectLike({ Ref: Match.stringLikeRegexp('ProjectRole') })],
    });
  });

  test('by the codeBuildDefaults of CDK Pipelines: each that synthesises, updates the pipeline and publishes assets', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const pipeline = new pipelines.CodePipeline(stack, 'Pipeline', {
      synth: new pipelines.ShellStep('Synth', { input: pipelines.CodePipelineSource.s3(new s3.Bucket(stack, 'Bucket'), 'app.zip'), commands: ['npx cdk synth'] }),
      codeBuildDefaults: { buildEnvironment: { environmentVariables: withKey(stack).codeBuildVariables() } },
    });
    const stage = new Stage(app, 'Prod', { env: ENV });
    new Asset(new Stack(stage, 'WithAsset'), 'Asset', { path: __filename });
    pipeline.addStage(stage);

    expect(readersIn(Template.fromStack(stack))).toEqual([true, true, true]);
  });

  test('in another account, whose role both policies name', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const token = tokenIn(stack, 'Token', { secretName: 'token', encryptionKey: new kms.Key(stack, 'Key') });
    const other = new Stack(app, 'Other', { env: { account: ELSEWHERE, region: 'eu-west-1' } });
    const role = new iam.Role(other, 'Role', { roleName: 'build', assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com') });
    new codebuild.PipelineProject(other, 'Project', { role, environmentVariables: token.codeBuildVariables() });
    app.synth();

    expect(statementsOf(Template.fromStack(stack), 'AWS::SecretsManager::ResourcePolicy', 'ResourcePolicy')).toEqual([
      expect.objectContaining({ Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${ELSEWHERE}:role/build`]] } } }),
    ]);
  });

  test('and no other project may', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const token = withKey(stack);
    token.codeBuildVariables();
    new codebuild.PipelineProject(stack, 'Project');
    new lambda.Function(stack, 'Function', {
      code: lambda.Code.fromInline('-'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X, environment: { SECRET_ARN: token.secret.secretArn },
    });
    new codebuild.CfnProject(stack, 'ByHand', {
      artifacts: { type: 'NO_ARTIFACTS' },
      environment: { computeType: 'BUILD_GENERAL1_SMALL', image: 'aws/codebuild/standard:7.0', type: 'LINUX_CONTAINER' },
      serviceRole: 'arn:aws:iam::111122223333:role/build',
      source: { type: 'NO_SOURCE' },
    });

    expect(readersIn(Template.fromStack(stack))).toEqual([]);
  });
});

describe('other services take the secret as they take any:', () => {
  test('AWS Batch the variables of ECS', () => {
    const { stack, token, template } = deployed({ format: SecretFormat.json(PackageManager.npm('npm-store')) });
    new batch.EcsJobDefinition(stack, 'Job', {
      container: new batch.EcsFargateContainerDefinition(stack, 'Container', {
        image: ecs.ContainerImage.fromRegistry('node'),
        cpu: 1,
        memory: Size.gibibytes(2),
        secrets: Object.fromEntries(Object.keys(token.ecsSecrets()).map((name) => [name, batch.Secret.fromSecretsManager(token.secret, name)])),
      }),
    });

    template().hasResourceProperties('AWS::Batch::JobDefinition', {
      ContainerProperties: { Secrets: Match.arrayWith([{ Name: 'NPMRC', ValueFrom: Match.anyValue() }]) },
    });
  });

  test('Lambda functions by the AWS Parameters and Secrets Lambda Extension', () => {
    const { stack, token, template } = deployed();
    const reader = new lambda.Function(stack, 'Reader', {
      runtime: lambda.Runtime.NODEJS_LATEST,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = () => {}'),
      paramsAndSecrets: lambda.ParamsAndSecretsLayerVersion.fromVersion(lambda.ParamsAndSecretsVersions.V1_0_103),
      environment: { SECRET_ARN: token.secret.secretArn },
    });
    token.grantRead(reader);

    template().hasResourceProperties('AWS::Lambda::Function', { Handler: 'index.handler', Layers: [Match.anyValue()], Environment: Match.anyValue() });
    expect(statementsOf(template(), 'AWS::IAM::Policy', 'PolicyDocument')).toContainEqual(
      { Effect: 'Allow', Action: READ, Resource: stack.resolve(token.secret.secretArn) });
  });

  test('Jenkins by tags, which are on the secret from its creation', () => {
    const { token, template } = deployed();
    Tags.of(token.secret).add('jenkins:credentials:type', 'string');

    template().hasResourceProperties('AWS::SecretsManager::Secret', { Tags: [{ Key: 'jenkins:credentials:type', Value: 'string' }] });
  });
});
