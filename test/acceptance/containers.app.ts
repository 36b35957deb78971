import { CfnOutput, Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { type EndpointOf, imageOf, installing, isLarge, publishing, type RecipeName, scriptOf, setUpOf } from './container-scripts';
import { DeployedApp } from '../e2e/deployed-app';
import { type Recipe, recipes } from '../package-managers/recipes';
import { CodeArtifactToken, PackageManager, SecretFormat } from 'cdk-codeartifact-token';

// A container for each recipe of docs/recipes.md.
//   --context readers=yes   and some that show when ECS and AWS Batch read the secret

/** So many tokens at once are made for the first time: a new account runs no more than ten functions at once. */
const AT_ONCE = 8;
const SMALL_IMAGE = 'public.ecr.aws/docker/library/alpine:3';
/** Prints the digest of a variable every five seconds, for half an hour. */
const printing = (variable: string) => ['sh', '-c', `for i in $(seq 360); do printf %s "$${variable}" | sha256sum; sleep 5; done`];

const app = new DeployedApp();
const store = app.name('store');
const own = app.name('own');

const network = app.stack('Network');
const vpc = new ec2.Vpc(network, 'Vpc', {
  maxAzs: 2,
  natGateways: 0,
  restrictDefaultSecurityGroup: false,
  subnetConfiguration: [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC }],
});
const securityGroup = new ec2.SecurityGroup(network, 'SecurityGroup', { vpc });
new ecs.Cluster(network, 'Cluster', { vpc, clusterName: app.name('cluster') });
const logGroup = new logs.LogGroup(network, 'Logs', {
  logGroupName: app.name('containers'), retention: logs.RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY,
});
new CfnOutput(network, 'Subnets', { value: vpc.publicSubnets.map(({ subnetId }) => subnetId).join(',') });
new CfnOutput(network, 'SecurityGroupId', { value: securityGroup.securityGroupId });

if (app.context('readers')) {
  readers();
}
recipesIn('Publish', publishing);
recipesIn('Install', installing);

/** One token for each secret that a recipe asks for, and a task definition for each recipe. */
function recipesIn(id: string, names: RecipeName[]): void {
  const stack = app.stack(id);
  const domain = app.domain(stack);
  // By its name, so that no stack imports from another, and all can be deleted at once.
  const byName = logs.LogGroup.fromLogGroupName(stack, 'Logs', app.name('containers'));
  const role = (roleId: string) => new iam.Role(stack, roleId, { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
  const [executionRole, taskRole] = [role('ExecutionRole'), role('TaskRole')];
  const endpointOf: EndpointOf = (repository, format) => domain.repositoryEndpoint(app.name(repository), format);
  const tokens = new Map<string, CodeArtifactToken>();

  for (const name of names) {
    const { packageManagers, publishes }: Recipe = recipes[name];
    if (!tokens.has(packageManagers)) {
      const token = new CodeArtifactToken(stack, `Token${tokens.size + 1}`, {
        domain,
        ...(publishes ? { publishTo: [store, own] } : { readFrom: [store, own] }),
        format: SecretFormat.json(...managersOf(packageManagers)),
      });
      const before = [...tokens.values()].at(-AT_ONCE);
      if (before && tokens.size >= AT_ONCE) {
        token.node.addDependency(before);
      }
      tokens.set(packageManagers, token);
    }
    const large = isLarge(name);
    new ecs.FargateTaskDefinition(stack, name, {
      family: app.name(name), cpu: large ? 1024 : 512, memoryLimitMiB: large ? 4096 : 1024, executionRole, taskRole,
    }).addContainer('recipe', {
      image: ecs.ContainerImage.fromRegistry(imageOf(name)),
      command: ['timeout', '1200', 'sh', '-c', setUpOf(name, endpointOf) + scriptOf(name, endpointOf, `${app.run.domain}/${store}`)],
      secrets: tokens.get(packageManagers)!.ecsSecrets(),
      logging: ecs.LogDrivers.awsLogs({ logGroup: byName, streamPrefix: name }),
    });
  }
}

/** The package managers that the text of a recipe names, for the repositories of this run. */
function managersOf(text: string): PackageManager[] {
  return new Function('PackageManager', `return [${text.replaceAll("'store'", `'${store}'`).replaceAll("('own'", `('${own}'`)}]`)(PackageManager);
}

function readers(): void {
  const token = new CodeArtifactToken(network, 'Token', {
    domain: app.domain(network),
    readFrom: ['npm-store'],
    format: SecretFormat.json(PackageManager.npm('npm-store')),
  });
  // The test alone says when there is another token.
  app.withoutTurns(token);

  new ecs.FargateTaskDefinition(network, 'Reads', { family: app.name('reads'), cpu: 256, memoryLimitMiB: 512 }).addContainer('reads', {
    image: ecs.ContainerImage.fromRegistry(SMALL_IMAGE),
    command: printing('NPMRC'),
    secrets: token.ecsSecrets(),
    logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'reads' }),
  });

  // The other way round: the role of the task may read, and the execution role may not.
  const executionRole = new iam.Role(network, 'WithoutReading', {
    roleName: app.name('without-reading'),
    assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
    inlinePolicies: {
      Logs: new iam.PolicyDocument({
        statements: [new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] })],
      }),
    },
  });
  const denied = new ecs.FargateTaskDefinition(network, 'Denied', {
    family: app.name('denied'), cpu: 256, memoryLimitMiB: 512, executionRole: executionRole.withoutPolicyUpdates(),
  });
  denied.addContainer('denied', {
    image: ecs.ContainerImage.fromRegistry(SMALL_IMAGE),
    command: printing('NPMRC'),
    secrets: token.ecsSecrets(),
    logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'denied' }),
  });
  token.grantRead(denied.taskRole);

  const computeEnvironment = new batch.FargateComputeEnvironment(network, 'Compute', {
    vpc, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, securityGroups: [securityGroup], maxvCpus: 1,
  });
  const queue = new batch.JobQueue(network, 'Queue', { computeEnvironments: [{ computeEnvironment, order: 1 }] });
  const job = new batch.EcsJobDefinition(network, 'Job', {
    timeout: Duration.minutes(30),
    container: new batch.EcsFargateContainerDefinition(network, 'Container', {
      image: ecs.ContainerImage.fromRegistry(SMALL_IMAGE),
      cpu: 0.25,
      memory: Size.mebibytes(512),
      assignPublicIp: true,
      command: printing('NPMRC'),
      secrets: { NPMRC: batch.Secret.fromSecretsManager(token.secret, 'NPMRC') },
      logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'job' }),
    }),
  });
  new CfnOutput(network, 'Function', { value: token.function.functionName });
  new CfnOutput(network, 'Secret', { value: token.secret.secretArn });
  new CfnOutput(network, 'JobQueue', { value: queue.jobQueueArn });
  new CfnOutput(network, 'JobDefinition', { value: job.jobDefinitionArn });
}
