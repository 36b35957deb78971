import { App, Aws, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { deployed, ENV, functionRoleStatements, idOf, tokenIn } from './token-stack';
import type { CodeArtifactToken } from '../src';
import { METRIC_NAMESPACE, METRIC_UNITS } from '../src/private/metrics';

const UNKNOWN_DURATION = 'needs a duration that is known at synthesis and not 0';

/** A token of a duration that only the deployment knows. */
function tokenOfUnknownDuration() {
  const stack = new Stack(new App(), 'Stack');
  return tokenIn(stack, 'Token', { duration: Duration.seconds(new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber) });
}

describe('what readers can rely on', () => {
  test.each([
    // A token of 12 hours is 1 hour 10 minutes and 9 minutes old when it is replaced, at the most.
    ['by default', {}, 641, 10],
    ['with an interval of 4 hours', { refreshInterval: Duration.hours(4) }, 431, 1],
    ['with one failure between the token and its end', { duration: Duration.hours(1) }, 28, 1],
    ['with an interval too long for a failure', { duration: Duration.hours(1), refreshInterval: Duration.minutes(30) }, 16, 0],
    ['where the three attempts of one refresh may take longer than the token lives', { duration: Duration.minutes(15) }, 0, 0],
  ])('%s', (_, props, minutes, failures) => {
    const { token } = deployed(props);

    expect(token.minimumValidity!.toMinutes()).toBe(minutes);
    expect(token.toleratedFailures).toBe(failures);
  });

  test('is not said of a duration that is not known', () => {
    for (const token of [deployed({ duration: Duration.seconds(0) }).token, tokenOfUnknownDuration()]) {
      expect([token.minimumValidity, token.toleratedFailures]).toEqual([undefined, undefined]);
    }
  });
});

describe('the metrics', () => {
  test('are those that the function emits, under its name', () => {
    const { stack, token, template } = deployed();
    const metrics = [
      token.metricRefreshes(), token.metricFailures(), token.metricSecondsLeft(),
      token.metricGetAuthorizationTokenLatency(), token.metricPutSecretValueLatency(), token.metricTagResourceLatency(),
    ];

    expect(metrics.map(({ metricName }) => metricName)).toEqual(Object.keys(METRIC_UNITS));
    for (const { namespace, dimensions } of metrics) {
      expect(namespace).toBe(METRIC_NAMESPACE);
      expect(stack.resolve(dimensions)).toEqual({ FunctionName: { Ref: idOf(template(), 'AWS::Lambda::Function') } });
    }
  });

  test('are summed, averaged or taken at their least, as each makes sense, unless told otherwise', () => {
    const { token } = deployed();

    expect(token.metric('Failures')).toMatchObject({ statistic: 'Sum', namespace: 'CodeArtifactToken' });
    expect(token.metricSecondsLeft().statistic).toBe('Minimum');
    expect(token.metricTagResourceLatency().statistic).toBe('Average');
    expect(token.metricGetAuthorizationTokenLatency().statistic).toBe('Average');
    expect(token.metricPutSecretValueLatency({ label: 'written' })).toMatchObject({ statistic: 'Average', label: 'written' });
    expect(token.metricTagResourceLatency({ statistic: 'p99', period: Duration.hours(1) })).toMatchObject({ statistic: 'p99', period: Duration.hours(1) });
  });
});

describe('design.md 3.11: nothing is billed that nobody asked for:', () => {
  const emitted = (use: (token: CodeArtifactToken) => void) => {
    const { token, template } = deployed();
    use(token);
    const [fn] = Object.values(template().findResources('AWS::Lambda::Function'));
    return fn.Properties.Environment.Variables.METRICS;
  };

  test('no custom metric by default, nor for the alarm', () => {
    expect(emitted(() => undefined)).toBeUndefined();
    expect(emitted((token) => token.alarmBeforeExpiry('Alarm'))).toBeUndefined();
  });

  test('those metrics alone that the app uses, and all of them for the dashboard', () => {
    expect(emitted((token) => [token.metricSecondsLeft(), token.metric('Failures'), token.metricFailures()])).toBe('Failures,SecondsLeft');
    expect(emitted((token) => token.createDashboard('Dashboard')).split(',')).toEqual(Object.keys(METRIC_UNITS).sort());
    expect(emitted((token) => token.metric(Aws.STACK_NAME)).split(',')).toEqual(Object.keys(METRIC_UNITS).sort());
  });
});

test('a metric that the function does not emit is refused, because an alarm on it would never go off', () => {
  for (const name of ['Refresh', '', '__proto__']) {
    expect(() => deployed().token.metric(name)).toThrow(`metricName must be one of ${Object.keys(METRIC_UNITS).join(', ')}; received '${name}'`);
  }
  expect(deployed().token.metric(Aws.STACK_NAME).metricName).toBe(Aws.STACK_NAME);
});

describe('the alarm before expiry', () => {
  test('goes off when for two thirds of the duration, less 3 minutes, no refresh was seen, and when nothing is seen at all', () => {
    const { token, template } = deployed();
    token.alarmBeforeExpiry('Alarm');

    template().hasResource('AWS::CloudWatch::Alarm', {
      Properties: {
        AlarmDescription: Match.stringLikeRegexp('for the domain acme has not been refreshed for 7 hours 57 minutes.*docs/operations.md of cdk-codeartifact-token$'),
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
        EvaluationPeriods: 477,
        TreatMissingData: 'breaching',
        Metrics: [
          { Expression: 'FILL(errors, 1)', Label: 'Minutes without a refresh' },
          {
            Id: 'errors',
            MetricStat: {
              Metric: {
                Namespace: 'AWS/Lambda',
                MetricName: 'Errors',
                Dimensions: [{ Name: 'FunctionName', Value: { Ref: idOf(template(), 'AWS::Lambda::Function') } }],
              },
              Period: 60,
              Stat: 'Minimum',
            },
            ReturnData: false,
          },
        ],
      },
      // Before the first token it would go off at once.
      DependsOn: [idOf(template(), 'Custom::CodeArtifactToken')],
    });
  });

  test('goes off as early as it is told', () => {
    const { token, template } = deployed();
    token.alarmBeforeExpiry('Alarm', { remainingValidity: Duration.hours(10) });

    template().hasResourceProperties('AWS::CloudWatch::Alarm', { EvaluationPeriods: 117 });
  });

  test('is refused with the longest that it can be, down to a minute', () => {
    const { token } = deployed({ duration: Duration.minutes(28), refreshInterval: Duration.minutes(10) });

    expect(() => token.alarmBeforeExpiry('Alarm', { remainingValidity: Duration.minutes(2) })).toThrow('remainingValidity must be at most 1 minute,');
    expect(() => token.alarmBeforeExpiry('Alarm', { remainingValidity: Duration.minutes(1) })).not.toThrow();
  });

  test('is refused when it would go off between two refreshes that succeed, with the longest that it can be', () => {
    const { token } = deployed();

    expect(() => token.alarmBeforeExpiry('Alarm', { remainingValidity: Duration.hours(11) })).toThrow(
      'remainingValidity must be at most 10 hours 34 minutes, or the alarm goes off though no refresh fails: 1 hour 19 minutes may pass'
      + ' between two of them; received 11 hours of a duration of 12 hours. Make remainingValidity or refreshInterval shorter, or duration longer');
    token.alarmBeforeExpiry('Alarm', { remainingValidity: Duration.minutes(10 * 60 + 34) });
    expect(() => token.alarmBeforeExpiry('Later', { remainingValidity: Duration.minutes(10 * 60 + 35) })).toThrow('at most 10 hours 34 minutes');
  });

  test.each<[string, Duration, string]>([
    ['seconds', Duration.seconds(90), 'received 1 minute 30 seconds'],
    ['0', Duration.minutes(0), 'received 0'],
  ])('is refused with a remainingValidity of %s', (_, remainingValidity, received) => {
    expect(() => deployed().token.alarmBeforeExpiry('Alarm', { remainingValidity })).toThrow(
      new RegExp(`remainingValidity must be whole minutes, at least 1; ${received}`));
  });

  test('is refused for a duration that leaves no time for it, or is not known', () => {
    expect(() => deployed({ duration: Duration.minutes(15) }).token.alarmBeforeExpiry('Alarm')).toThrow('remainingValidity must be shorter, or');
    expect(() => deployed({ duration: Duration.seconds(0) }).token.alarmBeforeExpiry('Alarm')).toThrow(`alarmBeforeExpiry ${UNKNOWN_DURATION}`);
    expect(() => tokenOfUnknownDuration().alarmBeforeExpiry('Alarm')).toThrow(UNKNOWN_DURATION);
  });
});

describe('what is sent when refreshes end', () => {
  test('goes to the destinations that are given', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const topic = new sns.Topic(stack, 'Topic');
    const queue = new sqs.Queue(stack, 'Queue');
    tokenIn(stack, 'Token', { onFailure: new destinations.SnsDestination(topic), onRefreshed: new destinations.SqsDestination(queue) });
    const template = Template.fromStack(stack);

    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      DestinationConfig: {
        OnFailure: { Destination: stack.resolve(topic.topicArn) },
        OnSuccess: { Destination: stack.resolve(queue.queueArn) },
      },
      Qualifier: '$LATEST',
    });
    expect(functionRoleStatements(template)).toContainEqual({ Effect: 'Allow', Action: 'sns:Publish', Resource: stack.resolve(topic.topicArn) });
  });

  test('is kept in the queue that is given, both what failed and what could not be delivered', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const queue = new sqs.Queue(stack, 'Queue');
    tokenIn(stack, 'Token', { deadLetterQueue: queue });
    const template = Template.fromStack(stack);
    const queueArn = stack.resolve(queue.queueArn);
    const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn };

    template.hasResourceProperties('AWS::Lambda::Function', { DeadLetterConfig: { TargetArn: queueArn } });
    template.hasResourceProperties('AWS::Scheduler::Schedule', { Target: { DeadLetterConfig: { Arn: queueArn } } });
    expect(functionRoleStatements(template).filter(({ Resource }) => JSON.stringify(Resource) === JSON.stringify(queueArn))).toEqual([send]);
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'scheduler.amazonaws.com' } }] },
      Policies: [{ PolicyDocument: { Statement: [Match.objectLike({ Action: 'lambda:InvokeFunction' }), send] } }],
    });
  });

  test('can be encrypted in that queue with a key', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const key = new kms.Key(stack, 'Key');
    tokenIn(stack, 'Token', { deadLetterQueue: new sqs.Queue(stack, 'Queue', { encryptionMasterKey: key }) });
    const useKey = { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: stack.resolve(key.keyArn) };

    expect(functionRoleStatements(Template.fromStack(stack))).toContainEqual(useKey);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { Policies: [{ PolicyDocument: { Statement: Match.arrayWith([useKey]) } }] });
  });
});

describe('the dashboard', () => {
  const widgetsOf = (template: Template) => {
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    // What is not known at synthesis does not matter here.
    const body = dashboard.Properties.DashboardBody['Fn::Join'][1].map((part: unknown) => typeof part === 'string' ? part : 'X').join('');
    return JSON.parse(body).widgets as any[];
  };

  test('shows the life of the token, refreshes, failures, calls and alarms, in full rows', () => {
    const { token, template } = deployed();
    token.createDashboard('Dashboard', token.alarmBeforeExpiry('Alarm'));
    const widgets = widgetsOf(template());

    expect(widgets.map(({ properties: { title } }) => title)).toEqual([
      undefined, 'Alarms', 'Hours that the token in the secret still lives', 'Refreshes', 'Failed attempts by error', 'Duration of the calls',
    ]);
    const shown = JSON.stringify(widgets);
    for (const metric of Object.keys(METRIC_UNITS)) {
      expect(shown).toContain(metric);
    }
    for (const y of new Set(widgets.map((widget) => widget.y))) {
      expect(widgets.filter((widget) => widget.y === y).reduce((width, widget) => width + widget.width, 0)).toBe(24);
    }
  });

  test('says how to refresh now, in a command that can be pasted as it is', () => {
    const { token, template } = deployed();
    token.createDashboard('Dashboard');

    expect(widgetsOf(template())[0].properties.markdown.split('\n')).toEqual([
      '## CodeArtifact token for the domain acme',
      'Refresh it now:',
      '```',
      "echo '{}' | aws lambda invoke --function-name X --region eu-west-1 --payload fileb:///dev/stdin /dev/stdout",
      '```',
    ]);
  });

  test('names each line, by a label and not by the metric or the name of a function, in a colour of its own, on an axis that begins at 0', () => {
    const { token, template } = deployed();
    token.createDashboard('Dashboard');
    const graphs = widgetsOf(template()).filter(({ type }) => type === 'metric').map(({ properties }) => properties);
    const linesOf = ({ metrics }: any) => metrics.map((line: any[]) => line.at(-1)).filter(({ visible }: any) => visible !== false);

    expect(graphs.map((graph) => linesOf(graph).map(({ label }: any) => label))).toEqual([
      ['hours left'], ['succeeded', 'failed attempts'], ["${PROP('Dim.ErrorName')}"], ['GetAuthorizationToken', 'PutSecretValue', 'TagResource'],
    ]);
    for (const graph of graphs) {
      const colours = linesOf(graph).filter(({ expression }: any) => !expression?.includes('SEARCH')).map(({ color }: any) => color);
      expect(colours).not.toContain(undefined);
      expect(new Set(colours).size).toBe(colours.length);
    }
    expect(graphs.map(({ yAxis: { left } }) => [left.min, left.label, left.showUnits])).toEqual([
      [0, 'hours', false], [0, undefined, false], [0, undefined, false], [0, 'ms', false],
    ]);
    expect(graphs.map(({ stacked }) => stacked)).toEqual([undefined, true, true, undefined]);
  });

  test('computes the hours that are left at each moment, and finds the errors that there have been by their names', () => {
    const { token, template } = deployed();
    token.createDashboard('Dashboard');
    const expressions = widgetsOf(template()).flatMap(({ properties: { metrics = [] } }) => metrics.flat())
      .map(({ expression }) => expression).filter(Boolean);

    // Its meaning: the metric math of CloudWatch, which only AWS has.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    expect(expressions).toEqual([
      '(FILL(atRefresh + EPOCH(atRefresh), REPEAT) - EPOCH(atRefresh)) / 3600',
      `SEARCH('{${METRIC_NAMESPACE},FunctionName,ErrorName} FunctionName="X" MetricName="Failures"', 'Sum', 300)`,
    ]);
  });

  test('does without alarms', () => {
    const { token, template } = deployed();
    token.createDashboard('Dashboard');

    expect(widgetsOf(template()).map(({ type, width }) => [type, width])[0]).toEqual(['text', 24]);
    expect(widgetsOf(template()).filter(({ type }) => type === 'alarm')).toEqual([]);
  });
});

describe('a service that reads the token once', () => {
  function service(stack: Stack) {
    const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: new ec2.Vpc(stack, 'Vpc') });
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
    taskDefinition.addContainer('app', { image: ecs.ContainerImage.fromRegistry('app') });
    return new ecs.FargateService(stack, 'Service', { cluster, taskDefinition });
  }

  test('is deployed anew every half of the minimum validity, by a role that may do that alone', () => {
    const { stack, token, template } = deployed();
    const fargate = service(stack);
    token.redeployBeforeExpiry(fargate);

    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).filter(({ id }) => id.includes('Redeploy'))).toEqual([]);
    template().hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(320 minutes)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 53 },
      Target: {
        Arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':scheduler:::aws-sdk:ecs:updateService']] },
        Input: {
          'Fn::Join': ['', [
            '{"Cluster":"', stack.resolve(fargate.cluster.clusterName),
            '","Service":"', stack.resolve(fargate.serviceName), '","ForceNewDeployment":true}',
          ]],
        },
        RoleArn: Match.anyValue(),
      },
    });
    template().hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'scheduler.amazonaws.com' } }] },
      Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'ecs:UpdateService', Resource: stack.resolve(fargate.serviceArn) }] } }],
    });
  });

  test('may be in another stack than the token', () => {
    const app = new App();
    const token = tokenIn(new Stack(app, 'TokenStack', { env: ENV }), 'Token');
    const stack = new Stack(app, 'ServiceStack', { env: ENV });
    const fargate = service(stack);
    fargate.taskDefinition.addContainer('build', { image: ecs.ContainerImage.fromRegistry('app'), secrets: token.ecsSecrets() });
    token.redeployBeforeExpiry(fargate);

    Template.fromStack(stack).resourceCountIs('AWS::Scheduler::Schedule', 1);
  });

  test('is deployed as often as it is told', () => {
    const { stack, token, template } = deployed();
    token.redeployBeforeExpiry(service(stack), { interval: Duration.hours(9) });

    template().hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(9 hours)' });
  });

  test('says for which domain', () => {
    const { stack, token, template } = deployed();
    token.redeployBeforeExpiry(service(stack));

    template().hasResourceProperties('AWS::Scheduler::Schedule', {
      Description: 'Deploys the service anew before its CodeArtifact authorization token for the domain acme expires',
    });
  });

  test('is deployed up to a minute before its token can expire, and not later', () => {
    const { stack, token } = deployed();
    const one = service(stack);

    expect(() => token.redeployBeforeExpiry(one, { interval: Duration.minutes(549) })).toThrow('received 9 hours 9 minutes, and the window is 1 hour 31 minutes');
    expect(() => token.redeployBeforeExpiry(one, { interval: Duration.minutes(548) })).not.toThrow();
    expect(() => token.redeployBeforeExpiry(service(new Stack()), { interval: Duration.seconds(90) })).toThrow(/^interval must be whole minutes/);
  });

  test('is refused an interval in which its token can expire', () => {
    const { stack, token } = deployed();

    // The minimum validity is 10 hours 41 minutes.
    expect(() => token.redeployBeforeExpiry(service(stack), { interval: Duration.hours(10) })).toThrow(
      "interval, with the flexible window of the schedule, must be shorter than the token's minimumValidity of 10 hours 41 minutes;"
      + ' received 10 hours, and the window is 1 hour 40 minutes. Make interval or refreshInterval shorter, or duration longer');
  });

  test('is refused without a minimum validity', () => {
    const short = deployed({ duration: Duration.minutes(15) });
    expect(() => short.token.redeployBeforeExpiry(service(short.stack))).toThrow('minimumValidity of 0');
    const unknown = deployed({ duration: Duration.seconds(0) });
    expect(() => unknown.token.redeployBeforeExpiry(service(unknown.stack))).toThrow(`redeployBeforeExpiry ${UNKNOWN_DURATION}`);
  });
});

test('an operator that is granted it may refresh now, and nothing else', () => {
  const { stack, token, template } = deployed();
  token.grantRefresh(new iam.User(stack, 'Operator'));

  template().hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('Operator'),
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: stack.resolve(token.function.functionArn) }] },
  });
});
