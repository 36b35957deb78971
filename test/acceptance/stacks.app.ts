import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { serviceWithoutContainers } from './service-without-containers';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

//   --context stack=<id>          which of the stacks
//   --context description=<text>  of the parameter of the stack Reference
//   --context others=<n>          how many other parameters that stack has

const app = new DeployedApp();
const stack = app.stack(app.context('stack')!);

const stacks: Record<string, () => void> = {
  /** Roles that are all new, each with the policy that its first token needs. */
  NewRoles: () => {
    const domain = app.domain(stack);
    for (let index = 0; index < 6; index++) {
      new CodeArtifactToken(stack, `Token${index}`, { domain, readFrom: ['npm-store'] });
    }
  },

  /** A custom resource whose function does not answer, and puts the URL for the answer into a queue. */
  Unanswered: () => {
    const queue = new sqs.Queue(stack, 'Requests');
    const fn = new lambda.Function(stack, 'Function', {
      runtime: lambda.Runtime.PYTHON_3_12,
      handler: 'index.handler',
      timeout: Duration.seconds(30),
      environment: { QUEUE_URL: queue.queueUrl },
      code: lambda.Code.fromInline(`
import json, os
import botocore.session

def handler(event, context):
    client = botocore.session.get_session().create_client("sqs")
    client.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(event))
`),
    });
    queue.grantSendMessages(fn);
    const resource = new CustomResource(stack, 'Resource', {
      serviceToken: fn.functionArn,
      serviceTimeout: Duration.minutes(10),
      removalPolicy: RemovalPolicy.RETAIN, // whoever deletes the stack need not answer
    });
    resource.node.addDependency(fn.role!);
  },

  /** A parameter whose value is a dynamic reference to the secret. */
  Reference: () => {
    const token = new CodeArtifactToken(stack, 'Token', { domain: app.domain(stack), readFrom: ['npm-store'], duration: Duration.minutes(15) });
    new ssm.StringParameter(stack, 'Referring', {
      stringValue: token.secret.secretValue.unsafeUnwrap(),
      description: app.context('description') ?? 'first',
      tier: ssm.ParameterTier.ADVANCED, // in case that a token is longer than the 4 KB of the others
    });
    for (let index = 0; index < Number(app.context('others') ?? 0); index++) {
      new ssm.StringParameter(stack, `Other${index}`, { stringValue: 'other' });
    }
  },

  /** All that a token can have, but for a network. */
  Everything: () => {
    const token = new CodeArtifactToken(stack, 'Token', {
      domain: app.domain(stack),
      readFrom: ['npm-store'],
      deadLetterQueue: new sqs.Queue(stack, 'DeadLetters'),
      onFailure: new destinations.SqsDestination(new sqs.Queue(stack, 'Failures')),
    });
    // MiniStack makes no alarm of an expression.
    if (app.run.on === 'AWS') {
      token.createDashboard('Dashboard', token.alarmBeforeExpiry('Alarm'));
    } else {
      token.createDashboard('Dashboard');
    }
    token.redeployBeforeExpiry(serviceWithoutContainers(stack, token));
  },
};
stacks[stack.node.id]();
