import * as path from 'path';
import { Lazy, RemovalPolicy, Tokenization } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { setOf } from './injection';
import { FUNCTION_TIMEOUT, RefreshPlan } from './refresh-plan';
import { allowNetworkInterfaces, attach, FunctionCalls, functionRole, useKeyOf } from './roles';
import { Settings } from './settings';
import { TokenMetrics } from './token-metrics';
import { TokenSecret } from './token-secret';
import { validateEnvironment } from './validation';
import { SecretLayout } from './variables';
import { CodeArtifactTokenProps } from '../codeartifact-token-props';
import { EndpointType } from '../endpoint-type';

const HANDLER = path.join(__dirname, '..', '..', 'assets', 'lambda', 'refresh-token', 'index');

interface RefreshFunctionProps extends CodeArtifactTokenProps {
  readonly secret: TokenSecret;
  readonly layout: SecretLayout;
  readonly plan: RefreshPlan;
  readonly metrics: TokenMetrics;
}

interface RefreshFunction {
  readonly fn: lambda.Function;
  /** What lets it call each service. */
  readonly calls: FunctionCalls;
}

/** The function that replaces the token, with its log group and its role. */
export function refreshFunction(scope: Construct, props: RefreshFunctionProps): RefreshFunction {
  const { domain, secret, layout, plan, metrics } = props;
  const settings: Settings = {
    DOMAIN_ARN: domain.domainArn,
    DURATION_SECONDS: Tokenization.stringifyNumber(plan.durationSeconds),
    SECRET_ARN: secret.arnBeforeFirstToken,
    SECRET_TEMPLATE: layout.template,
  };
  const dualStack = domain.endpointType === EndpointType.DUAL_STACK;
  const environment = {
    ...settings,
    METRICS: Lazy.uncachedString({ produce: () => metrics.used || undefined }),
    ...dualStack ? { AWS_USE_DUALSTACK_ENDPOINT: 'true' } : {},
  };
  validateEnvironment(environment);

  const logGroup = props.logGroup ?? new logs.LogGroup(scope, 'LogGroup', {
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const { role, policy, calls } = functionRole(scope, { ...props, logGroup });
  const fn = new lambda.Function(scope, 'Function', setOf({
    description: `Refreshes the CodeArtifact authorization token for the domain ${domain.domainName}`,
    // Named here because the oldest supported aws-cdk-lib does not know it.
    runtime: new lambda.Runtime('nodejs24.x', lambda.RuntimeFamily.NODEJS),
    architecture: lambda.Architecture.ARM_64,
    code: lambda.Code.fromAsset(HANDLER),
    handler: 'index.handler',
    role,
    environment,
    environmentEncryption: props.environmentEncryption,
    memorySize: 256,
    timeout: FUNCTION_TIMEOUT,
    logGroup,
    loggingFormat: lambda.LoggingFormat.JSON,
    vpc: props.vpc,
    vpcSubnets: props.vpcSubnets,
    securityGroups: props.securityGroups,
    ...dualStack && props.vpc ? { ipv6AllowedForDualStack: true, allowAllIpv6Outbound: props.securityGroups ? undefined : true } : {},
    deadLetterQueue: props.deadLetterQueue,
    onFailure: props.onFailure,
    onSuccess: props.onRefreshed,
  }));
  // Function grants sending to the role, which an encrypted queue refuses.
  policy.addStatements(...useKeyOf(fn.deadLetterQueue));
  attach(policy, role);
  allowNetworkInterfaces(fn, role);
  return { fn, calls };
}
