import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';

// What people write when they have no construct for it: short, and as the guides of AWS show it. Paths are from the root of the project.

abstract class Alternative extends Construct {
  constructor(scope: Construct, id: string, domainName: string) {
    super(scope, id);
    const secret = new secretsmanager.Secret(this, 'Secret');
    const refresh = this.functionWith({ timeout: Duration.minutes(1), environment: { DOMAIN: domainName, SECRET_ARN: secret.secretArn } });
    secret.grantWrite(refresh);
    refresh.addToRolePolicy(new iam.PolicyStatement({
      actions: ['codeartifact:GetAuthorizationToken'],
      resources: [Stack.of(this).formatArn({ service: 'codeartifact', resource: 'domain', resourceName: domainName })],
    }));
    refresh.addToRolePolicy(new iam.PolicyStatement({
      actions: ['sts:GetServiceBearerToken'],
      resources: ['*'],
      conditions: { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' } },
    }));
    new events.Rule(this, 'Rule', {
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [new targets.LambdaFunction(refresh)],
    });
  }

  protected abstract functionWith(options: lambda.FunctionOptions): lambda.Function;
}

/** A `NodejsFunction`, which takes the SDK that comes with the runtime, and a rule. */
export class TokenByHand extends Alternative {
  protected functionWith(options: lambda.FunctionOptions): lambda.Function {
    return new NodejsFunction(this, 'Refresh', { ...options, entry: 'bench/alternatives/refresh.ts', runtime: lambda.Runtime.NODEJS_22_X });
  }
}

/** A function in Python, with the boto3 that comes with the runtime, and a rule. */
export class TokenInPython extends Alternative {
  protected functionWith(options: lambda.FunctionOptions): lambda.Function {
    return new lambda.Function(this, 'Refresh', {
      ...options,
      code: lambda.Code.fromAsset('bench/alternatives/python'),
      handler: 'refresh.handler',
      runtime: lambda.Runtime.PYTHON_3_13,
    });
  }
}

/** As by hand, and there is a token when the deployment ends: a custom resource of a `Provider` asks for the first. */
export class TokenOfProvider extends Alternative {
  protected functionWith(options: lambda.FunctionOptions): lambda.Function {
    const onEventHandler = new NodejsFunction(this, 'Refresh', {
      ...options, entry: 'bench/alternatives/refresh-on-event.ts', runtime: lambda.Runtime.NODEJS_22_X,
    });
    const { serviceToken } = new Provider(this, 'Provider', { onEventHandler });
    const first = new CustomResource(this, 'First', { serviceToken });
    first.node.addDependency(onEventHandler.role!);
    return onEventHandler;
  }
}
