import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EXPIRES_AT_TAG, PENDING_TAG, VERSION_ID_TAG } from './settings';
import { ICodeArtifactDomain } from '../codeartifact-domain';

interface FunctionRoleProps {
  readonly domain: ICodeArtifactDomain;
  readonly readFrom?: string[];
  readonly publishTo?: string[];
  readonly secret: secretsmanager.Secret;
  readonly logGroup: logs.ILogGroup;
  readonly deadLetterQueue?: sqs.IQueue;
  readonly inVpc: boolean;
  readonly managedRotation: boolean;
}

/**
 * The role of the function, which is the identity of its tokens: what the function calls, and what the tokens may do.
 */
export function functionRole(scope: Construct, props: FunctionRoleProps): iam.Role {
  const { domain, readFrom, publishTo, secret, logGroup, deadLetterQueue, inVpc, managedRotation } = props;
  const role = new iam.Role(scope, 'Role', {
    description: `Whoever has the CodeArtifact authorization token of this role acts as it in the domain ${domain.domainName}`,
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  domain.grantAuthorize(role);
  if (readFrom) {
    domain.grantRead(role, ...readFrom);
  }
  if (publishTo) {
    domain.grantPublish(role, ...publishTo);
  }
  role.addToPolicy(new iam.PolicyStatement({
    actions: ['secretsmanager:PutSecretValue'],
    resources: [secret.secretArn],
  }));
  role.addToPolicy(new iam.PolicyStatement({
    actions: ['secretsmanager:TagResource'],
    resources: [secret.secretArn],
    conditions: {
      'ForAllValues:StringEquals': { 'aws:TagKeys': [EXPIRES_AT_TAG, VERSION_ID_TAG, ...(managedRotation ? [PENDING_TAG] : [])] },
    },
  }));
  if (managedRotation) {
    role.addToPolicy(new iam.PolicyStatement({
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:UpdateSecretVersionStage'],
      resources: [secret.secretArn],
    }));
  }
  if (secret.encryptionKey) {
    // On the role and not in the key's policy, which can be changed only for a key of this app.
    // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    role.addToPolicy(new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [secret.encryptionKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(scope).region}.amazonaws.com` } },
    }));
  }
  logGroup.grantWrite(role);
  if (deadLetterQueue) {
    // Function grants sending alone, which an encrypted queue refuses.
    sendTo(deadLetterQueue).forEach((statement) => role.addToPolicy(statement));
  }
  if (inVpc) {
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    role.addToPolicy(new iam.PolicyStatement({
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }));
  }
  return role;
}

/** What sends to a queue, as a service does that was not given more. */
export function sendTo(queue: sqs.IQueue): iam.PolicyStatement[] {
  const statements = [new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] })];
  if (queue.encryptionMasterKey) {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    statements.push(new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [queue.encryptionMasterKey.keyArn] }));
  }
  return statements;
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
