import { type Account, reasonOf, Refusal } from './account';
import { belongings, runOf } from './belongings';

/** What the run, its tests and their stacks do, without the reading of what they have made. */
const ACTIONS = [
  'batch:CreateComputeEnvironment', 'batch:CreateJobQueue', 'batch:RegisterJobDefinition', 'batch:SubmitJob', 'batch:DescribeJobs',
  'batch:TerminateJob',
  'cloudformation:CreateStack', 'cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet', 'cloudformation:DeleteStack',
  'cloudtrail:LookupEvents', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricWidgetImage', 'cloudwatch:PutDashboard', 'cloudwatch:PutMetricAlarm',
  'codeartifact:AssociateExternalConnection', 'codeartifact:CreateDomain', 'codeartifact:CreateRepository', 'codeartifact:DeleteDomain',
  'codeartifact:DeleteRepository', 'codeartifact:GetAuthorizationToken', 'codeartifact:GetRepositoryEndpoint', 'codeartifact:ListPackages',
  'codeartifact:ListRepositoriesInDomain', 'codeartifact:PublishPackageVersion', 'codeartifact:PutDomainPermissionsPolicy',
  'codeartifact:PutRepositoryPermissionsPolicy', 'codeartifact:ReadFromRepository',
  'codebuild:BatchGetBuilds', 'codebuild:CreateProject', 'codebuild:StartBuild',
  'ec2:CreateInternetGateway', 'ec2:CreateSecurityGroup', 'ec2:CreateSubnet', 'ec2:CreateVpc', 'ec2:CreateVpcEndpoint', 'ec2:DeleteVpc',
  'ec2:DescribeRegions',
  'ecs:CreateCluster', 'ecs:RegisterTaskDefinition', 'ecs:RunTask', 'ecs:StopTask',
  'iam:AttachRolePolicy', 'iam:CreatePolicy', 'iam:CreateRole', 'iam:CreateServiceLinkedRole', 'iam:DeletePolicy', 'iam:DeleteRole',
  'iam:DeleteRolePolicy',
  'iam:DetachRolePolicy', 'iam:ListRolePolicies', 'iam:PassRole', 'iam:PutRolePolicy',
  'kms:CreateKey', 'kms:DisableKey', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion',
  'lambda:CreateFunction', 'lambda:GetLayerVersion', 'lambda:InvokeFunction', 'lambda:PutFunctionConcurrency',
  'logs:CreateLogGroup', 'logs:DeleteLogGroup', 'logs:FilterLogEvents', 'logs:GetLogEvents',
  's3:CreateBucket', 's3:DeleteBucket', 's3:DeleteObject', 's3:ListAllMyBuckets', 's3:PutObject',
  'scheduler:CreateSchedule', 'scheduler:UpdateSchedule',
  'secretsmanager:CreateSecret', 'secretsmanager:DeleteSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutResourcePolicy',
  'secretsmanager:ReplicateSecretToRegions', 'secretsmanager:RotateSecret',
  'servicequotas:ListAWSDefaultServiceQuotas', 'sqs:CreateQueue', 'ssm:GetParameters', 'ssm:GetParametersByPath',
  'sts:AssumeRole', 'sts:GetServiceBearerToken',
];

/** Looks, before anything is made, for what would stop a run. @throws Refusal with what to do */
export async function check(accounts: readonly [Account, ...Account[]]): Promise<void> {
  const [account] = accounts;
  await checkRegion(account);
  await checkLeftovers(accounts);
  await checkPermissions(account);
}

async function checkRegion({ aws, region }: Account): Promise<void> {
  try {
    await aws('codeartifact', 'list-domains');
  } catch (error) {
    const reason = reasonOf(error);
    throw new Refusal(/Could not connect to the endpoint URL|Invalid endpoint/.test(reason)
      ? `CodeArtifact is not in the region ${region}: ${reason}. Give a region that has it with --region, such as eu-west-1 or us-east-1. Nothing was made.`
      : `codeartifact:ListDomains in ${region} failed: ${reason}. Nothing was made.`);
  }
}

async function checkLeftovers(accounts: readonly Account[]): Promise<void> {
  const left = await belongings(accounts);
  if (left.length > 0) {
    throw new Refusal(`The account ${accounts[0].id} has leftovers of a run that was interrupted, or another run is under way: ${[...new Set(left.map(runOf))].join(', ')}.`
      + ' If none is under way, list and remove them with `npm run acceptance:leftovers`, with the same options. Nothing was made.');
  }
}

async function checkPermissions({ aws, arn }: Account): Promise<void> {
  if (arn.endsWith(':root')) {
    return; // it may do everything, and cannot be asked about
  }
  // Policies belong to the role of a session. Its path is not in the name of the session.
  const [, roleName] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  try {
    const source = roleName ? (await aws('iam', 'get-role', '--role-name', roleName)).Role.Arn : arn;
    const { EvaluationResults } = await aws('iam', 'simulate-principal-policy', '--policy-source-arn', source, '--action-names', ...ACTIONS);
    const denied = EvaluationResults.filter(({ EvalDecision }: any) => EvalDecision !== 'allowed').map(({ EvalActionName }: any) => EvalActionName);
    if (denied.length > 0) {
      throw new Refusal(`${arn} lacks these permissions: ${denied.join(', ')}. Give them, or sign in as someone who has them. Nothing was made.`);
    }
  } catch (error) {
    if (error instanceof Refusal) {
      throw error;
    }
    throw new Refusal(`Whether ${arn} may do what the run does cannot be found out: ${reasonOf(error)}.`
      + ' Give it iam:GetRole and iam:SimulatePrincipalPolicy. Nothing was made.');
  }
}
