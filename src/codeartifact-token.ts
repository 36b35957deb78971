import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ICodeArtifactDomain } from './codeartifact-domain';
import { AlarmBeforeExpiryOptions, CodeArtifactTokenProps, RedeployBeforeExpiryOptions, TokenVpcEndpoints } from './codeartifact-token-props';
import { alarmAfter } from './private/alarm';
import { grantReadToProjects } from './private/codebuild';
import { fillDashboard } from './private/dashboard';
import { firstToken } from './private/first-token';
import { injected, setOf } from './private/injection';
import { domainStatement, repositoryStatement } from './private/owner-statements';
import { redeploy } from './private/redeployment';
import { refreshFunction } from './private/refresh-function';
import { minutesBeforeAlarm, planRedeployments, planRefreshes, RefreshPlan } from './private/refresh-plan';
import { refreshSchedule } from './private/refresh-schedule';
import { FunctionCalls } from './private/roles';
import { rotate } from './private/rotation';
import { EXPIRES_AT_TAG, VERSION_ID_TAG } from './private/settings';
import { TokenMetrics } from './private/token-metrics';
import { TokenSecret } from './private/token-secret';
import { validateOtherNames, validateProps } from './private/validation';
import { SecretLayout } from './private/variables';
import { connect } from './private/vpc-endpoints';
import { warnOfUnlikely } from './private/warnings';
import { SecretFormat } from './secret-format';

/**
 * Keeps an AWS CodeArtifact authorization token fresh in a secret of AWS Secrets Manager.
 *
 * A function asks for a new token on a schedule, and when it is deployed. Its role is the identity of the token: what
 * that role may do in CodeArtifact, every reader of the secret may do.
 *
 * @see https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
 *
 * @example
 * const token = new CodeArtifactToken(this, 'Token', {
 *   domain: CodeArtifactDomain.fromDomainName(this, 'Domain', 'acme'),
 *   readFrom: ['npm-store'],
 * });
 * taskDefinition.addContainer('app', { image, secrets: token.ecsSecrets() }); // CODEARTIFACT_AUTH_TOKEN
 * token.alarmBeforeExpiry('Alarm').addAlarmAction(new actions.SnsAction(topic));
 */
export class CodeArtifactToken extends Construct {
  /** By which a property injector of aws-cdk-lib names this construct. */
  public static readonly PROPERTY_INJECTION_ID = 'cdk-codeartifact-token.CodeArtifactToken';

  /** The tag of the secret that says when its token expires: ISO 8601, UTC. A secret without it: unknown. */
  public static readonly EXPIRES_AT_TAG = EXPIRES_AT_TAG;

  /** The tag of the secret that says which of its versions `EXPIRES_AT_TAG` speaks of. */
  public static readonly VERSION_ID_TAG = VERSION_ID_TAG;

  /**
   * The secret. Each member does what it does on a `secretsmanager.Secret`, but whatever uses its ARN or its name is created
   * after the first token is in it.
   *
   * Errors: `addRotationSchedule` and `attach`, which would write over the token; its ARN or its name in a stack of another region.
   * Warnings: `cdk-codeartifact-token:dynamicReference` for `secretValue` and `secretValueFromJson`; `:secretNameSuffix`.
   */
  public readonly secret: secretsmanager.ISecret;

  /** The function that replaces the token. */
  public readonly function: lambda.Function;

  /** The schedule that invokes the function. */
  public readonly schedule: scheduler.Schedule;

  /** The domain that the token is for. */
  public readonly domain: ICodeArtifactDomain;

  /**
   * How long the token in the secret lives at the least, whenever it is read, while refreshes succeed at the latest at
   * the third attempt that Lambda makes: `duration` less `refreshInterval`, the flexible window of the schedule, and 9
   * minutes for the Scheduler's precision and the three attempts. 0 where nothing is left.
   *
   * @default - undefined for a `duration` of 0, or one that is not known at synthesis
   */
  public readonly minimumValidity?: Duration;

  /**
   * How many whole refreshes in a row may fail, each with all of its attempts, before the token in the secret can expire.
   *
   * @default - undefined for a `duration` of 0, or one that is not known at synthesis
   */
  public readonly toleratedFailures?: number;

  private readonly layout: SecretLayout;
  private readonly metrics = new TokenMetrics(this, () => this.function.functionName);
  private projectsRead = false;
  private readonly plan: RefreshPlan;
  private readonly repositories: Pick<CodeArtifactTokenProps, 'readFrom' | 'publishTo'>;
  private readonly firstToken: CustomResource;
  private readonly vpcEndpoints: string[] = [];
  private readonly calls: FunctionCalls;

  /**
   * Errors name the prop, the rule and the value received. Warnings, each of which can be acknowledged by its id:
   * `cdk-codeartifact-token:noRepositories`, `:repositoryNotListed`, `:unknownDuration`, `:oneFailureExpiresToken`,
   * `:regionWithoutCodeArtifact`, `:secretNameSuffix`.
   */
  constructor(scope: Construct, id: string, props: CodeArtifactTokenProps) {
    super(scope, id);
    props = injected(CodeArtifactToken.PROPERTY_INJECTION_ID, scope, id, props);
    this.domain = props.domain;
    this.layout = (props.format ?? SecretFormat.plainText())._layout(this.domain, props.publishTo ?? []);
    this.plan = planRefreshes(props.duration ?? Duration.hours(12), props.refreshInterval);
    this.minimumValidity = this.plan.guarantee && Duration.seconds(this.plan.guarantee.minimumValidity);
    this.toleratedFailures = this.plan.guarantee?.toleratedFailures;
    validateProps(props);
    this.repositories = props;

    // Before all that it depends on, because whoever reads the secret gets its ARN from here.
    this.firstToken = firstToken(this, () => ({ function: this.function, secret, vpcEndpoints: this.vpcEndpoints }));
    const secret = new TokenSecret(this, 'Secret', setOf({
      secretName: props.secretName,
      description: props.description ?? `CodeArtifact authorization token for the domain ${this.domain.domainName}`,
      encryptionKey: props.encryptionKey,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
      replicaRegions: props.replicaRegions,
    }), this.firstToken);
    this.secret = secret;

    const { fn, calls } = refreshFunction(this, { ...props, secret, layout: this.layout, plan: this.plan, metrics: this.metrics });
    this.function = fn;
    this.calls = calls;

    this.schedule = refreshSchedule(this, { ...props, plan: this.plan, function: fn });

    if (props.managedRotation) {
      // By the ARN of the secret's own resource, which is how audits find that it is rotated.
      rotate(this, secret.arnBeforeFirstToken, fn).node.addDependency(this.firstToken);
    }

    warnOfUnlikely(this, { ...props, layout: this.layout, plan: this.plan });
  }

  /**
   * Lets a principal read the secret and its replicas: `secretsmanager:GetSecretValue` and `secretsmanager:DescribeSecret`,
   * and decrypting through Secrets Manager with the `encryptionKey` of each that has one.
   *
   * A principal of another account, or all of an organization (`iam.OrganizationPrincipal`), is let in by the policies of
   * the secret and of the key, and must be allowed the same by a policy of its own. Without an `encryptionKey` this throws.
   * With one whose policy this app cannot change, the warning `cdk-codeartifact-token:keyPolicy` has the statement that is
   * needed there; without one for a replica, there is the warning `:replicaKey`.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.secret.grantRead(grantee);
  }

  /**
   * The secret as environment variables of an ECS container: `secrets: token.ecsSecrets()`.
   *
   * ECS reads the secret once, when a container starts, with the execution role of its task, which is granted reading as
   * by `grantRead`.
   *
   * @param otherNames variables that the container shall get by other names, as in `{ NPMRC: 'OWN_NPMRC' }`: what a second
   * token needs in the same container, since all tokens fill `CODEARTIFACT_AUTH_TOKEN`
   */
  public ecsSecrets(otherNames: { [variable: string]: string } = {}): { [variable: string]: ecs.Secret } {
    return this.variables(otherNames, (field) => ecs.Secret.fromSecretsManager(this.secret, field));
  }

  /**
   * The secret as environment variables of a CodeBuild project: `environmentVariables: token.codeBuildVariables()`.
   *
   * CodeBuild reads the secret when a build starts, with the role of the project. Each project of this app or stage that
   * has the variables is granted reading as by `grantRead`, also one that CDK Pipelines makes from `codeBuildDefaults`.
   *
   * @param otherNames variables that the build shall get by other names, as in `{ NPMRC: 'OWN_NPMRC' }`: what a second
   * token needs in the same build, since all tokens fill `CODEARTIFACT_AUTH_TOKEN`
   */
  public codeBuildVariables(otherNames: { [variable: string]: string } = {}): { [variable: string]: codebuild.BuildEnvironmentVariable } {
    if (!this.projectsRead) { // one look at each project is enough, however many have the variables
      grantReadToProjects(this, this.secret);
      this.projectsRead = true;
    }
    return this.variables(otherNames, (field) => ({
      type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER,
      value: field ? `${this.secret.secretArn}:${field}` : this.secret.secretArn,
    }));
  }

  /**
   * What the policy of a domain of another account must say, so that the function may ask for tokens. The token's own
   * role has its half of it. It names the role in a condition, and so can be there before the role is: the first token
   * needs it. In a policy within the same app, let the stack of the token be deployed after that of the domain.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/domain-policies.html
   */
  public domainPolicyStatement(): iam.PolicyStatement {
    return domainStatement(this.function.role!);
  }

  /**
   * What the policy of a repository of another account must say, so that the token may read from it, or publish to it.
   * An error if neither `readFrom` nor `publishTo` names the repository.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/repo-policies.html
   */
  public repositoryPolicyStatement(repositoryName: string): iam.PolicyStatement {
    return repositoryStatement(this.function.role!, this.repositories, repositoryName);
  }

  /**
   * Lets the function through VPC endpoints: the policy of each allows its role the calls that it makes there, and nothing
   * else; the security groups let it connect; the first token waits for them.
   *
   * An endpoint that has no policy yet lets everything through, and from this call on only what its policy says. Of an
   * endpoint that others use as well, add their statements with `addToPolicy`.
   *
   * Errors: without a `vpc`; for a domain in another region, to which no endpoint leads; for an interface endpoint without private DNS.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/create-vpc-endpoints.html
   */
  public useVpcEndpoints(endpoints: TokenVpcEndpoints): void {
    this.vpcEndpoints.push(...connect(this.function, this.domain.domainRegion, this.calls, endpoints));
    const { codeArtifactApi, secretsManager, s3 } = endpoints;
    this.firstToken.node.addDependency(codeArtifactApi, secretsManager, s3, ...this.function.connections.securityGroups);
  }

  /**
   * Lets a principal refresh the token now, outside of the schedule: `lambda:InvokeFunction` on the function, with the
   * event `{}`. It gets to know what the refresh did, and not the token.
   */
  public grantRefresh(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns: [this.function.functionArn] });
  }

  /**
   * An alarm that goes off when the token in the secret comes near its end because nothing has replaced it, whatever the
   * reason: refreshes that fail, a schedule that is disabled, a function that never runs. No metric at all is the worst
   * sign, and counts as such.
   *
   * It watches a metric of Lambda itself, which is not billed; CloudWatch bills the alarm for one metric.
   *
   * Errors: with a `duration` of 0 or one that is not known at synthesis; when the alarm would go off between two
   * refreshes of which none failed.
   */
  public alarmBeforeExpiry(id: string, options: AlarmBeforeExpiryOptions = {}): cloudwatch.Alarm {
    const minutes = minutesBeforeAlarm(this.plan, options.remainingValidity);
    const alarm = alarmAfter(minutes, this, id, this.function, this.domain.domainName);
    // An alarm that is older than the first token would begin by going off.
    alarm.node.addDependency(this.firstToken);
    return alarm;
  }

  /**
   * A dashboard of this token: its life, the refreshes that succeeded and failed, how long its calls take, the state of
   * the alarms that it is given, and how to refresh now. It turns all the metrics of `metric` on.
   */
  public createDashboard(id: string, ...alarms: cloudwatch.IAlarm[]): cloudwatch.Dashboard {
    const dashboard = new cloudwatch.Dashboard(this, id);
    fillDashboard(dashboard, { domainName: this.domain.domainName, functionName: this.function.functionName, metrics: this.metrics, alarms });
    return dashboard;
  }

  /**
   * Deploys an ECS service anew at an interval, so that it never runs on a token that has expired, though its containers
   * read the secret only once, when they start. A schedule in the scope of the service calls `ecs:UpdateService` with
   * `forceNewDeployment`; the deployment is a rolling one of the service's own settings.
   *
   * Not for a service whose deployments are CodeDeploy's, where ECS refuses the call.
   *
   * Errors: with a `duration` of 0 or one that is not known at synthesis; when `interval`, with the flexible window of its
   * schedule, is not shorter than the token's `minimumValidity`.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
   */
  public redeployBeforeExpiry(service: ecs.IBaseService, options: RedeployBeforeExpiryOptions = {}): scheduler.Schedule {
    return redeploy(service, `RedeployBefore${this.node.id}Expires`, this.domain.domainName, planRedeployments(this.plan, options.interval));
  }

  /**
   * One of the function's metrics, by its name: `Refreshes`, `Failures`, `SecondsLeft`, `GetAuthorizationTokenLatency`,
   * `PutSecretValueLatency`, `TagResourceLatency`. All are in the namespace `CodeArtifactToken`, under the dimension
   * `FunctionName`; `Failures` also under `FunctionName` and `ErrorName`.
   *
   * The function emits those metrics alone that the app asks for here, because CloudWatch bills each as a custom metric. For a
   * dashboard that is made elsewhere, call this once.
   *
   * @default - sum over 5 minutes
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.metric(metricName, props);
  }

  /**
   * Refreshes that put a new token into the secret and said so in its tags.
   *
   * @default - sum over 5 minutes
   */
  public metricRefreshes(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.of('Refreshes', props);
  }

  /**
   * Attempts at a refresh that failed. Readers notice none of the first ones: Lambda makes three attempts, and the token
   * in the secret outlives `toleratedFailures` refreshes.
   *
   * @default - sum over 5 minutes
   */
  public metricFailures(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.of('Failures', props);
  }

  /**
   * How long the new token lives, in seconds, when it has just been put into the secret.
   *
   * @default - minimum over 5 minutes
   */
  public metricSecondsLeft(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.of('SecondsLeft', props);
  }

  /**
   * How long `codeartifact:GetAuthorizationToken` took, in milliseconds, with the SDK's own retries, whatever came of it.
   *
   * @default - average over 5 minutes
   */
  public metricGetAuthorizationTokenLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.of('GetAuthorizationTokenLatency', props);
  }

  /**
   * How long `secretsmanager:PutSecretValue` took, in milliseconds, with the SDK's own retries, whatever came of it.
   *
   * @default - average over 5 minutes
   */
  public metricPutSecretValueLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.of('PutSecretValueLatency', props);
  }

  /**
   * How long `secretsmanager:TagResource` took, in milliseconds, with the SDK's own retries, whatever came of it.
   *
   * @default - average over 5 minutes
   */
  public metricTagResourceLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.of('TagResourceLatency', props);
  }

  private variables<T>(otherNames: { [variable: string]: string }, valueOf: (field?: string) => T): { [variable: string]: T } {
    const { variables, isJson } = this.layout;
    validateOtherNames(variables, otherNames);
    return Object.fromEntries(variables.map((name) => [otherNames[name] ?? name, valueOf(isJson ? name : undefined)]));
  }
}
