import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App, type CfnElement, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { type Mutation, mutationsOf } from './mutations';
import { assuming, bearerToken, type Needs, needsOfToken, reading } from './needs';
import { type Claim, claimsOf, keyOf, type Strangers } from './neighbourhood';
import { type Call, type CloudFormationTemplate, DeployedStack, spelledOut } from './simulator';
import { ACCOUNT, type MiniStack, REGION, startMiniStack } from '../../sandbox/ministack';
import { CodeArtifactDomain, CodeArtifactToken, type CodeArtifactTokenProps } from '../../src';
import { SEED } from '../seed';

// Who may do what, by the policies of synthesised templates: the calls come from real runs of the handler.

const OTHER_ACCOUNT = '444455556666';
const OTHER_REGION = 'us-east-1';
const READER_ELSEWHERE = '777788889999';

const WITHOUT_A_WAY_OUT = 'in a VPC without another way out than VPC endpoints';

interface Scenario {
  readonly tokens: { token: CodeArtifactToken; opens: Call[] }[];
  /** What others than the token's own roles need. */
  needs?(deployed: DeployedStack): Needs;
}

const SCENARIOS: Record<string, (stack: Stack) => Scenario> = {
  'to read with': (stack) => ({ tokens: [tokenIn(stack, 'Token', { readFrom: ['npm-store', 'pypi-store'] })] }),
  'to publish with': (stack) => ({ tokens: [tokenIn(stack, 'Token', { publishTo: ['releases'] })] }),
  'for whatever the repositories themselves allow': (stack) => ({ tokens: [tokenIn(stack, 'Token', {})] }),
  'under a key of the stack': (stack) => ({ tokens: [tokenIn(stack, 'Token', { encryptionKey: new kms.Key(stack, 'Key') })] }),
  'under a key from elsewhere, with readers': (stack) => withReaders(stack, { encryptionKey: keyElsewhere(stack) }),
  'under a key whose policy says no more than docs/networks.md, with readers': (stack) => {
    const [, statement] = /```json\n(.*?)```/s.exec(readFileSync(join(__dirname, '..', '..', 'docs', 'networks.md'), 'utf8'))!;
    const key = new kms.CfnKey(stack, 'Key', { keyPolicy: { Version: '2012-10-17', Statement: [JSON.parse(statement)] } });
    return withReaders(stack, { encryptionKey: kms.Key.fromKeyArn(stack, 'Imported', key.attrArn) });
  },
  'with replicas, one of them under a key of its own, and with readers': (stack) => withReaders(stack, {
    replicaRegions: [
      { region: OTHER_REGION, encryptionKey: kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${OTHER_REGION}:${ACCOUNT}:key/replica`) },
      { region: 'eu-central-1' },
    ],
  }),
  'that Secrets Manager rotates': (stack) => ({ tokens: [tokenIn(stack, 'Token', { managedRotation: true })] }),
  'in a VPC': (stack) => ({ tokens: [tokenIn(stack, 'Token', { vpc: vpcIn(stack) })] }),
  [WITHOUT_A_WAY_OUT]: (stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
    const inVpc = tokenIn(stack, 'Token', {
      readFrom: ['npm-store'], vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, managedRotation: true,
    });
    inVpc.token.useVpcEndpoints({
      codeArtifactApi: vpc.addInterfaceEndpoint('CodeArtifactApi', { service: ec2.InterfaceVpcEndpointAwsService.CODEARTIFACT_API }),
      secretsManager: vpc.addInterfaceEndpoint('SecretsManager', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER }),
      s3: vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 }),
    });
    return { tokens: [inVpc] };
  },
  'for a domain of another account': (stack) => ({
    tokens: [tokenIn(stack, 'Token', { readFrom: ['npm-store'], domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'shared', { owner: OTHER_ACCOUNT }) })],
  }),
  'for a domain in another region': (stack) => ({
    tokens: [tokenIn(stack, 'Token', { publishTo: ['releases'], domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme', { region: OTHER_REGION }) })],
  }),
  'beside another, with readers and principals that ask for tokens of their own': everything,
  'among all that, with policies merged by the CDK': everything,
};

function withReaders(stack: Stack, props: Partial<CodeArtifactTokenProps>): Scenario {
  const token = tokenIn(stack, 'Token', props);
  const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  token.token.grantRead(reader);
  const task = new ecs.FargateTaskDefinition(stack, 'Task');
  task.addContainer('app', { image: ecs.ContainerImage.fromRegistry('node'), secrets: token.token.ecsSecrets() });
  return {
    tokens: [token],
    needs: (deployed) => ({
      [idOf(reader)]: reading(deployed, idOf(token.token)),
      [idOf(task.executionRole!)]: reading(deployed, idOf(token.token)),
      [idOf(task.taskRole)]: [],
    }),
  };
}

function everything(stack: Stack): Scenario {
  const first = tokenIn(stack, 'Token', {
    readFrom: ['npm-store'], publishTo: ['releases'], encryptionKey: new kms.Key(stack, 'Key'), vpc: vpcIn(stack), managedRotation: true,
  });
  const second = tokenIn(stack, 'Another', {
    readFrom: ['pypi-store'], domain: CodeArtifactDomain.fromDomainName(stack, 'Shared', 'shared', { owner: OTHER_ACCOUNT, region: OTHER_REGION }),
  });
  const { domain } = first.token;
  const [reader, tokenHolder, packageReader, publisher] = ['Reader', 'TokenHolder', 'PackageReader', 'Publisher']
    .map((id) => new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }));
  first.token.grantRead(reader);
  first.token.grantRead(new iam.AccountPrincipal(READER_ELSEWHERE));
  const task = new ecs.FargateTaskDefinition(stack, 'Task');
  task.addContainer('app', { image: ecs.ContainerImage.fromRegistry('node'), secrets: first.token.ecsSecrets() });
  domain.grantAuthorize(tokenHolder);
  domain.grantRead(packageReader, 'npm-store');
  domain.grantPublish(publisher, 'releases');
  return {
    tokens: [first, second],
    needs: (deployed) => ({
      [idOf(reader)]: reading(deployed, idOf(first.token)),
      [`arn:aws:iam::${READER_ELSEWHERE}:role/reader`]: reading(deployed, idOf(first.token)),
      [idOf(task.executionRole!)]: reading(deployed, idOf(first.token)),
      [idOf(tokenHolder)]: [{ action: 'codeartifact:GetAuthorizationToken', resource: deployed.resolve(stack.resolve(domain.domainArn)), context: {} }, bearerToken()],
      [idOf(packageReader)]: read(`${REGION}:${ACCOUNT}`, 'acme/npm-store'),
      [idOf(publisher)]: publish(`${REGION}:${ACCOUNT}`, 'acme/releases'),
      [idOf(task.taskRole)]: [],
      'ec2.amazonaws.com': [reader, tokenHolder, packageReader, publisher].map((role) => assuming(deployed.arnOf(idOf(role)))),
      'ecs-tasks.amazonaws.com': [task.taskRole, task.executionRole!].map((role) => assuming(deployed.arnOf(idOf(role)))),
    }),
  };
}

function tokenIn(stack: Stack, id: string, given: Partial<CodeArtifactTokenProps>): Scenario['tokens'][number] {
  const props = { domain: CodeArtifactDomain.fromDomainName(stack, `${id}Domain`, 'acme'), ...given };
  const place = `${props.domain.domainRegion}:${props.domain.domainOwner}`;
  return {
    token: new CodeArtifactToken(stack, id, props),
    opens: [
      ...(props.readFrom ?? []).flatMap((name) => read(place, `${props.domain.domainName}/${name}`)),
      ...(props.publishTo ?? []).flatMap((name) => publish(place, `${props.domain.domainName}/${name}`)),
    ],
  };
}

const read = (place: string, repository: string): Call[] => [
  { action: 'codeartifact:ReadFromRepository', resource: `arn:aws:codeartifact:${place}:repository/${repository}`, context: {} },
];

const publish = (place: string, repository: string): Call[] => [
  ...read(place, repository),
  ...['codeartifact:PublishPackageVersion', 'codeartifact:PutPackageMetadata'].map((action) => (
    { action, resource: `arn:aws:codeartifact:${place}:package/${repository}/npm/scope/app`, context: {} })),
];

const keyElsewhere = (stack: Stack) => kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/elsewhere`);

const vpcIn = (stack: Stack) => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-0'] });

/** The logical id of a resource, which of a token is the secret. */
function idOf(construct: IConstruct): string {
  const { node } = construct instanceof CodeArtifactToken ? construct.node.findChild('Secret') : construct;
  const element = node.defaultChild as CfnElement;
  return element.stack.resolve(element.logicalId);
}

const STRANGERS: Strangers = {
  partition: 'aws-cn', region: 'us-west-2', account: '999900001111', name: 'other', service: 's3.amazonaws.com', tagKey: 'owner',
};

const anyStrangers: fc.Arbitrary<Strangers> = fc.record({
  partition: fc.constantFrom('aws-cn', 'aws-us-gov', 'aws-iso'),
  region: fc.stringMatching(/^[a-z]{2}-(north|east|south|west|central)-[1-9]$/),
  account: fc.stringMatching(/^[0-9]{12}$/),
  name: fc.stringMatching(/^[a-z][a-z0-9-]{0,48}[a-z0-9]$/),
  service: fc.stringMatching(/^[a-z0-9-]{2,20}\.amazonaws\.com$/),
  tagKey: fc.stringMatching(/^[A-Za-z0-9 +=._:/@-]{1,127}$/),
});

const scenarios = Object.entries(SCENARIOS).map(([name, build]) => {
  const app = new App({ postCliContext: { '@aws-cdk/aws-iam:minimizePolicies': name.includes('merged') } });
  const stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
  const { tokens, needs } = build(stack);
  return { name, template: spelledOut(Template.fromStack(stack).toJSON() as CloudFormationTemplate), tokens, needs };
});
const EVERYTHING = scenarios.find(({ name }) => SCENARIOS[name] === everything)!;

/** By the name of the scenario. */
const tried = new Map<string, { arns: Record<string, string>; deployed: DeployedStack; needs: Needs; claims: Claim[] }>();
let cloud: MiniStack;

beforeAll(async () => {
  cloud = await startMiniStack();
  const client = new SecretsManagerClient(cloud.client);
  await Promise.all(scenarios.map(async ({ name, template, tokens, needs }, index) => {
    const secretIds = new DeployedStack(template).idsOf('AWS::SecretsManager::Secret');
    const arns = Object.fromEntries(await Promise.all(secretIds.map(async (id) => (
      [id, (await client.send(new CreateSecretCommand({ Name: `${id}-${index}` }))).ARN!]))));
    const deployed = new DeployedStack(template, arns);
    const all: Needs = {};
    const ofTokens = await Promise.all(tokens.map(({ token, opens }) => needsOfToken(deployed, idOf(token.function), opens, cloud)));
    for (const [principal, calls] of [...ofTokens, needs?.(deployed) ?? {}].flatMap((some) => Object.entries(some))) {
      all[principal] = [...all[principal] ?? [], ...calls];
    }
    tried.set(name, { arns, deployed, needs: all, claims: claimsOf(all, STRANGERS) });
  }));
});

afterAll(() => cloud.stop());

/** The claims of which the simulator says otherwise. */
async function refuted(deployed: DeployedStack, claims: Claim[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { principal, call, needed } of claims) {
    if (await deployed.may(principal, call) !== needed) {
      wrong.push(`${principal} ${needed ? 'may not' : 'may'} ${keyOf(call)}`);
    }
  }
  return wrong;
}

describe.each(scenarios.map(({ name }) => name))('a token %s', (name) => {
  test('lets everyone concerned do what they need: the handler each of its calls, Lambda and the Scheduler their part', async () => {
    const { deployed, claims } = tried.get(name)!;

    expect(await refuted(deployed, claims.filter(({ needed }) => needed))).toEqual([]);
  });

  test('lets nobody do anything near that', async () => {
    const { deployed, claims } = tried.get(name)!;

    expect(await refuted(deployed, claims.filter(({ needed }) => !needed))).toEqual([]);
  });
});

const anyOf = <T>(values: T[]) => fc.constantFrom(...values);

test('nobody may do what is near a needed call, whatever the names, places, services and tags are', async () => {
  const { deployed, needs } = tried.get(EVERYTHING.name)!;

  await fc.assert(
    fc.asyncProperty(anyOf(Object.keys(needs)), anyOf(Object.values(needs).flat()), anyStrangers, async (someone, call, strangers) => {
      const claims = claimsOf(needs, strangers, [call]).filter(({ principal }) => principal === someone);
      expect(await refuted(deployed, claims)).toEqual([]);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

const mutations = mutationsOf(EVERYTHING.template);

async function isNoticed({ template, widens, concerns }: Mutation): Promise<boolean> {
  const { arns, deployed, claims } = tried.get(EVERYTHING.name)!;
  const mutated = new DeployedStack(template, arns);
  for (const claim of claims.filter((candidate) => candidate.needed !== widens && concerns(deployed, candidate))) {
    if (await mutated.may(claim.principal, claim.call) === widens) {
      return true;
    }
  }
  return false;
}

describe('a permission too many or too few would be noticed:', () => {
  test.each(mutations.filter(({ unseen }) => !unseen))('$name', async (mutation) => {
    expect(await isNoticed(mutation)).toBe(true);
  });
});

describe('what would change nothing for anyone:', () => {
  test.each(mutations.filter(({ unseen }) => unseen))('$name, for $unseen', async (mutation) => {
    expect(await isNoticed(mutation)).toBe(false);
  });
});

test('VPC endpoints let the calls of the handler through, nothing near them, and nothing of another role', async () => {
  const { deployed, claims } = tried.get(WITHOUT_A_WAY_OUT)!;
  const [api, secretsManager] = ['CodeArtifactApi', 'SecretsManager'].map((name) => deployed.idsOf('AWS::EC2::VPCEndpoint').find((id) => id.includes(name))!);
  const endpoints: Record<string, string> = { codeartifact: api, sts: api, secretsmanager: secretsManager };
  const [role, another] = ['TokenRole', 'TokenScheduleRole'].map((name) => deployed.idsOf('AWS::IAM::Role').find((id) => id.startsWith(name))!);
  const isOfHandler = ({ action }: Call) => !action.endsWith(':ReadFromRepository');
  const wrong: string[] = [];
  const passed = new Set<string>();
  for (const { call, needed } of claims.filter(({ principal, call: { action } }) => principal === role && action.split(':')[0] in endpoints)) {
    const endpoint = endpoints[call.action.split(':')[0]];
    if (await deployed.letsThrough(endpoint, another, call) || await deployed.letsThrough(endpoint, role, call) !== (needed && isOfHandler(call))) {
      wrong.push(keyOf(call));
    } else if (needed && isOfHandler(call)) {
      passed.add(call.action);
    }
  }

  expect(wrong).toEqual([]);
  expect([...passed].sort()).toEqual([
    'codeartifact:GetAuthorizationToken', 'secretsmanager:DescribeSecret', 'secretsmanager:PutSecretValue', 'secretsmanager:TagResource',
    'secretsmanager:UpdateSecretVersionStage', 'sts:GetServiceBearerToken',
  ]);
});

/** The calls of a reader that a principal may not make. */
async function refused(stack: Stack, token: CodeArtifactToken, principal: string, context: Call['context'] = {}): Promise<string[]> {
  const deployed = new DeployedStack(Template.fromStack(stack).toJSON() as CloudFormationTemplate);
  const calls = reading(deployed, idOf(token)).map((call) => ({ ...call, context: { ...call.context, ...context } }));
  return refuted(deployed, calls.map((call) => ({ principal, call, needed: true })));
}

const stackHere = () => new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });

test.each([
  ['of the stack', (stack: Stack) => new kms.Key(stack, 'Key')],
  ['from elsewhere', keyElsewhere],
])('a CodeBuild project that has the variables may decrypt with a key %s, and another one may not', async (_, keyIn) => {
  const stack = stackHere();
  const { token } = tokenIn(stack, 'Token', { encryptionKey: keyIn(stack) });
  const project = new codebuild.PipelineProject(stack, 'Project', { environmentVariables: token.codeBuildVariables() });
  const other = new codebuild.PipelineProject(stack, 'Other');

  expect(await refused(stack, token, idOf(project.role!))).toEqual([]);
  expect(await refused(stack, token, idOf(other.role!))).toContainEqual(expect.stringContaining('kms:Decrypt'));
});

test('whoever reads the secret through its own construct, and not through the token, may decrypt as well', async () => {
  const stack = stackHere();
  const { token } = tokenIn(stack, 'Token', { encryptionKey: keyElsewhere(stack) });
  const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  token.secret.grantRead(reader);

  expect(await refused(stack, token, idOf(reader))).toEqual([]);
});

test('an account elsewhere may read there and from each replica, with keys of this app', async () => {
  const stack = stackHere();
  const { token } = tokenIn(stack, 'Token', {
    encryptionKey: new kms.Key(stack, 'Key'), replicaRegions: [{ region: OTHER_REGION, encryptionKey: new kms.Key(stack, 'ReplicaKey') }],
  });
  token.grantRead(new iam.AccountPrincipal(READER_ELSEWHERE));

  expect(await refused(stack, token, `arn:aws:iam::${READER_ELSEWHERE}:role/reader`)).toEqual([]);
  expect(await refused(stack, token, `arn:aws:iam::${OTHER_ACCOUNT}:role/reader`)).toHaveLength(6);
});

test('an organization may read, and nobody outside of it', async () => {
  const stack = stackHere();
  const { token } = tokenIn(stack, 'Token', { encryptionKey: new kms.Key(stack, 'Key') });
  token.grantRead(new iam.OrganizationPrincipal('o-a1b2c3d4e5'));
  const reader = `arn:aws:iam::${READER_ELSEWHERE}:role/reader`;

  expect(await refused(stack, token, reader, { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' })).toEqual([]);
  expect(await refused(stack, token, reader, { 'aws:PrincipalOrgID': 'o-e5d4c3b2a1' })).toHaveLength(3);
  expect(await refused(stack, token, reader)).toHaveLength(3);
});
