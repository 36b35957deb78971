import { Aws, PhysicalName, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledge';
import { EXPIRES_AT_TAG, PENDING_TAG, VERSION_ID_TAG } from './settings';
import { viaSecretsManager } from './token-secret';
import { ICodeArtifactDomain } from '../codeartifact-domain';

interface FunctionRoleProps {
  readonly domain: ICodeArtifactDomain;
  readonly readFrom?: string[];
  readonly publishTo?: string[];
  readonly roleName?: string;
  readonly secret: secretsmanager.Secret;
  readonly replicaRegions?: secretsmanager.ReplicaRegion[];
  readonly logGroup: logs.ILogGroup;
  readonly deadLetterQueue?: sqs.IQueue;
  readonly inVpc: boolean;
  readonly managedRotation: boolean;
}

interface FunctionRole {
  readonly role: iam.Role;
  /** What lets the function call each service, among the statements of the role. */
  readonly calls: { readonly codeArtifact: iam.PolicyStatement[]; readonly secretsManager: iam.PolicyStatement[] };
}

/**
 * The role of the function, which is the identity of its tokens: what the function calls, and what the tokens may do.
 */
export function functionRole(scope: Construct, props: FunctionRoleProps): FunctionRole {
  const { domain, readFrom, publishTo, secret, replicaRegions = [], logGroup, deadLetterQueue, inVpc, managedRotation } = props;
  const { region } = Stack.of(scope);
  const role = new iam.Role(scope, 'Role', {
    roleName: props.roleName ?? PhysicalName.GENERATE_IF_NEEDED,
    description: `Whoever has the CodeArtifact authorization token of this role acts as it in the domain ${domain.domainName}`,
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  // Of its own, so that no wildcard which a user adds to the role is acknowledged with ours.
  const policy = new iam.Policy(role, 'Policy', { roles: [role] });
  const add = (statement: iam.PolicyStatementProps) => policy.addStatements(new iam.PolicyStatement(statement));
  const { principalStatements: codeArtifact } = domain.grantAuthorize(policy);
  if (readFrom) {
    domain.grantRead(policy, ...readFrom);
  }
  if (publishTo) {
    domain.grantPublish(policy, ...publishTo);
  }
  const secretsManager = [
    new iam.PolicyStatement({
      actions: ['secretsmanager:PutSecretValue'],
      resources: [secret.secretArn],
    }),
    new iam.PolicyStatement({
      actions: ['secretsmanager:TagResource'],
      resources: [secret.secretArn],
      conditions: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': [EXPIRES_AT_TAG, VERSION_ID_TAG, ...(managedRotation ? [PENDING_TAG] : [])] },
      },
    }),
    ...managedRotation ? [new iam.PolicyStatement({
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:UpdateSecretVersionStage'],
      resources: [secret.secretArn],
    })] : [],
  ];
  policy.addStatements(...secretsManager);
  if (secret.encryptionKey) {
    // On the role and not in the key's policy, which can be changed only for a key of this app.
    // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    add({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [secret.encryptionKey.keyArn],
      conditions: viaSecretsManager(region),
    });
  }
  for (const replica of replicaRegions) {
    if (replica.encryptionKey) {
      // Secrets Manager writes a replica in the name of whoever wrote the secret. From which of the two regions is not documented.
      // https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets_troubleshoot.html
      add({
        actions: ['kms:Encrypt', 'kms:GenerateDataKey'],
        resources: [replica.encryptionKey.keyArn],
        conditions: viaSecretsManager(region, replica.region),
      });
    }
  }
  // Not logGroup.grantWrite, which fails with a policy where the account of the stack is not known.
  add({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  });
  if (deadLetterQueue) {
    // Function grants sending to the role, which an encrypted queue refuses.
    policy.addStatements(...useKeyOf(deadLetterQueue));
  }
  if (inVpc) {
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    const networkInterfaces = {
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    };
    add(networkInterfaces);
    // Lambda needs them, and the code of the function does not. Only calls of the latter have that key.
    add({ effect: iam.Effect.DENY, ...networkInterfaces, conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } } });
  }
  acknowledgeWildcards(policy);
  return { role, calls: { codeArtifact, secretsManager } };
}

/** What sends to a queue, as a service does that was not given more. */
export function sendTo(queue: sqs.IQueue): iam.PolicyStatement[] {
  return [new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }), ...useKeyOf(queue)];
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html */
function useKeyOf({ encryptionMasterKey }: sqs.IQueue): iam.PolicyStatement[] {
  return encryptionMasterKey ? [new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [encryptionMasterKey.keyArn] })] : [];
}

/** The role of a schedule, which may do what the statements say and nothing else. */
export function scheduleRole(scope: Construct, id: string, ...statements: iam.PolicyStatement[]): iam.IRole {
  const role = new iam.Role(scope, id, {
    assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
        StringEquals: {
          'aws:SourceAccount': Aws.ACCOUNT_ID,
          'aws:SourceArn': Stack.of(scope).formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: 'default' }),
        },
      },
    }),
    inlinePolicies: { Target: new iam.PolicyDocument({ statements }) },
  });
  // The targets of aws-scheduler-targets would grant more: every version of the function, for one.
  return role.withoutPolicyUpdates();
}
