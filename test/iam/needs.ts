import { recordRun } from './recording';
import type { Call, DeployedStack } from './simulator';
import { ACCOUNT, type MiniStack, REGION } from '../../sandbox/ministack';

/** The calls that each principal must be able to make. */
export type Needs = Record<string, Call[]>;

/** What the role of a token needs, and whoever has to do with its function. */
export async function needsOfToken(stack: DeployedStack, functionId: string, opens: Call[], cloud: MiniStack): Promise<Needs> {
  const { Role, Environment, LoggingConfig, VpcConfig } = stack.template.Resources[functionId].Properties;
  const [roleId] = Role['Fn::GetAtt'];
  const rotates = stack.idsOf('AWS::SecretsManager::RotationSchedule')
    .some((id) => stack.template.Resources[id].Properties.RotationLambdaARN['Fn::GetAtt'][0] === functionId);
  const environment = stack.resolve(Environment.Variables);
  const recorded = await recordRun(environment, cloud, rotates);
  const schedule = stack.idsOf('AWS::Scheduler::Schedule')
    .map((id) => stack.template.Resources[id].Properties)
    .find(({ Target }) => Target.Arn['Fn::GetAtt'][0] === functionId)!;
  const [scheduleRoleId] = schedule.Target.RoleArn['Fn::GetAtt'];
  return {
    [roleId]: [
      ...recorded.flatMap((call) => [call, ...impliedBy(call, stack)]),
      ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => (
        { action, resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${LoggingConfig.LogGroup.Ref}:log-stream:2026/01/01/[$LATEST]0`, context: {} })),
      ...VpcConfig ? NETWORK_INTERFACES : [],
      ...opens,
    ],
    [scheduleRoleId]: [{ action: 'lambda:InvokeFunction', resource: stack.arnOf(functionId), context: {} }],
    'secretsmanager.amazonaws.com': rotates ? [{
      action: 'lambda:InvokeFunction', resource: stack.arnOf(functionId), context: { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': environment.SECRET_ARN },
    }] : [],
    'lambda.amazonaws.com': [assuming(stack.arnOf(roleId))],
    'scheduler.amazonaws.com': [assuming(stack.arnOf(scheduleRoleId), {
      'aws:SourceAccount': ACCOUNT,
      'aws:SourceArn': `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/${schedule.GroupName ?? 'default'}`,
    })],
  };
}

export const assuming = (resource: string, context: Call['context'] = {}): Call => ({ action: 'sts:AssumeRole', resource, context });

export const bearerToken = (): Call => (
  { action: 'sts:GetServiceBearerToken', resource: '*', context: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com', 'sts:DurationSeconds': '43200' } });

/** What a reader of a secret needs, there and at each replica: its value, and of a key of one's own the decryption. */
export function reading(stack: DeployedStack, secretId: string): Call[] {
  const { KmsKeyId, ReplicaRegions = [] } = stack.template.Resources[secretId].Properties;
  return [{ Region: REGION, KmsKeyId }, ...ReplicaRegions].flatMap((place) => {
    const resource = stack.arnOf(secretId).replace(REGION, place.Region);
    return [
      { action: 'secretsmanager:GetSecretValue', resource, context: {} },
      { action: 'secretsmanager:DescribeSecret', resource, context: {} },
      ...keyCalls(['kms:Decrypt'], place.KmsKeyId, stack, place.Region),
    ];
  });
}

/** What the services do in the caller's name. */
function impliedBy({ action, resource }: Call, stack: DeployedStack): Call[] {
  switch (action) {
    // https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
    case 'codeartifact:GetAuthorizationToken':
      return [bearerToken()];
    // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    case 'secretsmanager:PutSecretValue': {
      const secretId = stack.idsOf('AWS::SecretsManager::Secret').find((id) => stack.arnOf(id) === resource)!;
      const { KmsKeyId, ReplicaRegions = [] } = stack.template.Resources[secretId].Properties;
      return [
        ...keyCalls(['kms:GenerateDataKey', 'kms:Decrypt'], KmsKeyId, stack),
        // https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets_troubleshoot.html
        ...ReplicaRegions.flatMap((replica: any) => [REGION, replica.Region].flatMap((region) => (
          keyCalls(['kms:GenerateDataKey', 'kms:Encrypt'], replica.KmsKeyId, stack, region)))),
      ];
    }
    default:
      return [];
  }
}

function keyCalls(actions: string[], key: unknown, stack: DeployedStack, region = REGION): Call[] {
  return key
    ? actions.map((action) => ({ action, resource: stack.resolve(key), context: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } }))
    : [];
}

const ec2 = (action: string, resource: string): Call => (
  { action: `ec2:${action}`, resource: resource === '*' ? '*' : `arn:aws:ec2:${REGION}:${ACCOUNT}:${resource}`, context: {} });

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
const NETWORK_INTERFACES = [
  ec2('CreateNetworkInterface', 'network-interface/eni-0'),
  ec2('CreateNetworkInterface', 'subnet/subnet-0'),
  ec2('CreateNetworkInterface', 'security-group/sg-0'),
  ec2('DeleteNetworkInterface', 'network-interface/eni-0'),
  ec2('AssignPrivateIpAddresses', 'network-interface/eni-0'),
  ec2('UnassignPrivateIpAddresses', 'network-interface/eni-0'),
  ec2('DescribeNetworkInterfaces', '*'),
  ec2('DescribeSubnets', '*'),
];
