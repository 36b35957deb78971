import { type Account, inRegion, reasonOf } from './account';

/** What the names of all runs begin with. */
const ALL_RUNS = 'cdkcat-';

/** One thing that a run made, and how it is removed. */
export interface Belonging {
  /** The account and region. */
  readonly where: string;
  readonly kind: 'stack' | 'role' | 'secret' | 'log group' | 'bucket' | 'repository' | 'domain';
  readonly name: string;
  remove(): Promise<void>;
}

/** A name for a run that no other has. */
export const newPrefix = () => ALL_RUNS + Math.random().toString(36).slice(2, 8).padEnd(6, '0');

/** The run that something belongs to, by its name. */
export const runOf = ({ name }: Belonging): string => /cdkcat-[a-z0-9]{6}/.exec(name)![0];

const whereIs = ({ id, region }: Account) => `${id}, ${region}`;

/** The region for replicas: one that each account has. */
export const otherRegionThan = (region: string): string => region === 'us-east-1' ? 'us-west-2' : 'us-east-1';

/**
 * What runs have left.
 *
 * @param accounts the one of the run, and that of its reader if there is one
 * @param prefix of one run, or of all
 */
export async function belongings(accounts: readonly Account[], prefix = ALL_RUNS): Promise<Belonging[]> {
  const [own] = accounts;
  const elsewhere = inRegion(own, otherRegionThan(own.region));
  const lists = await Promise.all([
    ...[own, elsewhere].flatMap((account) => [stacks, secrets, logGroups].map((list) => list(account, prefix))),
    ...(own.rehearsal ? [own] : [own, elsewhere]).map((account) => domains(account, prefix)), // the stand-in for CodeArtifact is in one region
    buckets(own, prefix),
    ...accounts.map((account) => roles(account, prefix)), // the one of the reader gets nothing else
  ]);
  return lists.flat();
}

/** Stacks go first, because they remove what is in them, and domains last, because they must be empty. */
const ORDER: readonly Belonging['kind'][][] = [['stack'], ['role', 'secret', 'log group', 'bucket', 'repository'], ['domain']];

/**
 * Removes what runs have left, and says what it does.
 *
 * @returns what could not be removed
 */
export async function remove(accounts: readonly Account[], prefix: string | undefined, say: (line: string) => void): Promise<Belonging[]> {
  // What stands in the way of something is gone in a later round: a stack that imports from another, a policy that a test gave to a role.
  for (let round = 0; round < 4; round++) {
    const left = await belongings(accounts, prefix);
    for (const kinds of ORDER) {
      const now = left.filter(({ kind }) => kinds.includes(kind));
      await Promise.all(now.map(async (belonging) => {
        const { kind, name, where } = belonging;
        try {
          await belonging.remove();
          say(`removed the ${kind} ${name} in ${where}`);
        } catch (error) {
          say(`could not remove the ${kind} ${name} in ${where} yet: ${reasonOf(error)}`);
        }
      }));
      if (round === 0 && now.length > 0 && kinds.includes('stack')) {
        break; // what was in the stacks is gone with them: look anew
      }
    }
  }
  return belongings(accounts, prefix);
}

async function stacks(account: Account, prefix: string): Promise<Belonging[]> {
  const { Stacks } = await account.aws('cloudformation', 'describe-stacks');
  return Stacks.map(({ StackName }: any) => StackName).filter((name: string) => name.startsWith(prefix)).map((name: string): Belonging => ({
    where: whereIs(account), kind: 'stack', name, remove: () => removeStack(account, name),
  }));
}

async function removeStack({ aws }: Account, name: string): Promise<void> {
  const stack = ['--stack-name', name];
  const statusOf = async (): Promise<string> => (await aws('cloudformation', 'describe-stacks', ...stack)).Stacks[0].StackStatus;
  let status = await statusOf();
  while (/^UPDATE_.*IN_PROGRESS$/.test(status)) { // in which CloudFormation deletes none, and whose end no waiter of the CLI knows in all its states
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    status = await statusOf();
  }
  const { StackResourceSummaries: resources } = await aws('cloudformation', 'list-stack-resources', ...stack);
  const clusters = resources.filter(({ ResourceType, PhysicalResourceId }: any) => ResourceType === 'AWS::ECS::Cluster' && PhysicalResourceId);
  for (const { PhysicalResourceId: cluster } of clusters) { // which is not deleted while it has tasks
    const { taskArns } = await aws('ecs', 'list-tasks', '--cluster', cluster);
    for (const task of taskArns) {
      await aws('ecs', 'stop-task', '--cluster', cluster, '--task', task);
    }
  }
  // A custom resource whose function does not answer holds up the deletion, and is nothing by itself.
  const unanswered = resources
    .filter(({ ResourceType, ResourceStatus }: any) => ResourceStatus === 'DELETE_FAILED' && ResourceType.startsWith('Custom::'))
    .map(({ LogicalResourceId }: any) => LogicalResourceId);
  const retained = status === 'DELETE_FAILED' && unanswered.length > 0 ? ['--retain-resources', ...unanswered] : [];
  await aws('cloudformation', 'delete-stack', ...stack, ...retained);
  await aws('cloudformation', 'wait', 'stack-delete-complete', ...stack);
}

async function roles({ id, aws }: Account, prefix: string): Promise<Belonging[]> {
  const { Roles } = await aws('iam', 'list-roles');
  return Roles.map(({ RoleName }: any) => RoleName).filter((name: string) => name.startsWith(prefix)).map((name: string): Belonging => ({
    where: id,
    kind: 'role',
    name,
    remove: async () => {
      const { PolicyNames } = await aws('iam', 'list-role-policies', '--role-name', name);
      for (const policy of PolicyNames) {
        await aws('iam', 'delete-role-policy', '--role-name', name, '--policy-name', policy);
      }
      const { AttachedPolicies } = await aws('iam', 'list-attached-role-policies', '--role-name', name);
      for (const { PolicyArn } of AttachedPolicies) {
        await aws('iam', 'detach-role-policy', '--role-name', name, '--policy-arn', PolicyArn);
      }
      await aws('iam', 'delete-role', '--role-name', name);
    },
  }));
}

async function secrets(account: Account, prefix: string): Promise<Belonging[]> {
  const { aws } = account;
  const where = whereIs(account);
  const { SecretList } = await aws('secretsmanager', 'list-secrets');
  // Names that CloudFormation makes begin with the logical id: the stack is in a tag.
  const isOf = ({ Name, Tags = [] }: any) => [Name, ...Tags.map(({ Value }: any) => Value)].some((text) => text?.startsWith(prefix));
  return SecretList.filter(isOf).map(({ ARN, Name, Tags = [] }: any): Belonging => ({
    where,
    kind: 'secret',
    name: Name.startsWith(prefix) ? Name : `${Name} of ${Tags.find(({ Value }: any) => Value?.startsWith(prefix)).Value}`,
    remove: async () => {
      const { ReplicationStatus = [] } = await aws('secretsmanager', 'describe-secret', '--secret-id', ARN);
      if (ReplicationStatus.length > 0) {
        const regions = ReplicationStatus.map(({ Region }: any) => Region);
        await aws('secretsmanager', 'remove-regions-from-replication', '--secret-id', ARN, '--remove-replica-regions', ...regions);
      }
      await aws('secretsmanager', 'delete-secret', '--secret-id', ARN, '--force-delete-without-recovery');
    },
  }));
}

async function logGroups(account: Account, prefix: string): Promise<Belonging[]> {
  const { aws } = account;
  const where = whereIs(account);
  // A function without a log group of its own gets one by its name, as does a build, and whoever logs late makes it anew.
  const beginnings = [prefix, `/aws/lambda/${prefix}`, `/aws/codebuild/${prefix}`];
  const listed = await Promise.all(beginnings.map((beginning) => aws('logs', 'describe-log-groups', '--log-group-name-prefix', beginning)));
  return listed.flatMap(({ logGroups: found }) => found).map(({ logGroupName: name }: any): Belonging => ({
    where, kind: 'log group', name, remove: () => aws('logs', 'delete-log-group', '--log-group-name', name),
  }));
}

async function buckets(account: Account, prefix: string): Promise<Belonging[]> {
  const { aws, region } = account;
  const { Buckets } = await aws('s3api', 'list-buckets');
  const ours: string[] = Buckets.map(({ Name }: any) => Name).filter((name: string) => name.startsWith(prefix) && name.endsWith(region));
  return ours.map((name): Belonging => ({
    where: whereIs(account),
    kind: 'bucket',
    name,
    remove: async () => {
      await aws('s3api', 'list-objects-v2', '--bucket', name).then(({ Contents = [] }) => Promise.all(
        Contents.map(({ Key }: any) => aws('s3api', 'delete-object', '--bucket', name, '--key', Key)),
      ));
      await aws('s3api', 'delete-bucket', '--bucket', name);
    },
  }));
}

async function domains(account: Account, prefix: string): Promise<Belonging[]> {
  const { aws } = account;
  const where = whereIs(account);
  const { domains: listed } = await aws('codeartifact', 'list-domains');
  const ours: string[] = listed.map(({ name }: any) => name).filter((name: string) => name.startsWith(prefix));
  const found = await Promise.all(ours.map(async (domain): Promise<Belonging[]> => {
    const { repositories } = await aws('codeartifact', 'list-repositories-in-domain', '--domain', domain);
    return [
      ...repositories.map(({ name }: any): Belonging => ({
        where,
        kind: 'repository',
        name: `${domain}/${name}`,
        remove: () => aws('codeartifact', 'delete-repository', '--domain', domain, '--repository', name),
      })),
      { where, kind: 'domain', name: domain, remove: () => aws('codeartifact', 'delete-domain', '--domain', domain) },
    ];
  }));
  return found.flat();
}
