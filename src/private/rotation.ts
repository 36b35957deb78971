import { Aws } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * Has Secrets Manager rotate a secret by a function.
 *
 * Not with `addRotationSchedule` of the secret, which would grant the function more: reading the secret, for one.
 */
export function rotate(scope: Construct, secretArn: string, fn: lambda.IFunction): secretsmanager.CfnRotationSchedule {
  const permission = new lambda.CfnPermission(scope, 'RotationPermission', {
    action: 'lambda:InvokeFunction',
    functionName: fn.functionArn,
    principal: 'secretsmanager.amazonaws.com',
    // https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
    sourceAccount: Aws.ACCOUNT_ID,
    sourceArn: secretArn,
  });
  const schedule = new secretsmanager.CfnRotationSchedule(scope, 'Rotation', {
    secretId: secretArn,
    rotationLambdaArn: fn.functionArn,
    rotationRules: { scheduleExpression: 'rate(4 hours)' }, // the shortest that there is
    // There is a token already.
    rotateImmediatelyOnUpdate: false,
  });
  schedule.addDependency(permission);
  return schedule;
}
