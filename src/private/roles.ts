import { ArnFormat, AspectPriority, Aspects, Lazy, PhysicalName, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledge';
import { renderedProperties } from './rendered';
import { EXPIRES_AT_TAG, PENDING_TAG, VERSION_ID_TAG } from './settings';
import { TokenSecret, viaSecretsManager } from './token-secret';
import { ICodeArtifactDomain } from '../codeartifact-domain';

const NETWORK_POLICY = 'NetworkPolicy';

interface FunctionRoleProps {
  readonly domain: ICodeArtifactDomain;
  readonly readFrom?: string[];
  readonly publishTo?: string[];
  readonly roleName?: string;
  readonly secret: TokenSecret;
  readonly logGroup: logs.ILogGroup;
  readonly managedRotation?: boolean;
}

/** What lets the function call each service, among the statements of its policy. */
export interface FunctionCalls {
  readonly codeArtifact: iam.PolicyStatement[];
  readonly secretsManager: iam.PolicyStatement[];
}

interface FunctionRole {
  readonly role: iam.Role;
  /** Of its own, so that no wildcard which a user adds to the role is acknowledged with ours. */
  readonly policy: iam.Policy;
  readonly calls: FunctionCalls;
}

/**
 * The role of the function, which is the identity of its tokens: what the function calls, and what the tokens may do.
 *
 * Its policy is not attached yet: `attach` does it.
 */
export function functionRole(scope: Construct, props: FunctionRoleProps): FunctionRole {
  const { domain, readFrom, publishTo, secret, logGroup, managedRotation } = props;
  const { region } = Stack.of(scope);
  const role = new iam.Role(scope, 'Role', {
    roleName: props.roleName ?? PhysicalName.GENERATE_IF_NEEDED,
    description: `Whoever has the CodeArtifact authorization token of this role acts as it in the domain ${domain.domainName}`,
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  const policy = new iam.Policy(role, 'Policy');
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
      resources: [secret.arnBeforeFirstToken],
    }),
    new iam.PolicyStatement({
      actions: ['secretsmanager:TagResource'],
      resources: [secret.arnBeforeFirstToken],
      conditions: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': [EXPIRES_AT_TAG, VERSION_ID_TAG, ...(managedRotation ? [PENDING_TAG] : [])] },
      },
    }),
    ...managedRotation ? [new iam.PolicyStatement({
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:UpdateSecretVersionStage'],
      resources: [secret.arnBeforeFirstToken],
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
  for (const replica of secret.replicas) {
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
  return { role, policy, calls: { codeArtifact, secretsManager } };
}

/**
 * Attaches a policy to a role. Of a role that is made elsewhere (`iam.Role.customizeRoles`), the statements are then in the
 * report that tells what it must be allowed, and there is no policy in the template.
 */
export function attach(policy: iam.Policy, role: iam.Role): void {
  acknowledgeWildcards(policy);
  role.attachInlinePolicy(policy);
}

/**
 * Lets Lambda make the network interfaces of a function, if it is in a VPC or an Aspect puts it there.
 *
 * The security groups depend on the policy, so that it is still there while Lambda removes the interfaces: a group is deleted
 * once the last of them is gone. https://github.com/aws/aws-cdk/issues/12827
 */
export function allowNetworkInterfaces(fn: lambda.Function, role: iam.Role): void {
  if (fn.isBoundToVpc) {
    const policy = networkPolicy(role);
    const stack = Stack.of(fn);
    // A group of another stack would make that depend on this one, which depends on it already.
    fn.connections.securityGroups.filter((group) => Stack.of(group) === stack).forEach((group) => group.node.addDependency(policy));
    return;
  }
  const resource = fn.node.defaultChild!;
  Aspects.of(fn).add({
    visit: (node) => {
      // Once, also for an app that is synthesised again.
      if (node === resource && renderedProperties(resource).VpcConfig && !role.node.tryFindChild(NETWORK_POLICY)) {
        networkPolicy(role);
      }
    },
  }, { priority: AspectPriority.READONLY - 1 }); // after the Aspects that change the function, and before those that only look
}

function networkPolicy(role: iam.Role): iam.Policy {
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
  const policy = new iam.Policy(role, NETWORK_POLICY, {
    statements: [
      new iam.PolicyStatement(networkInterfaces),
      // Lambda needs them, and the code of the function does not. Only calls of the latter have that key.
      new iam.PolicyStatement({ effect: iam.Effect.DENY, ...networkInterfaces, conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } } }),
    ],
  });
  attach(policy, role);
  return policy;
}

/** What sends to a queue, as a service does that was not given more. */
export function sendTo(queue?: sqs.IQueue): iam.PolicyStatement[] {
  return queue === undefined ? [] : [new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }), ...useKeyOf(queue)];
}

/** What sending to an encrypted queue takes beside. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html */
export function useKeyOf(queue?: sqs.IQueue): iam.PolicyStatement[] {
  const key = queue?.encryptionMasterKey;
  return key ? [new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] })] : [];
}

/** The ARN of a role, also for a stack elsewhere, by the path and the name that are in the template in the end: an Aspect may have changed them. */
export function roleArn(role: iam.IRole): string {
  return Lazy.uncachedString({
    produce: (context) => {
      if (role.node.defaultChild === undefined || Stack.of(context.scope).environment === role.stack.environment) {
        return role.roleArn;
      }
      context.resolve(role.roleArn); // has aws-cdk-lib generate a name
      const { Path: path = '/', RoleName: roleName } = renderedProperties(role);
      return role.stack.formatArn({ service: 'iam', region: '', resource: `role${path}${roleName}`, arnFormat: ArnFormat.NO_RESOURCE_NAME });
    },
  });
}
