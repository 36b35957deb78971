import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { deployed, ENV, functionRoleStatements, idOf, tokenIn } from './token-stack';

const rotated = () => deployed({ managedRotation: true }).template();
const secretOf = (template: Template) => ({ Ref: idOf(template, 'AWS::SecretsManager::Secret') });
const functionArnOf = (template: Template) => ({ 'Fn::GetAtt': [idOf(template, 'AWS::Lambda::Function'), 'Arn'] });

test('Secrets Manager rotates every 4 hours by the same function, and not at once: there is a token already', () => {
  const template = rotated();

  const { Properties } = template.toJSON().Resources[idOf(template, 'AWS::SecretsManager::RotationSchedule')];
  expect(Properties).toEqual({
    // Audits look for a Ref of the secret. Any other way to name it counts as no rotation.
    SecretId: secretOf(template),
    RotationLambdaARN: functionArnOf(template),
    RotationRules: { ScheduleExpression: 'rate(4 hours)' },
    RotateImmediatelyOnUpdate: false,
  });
});

test('Secrets Manager may invoke the function for this secret alone', () => {
  const template = rotated();

  const { Properties } = template.toJSON().Resources[idOf(template, 'AWS::Lambda::Permission')];
  expect(Properties).toEqual({
    Action: 'lambda:InvokeFunction',
    FunctionName: functionArnOf(template),
    Principal: 'secretsmanager.amazonaws.com',
    SourceAccount: { Ref: 'AWS::AccountId' },
    SourceArn: secretOf(template),
  });
});

test('the deployment sets up the rotation only when Secrets Manager may invoke the function, and the first token is there', () => {
  const template = rotated();

  const dependencies = template.toJSON().Resources[idOf(template, 'AWS::SecretsManager::RotationSchedule')].DependsOn;
  expect(dependencies).toEqual(expect.arrayContaining([idOf(template, 'AWS::Lambda::Permission'), idOf(template, 'Custom::CodeArtifactToken')]));
});

test('the function may then do what finishing a rotation takes, on its own secret, and not read it', () => {
  const template = rotated();
  const own = functionRoleStatements(deployed().template());
  const more = functionRoleStatements(template).filter((statement) => !own.some((one) => JSON.stringify(one) === JSON.stringify(statement)));

  expect(more).toEqual([
    {
      Effect: 'Allow',
      Action: 'secretsmanager:TagResource',
      Resource: secretOf(template),
      Condition: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['codeartifact:expires-at', 'codeartifact:version-id', 'codeartifact:pending'] },
      },
    },
    { Effect: 'Allow', Action: ['secretsmanager:DescribeSecret', 'secretsmanager:UpdateSecretVersionStage'], Resource: secretOf(template) },
  ]);
});

test('the schedule goes on as it was, and nothing else changes', () => {
  const withoutRotation = deployed({ refreshInterval: Duration.hours(2) }).template().toJSON().Resources;
  const withRotation = deployed({ refreshInterval: Duration.hours(2), managedRotation: true }).template().toJSON().Resources;

  const ids = Object.keys(withRotation).filter((id) => JSON.stringify(withRotation[id]) !== JSON.stringify(withoutRotation[id]));
  expect(ids.map((id) => withRotation[id].Type).sort()).toEqual(
    ['AWS::IAM::Policy', 'AWS::Lambda::Permission', 'AWS::SecretsManager::RotationSchedule', 'Custom::CodeArtifactToken']);
  // The first token's resource, because a changed policy of the role must show that it works.
});

test('there is none by default, nor where it is declined', () => {
  expect(deployed({ managedRotation: false }).template().toJSON()).toEqual(deployed().template().toJSON());
  deployed().template().resourceCountIs('AWS::SecretsManager::RotationSchedule', 0);
});

test('each token of a stack has its own', () => {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  tokenIn(stack, 'One', { managedRotation: true });
  tokenIn(stack, 'Two', { managedRotation: true });

  const schedules = Object.values(Template.fromStack(stack).findResources('AWS::SecretsManager::RotationSchedule'));
  expect(new Set(schedules.map(({ Properties }) => Properties.SecretId.Ref)).size).toBe(2);
});
