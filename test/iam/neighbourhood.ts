import type { Call } from './simulator';
import { ACCOUNT, REGION } from '../../sandbox/ministack';

/** What does not belong to the stack. */
export interface Strangers {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Of a domain, a repository, a secret, a key, a function, a log group. */
  readonly name: string;
  readonly service: string;
  readonly tagKey: string;
}

/** What else can be done to a resource of each kind, or to none. */
const ACTIONS: Record<string, string[]> = {
  'codeartifact:domain': [
    'GetAuthorizationToken', 'DescribeDomain', 'DeleteDomain', 'ListRepositoriesInDomain', 'ListPackageGroups',
    'GetDomainPermissionsPolicy', 'PutDomainPermissionsPolicy', 'DeleteDomainPermissionsPolicy', 'TagResource',
  ],
  'codeartifact:repository': [
    'ReadFromRepository', 'GetRepositoryEndpoint', 'DescribeRepository', 'UpdateRepository', 'DeleteRepository', 'ListPackages', 'CopyPackageVersions',
    'AssociateExternalConnection', 'AssociateWithDownstreamRepository', 'PutRepositoryPermissionsPolicy', 'DeleteRepositoryPermissionsPolicy',
  ],
  'codeartifact:package': [
    'PublishPackageVersion', 'PutPackageMetadata', 'CopyPackageVersions', 'DeletePackage', 'DeletePackageVersions', 'DisposePackageVersions',
    'UpdatePackageVersionsStatus', 'PutPackageOriginConfiguration', 'GetPackageVersionAsset', 'DescribePackageVersion', 'ListPackageVersions',
  ],
  'secretsmanager:secret': [
    'PutSecretValue', 'TagResource', 'GetSecretValue', 'DescribeSecret', 'CreateSecret', 'UpdateSecret', 'DeleteSecret', 'RestoreSecret', 'RotateSecret',
    'UpdateSecretVersionStage', 'UntagResource', 'ListSecretVersionIds', 'GetResourcePolicy', 'PutResourcePolicy', 'DeleteResourcePolicy',
    'ReplicateSecretToRegions',
  ],
  'kms:key': [
    'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'Encrypt', 'ReEncryptFrom', 'ReEncryptTo', 'CreateGrant', 'DescribeKey',
    'PutKeyPolicy', 'DisableKey', 'ScheduleKeyDeletion',
  ],
  'logs:log-group': ['CreateLogStream', 'PutLogEvents', 'GetLogEvents', 'DeleteLogStream'],
  'lambda:function': [
    'InvokeFunction', 'InvokeAsync', 'GetFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration', 'DeleteFunction', 'AddPermission', 'PublishVersion',
  ],
  'iam:role': ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity', 'iam:PassRole', 'iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy'],
  'ec2:subnet': ['ModifySubnetAttribute'],
  'ec2:security-group': ['AuthorizeSecurityGroupIngress'],
  'ec2:network-interface': [
    'CreateNetworkInterface', 'DeleteNetworkInterface', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses', 'AttachNetworkInterface',
    'ModifyNetworkInterfaceAttribute', 'CreateNetworkInterfacePermission', 'AssociateAddress',
  ],
  '*': [
    'sts:GetSessionToken', 'sts:GetWebIdentityToken', 'ec2:DescribeInstances', 'secretsmanager:ListSecrets', 'secretsmanager:BatchGetSecretValue',
    'codeartifact:ListDomains', 'codeartifact:CreateDomain', 'logs:DescribeLogGroups', 'lambda:ListFunctions', 'kms:ListKeys',
  ],
};

/**
 * How many parts of a resource's name say which it is. What follows is free: any package of a repository, any stream of
 * a log group. Not here are those of EC2: Lambda needs its permissions on every network interface.
 */
const PARTS: Record<string, number> = {
  'codeartifact:domain': 1,
  'codeartifact:repository': 2,
  'codeartifact:package': 2,
  'secretsmanager:secret': 1,
  'kms:key': 1,
  'logs:log-group': 1,
  'lambda:function': 1,
  'iam:role': 1,
};

/** How the context of a call can be otherwise. `undefined` is for a call without that key. */
const CONTEXTS: Record<string, (value: string | string[], strangers: Strangers) => (string | string[] | undefined)[]> = {
  'sts:AWSServiceName': (_, { service }) => [service, undefined],
  'sts:DurationSeconds': () => [], // nobody pins it: the API's own limit is that of the construct
  'kms:ViaService': (_, { service, region }) => [`${service.split('.')[0]}.${REGION}.amazonaws.com`, `secretsmanager.${region}.amazonaws.com`, undefined],
  'aws:TagKeys': (keys, { tagKey }) => [[tagKey], [...keys, tagKey], [...keys].map((key) => key.toUpperCase())],
  'aws:SourceAccount': (_, { account }) => [account, undefined],
  'aws:SourceArn': (value, { partition, account, region, name }) => [
    ...elsewhere(value as string, { partition, account, region }), `${value}${name}`, (value as string).replace(/[^/]+$/, name), undefined,
  ],
};

/** What the calls have in their context that the code of a function makes, and not those that Lambda makes for it. */
const BY_CODE = 'lambda:SourceFunctionArn';
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:any`;

/** The calls that are like one that is needed but for one thing: the place, a part of the name, something of the context, or the action. */
function neighboursOf(call: Call, strangers: Strangers): Call[] {
  const { resource, context } = call;
  const kind = kindOf(resource);
  const [service] = kind.split(':');
  const resources = kind in PARTS ? [...elsewhere(resource, strangers), ...otherNames(resource, strangers)] : [];
  return [
    ...resources.map((other) => ({ ...call, resource: other })),
    ...call.action.startsWith('ec2:') ? [{ ...call, context: { ...context, [BY_CODE]: FUNCTION } }] : [],
    ...Object.entries(context).flatMap(([key, value]) => CONTEXTS[key](value, strangers).map((other) => {
      const { [key]: _, ...rest } = context;
      return { ...call, context: other === undefined ? rest : { ...rest, [key]: other } };
    })),
    ...[resource, ...within(resource, strangers)].flatMap((target) => ACTIONS[kindOf(target)].map((name) => ({
      action: name.includes(':') ? name : `${service}:${name}`,
      resource: target,
      // Their context has the same keys for all actions. Elsewhere a key of one action is none of another.
      context: ['kms:key', 'iam:role', 'lambda:function'].includes(kind) ? context : name === 'TagResource' ? { 'aws:TagKeys': [strangers.tagKey] } : {},
    }))),
  ];
}

/** A principal and a call that it needs, or that it has no need of. */
export interface Claim {
  readonly principal: string;
  readonly call: Call;
  readonly needed: boolean;
}

/** What each principal needs and has no need of, among these calls and all their neighbours. */
export function claimsOf(needs: Record<string, Call[]>, strangers: Strangers, around = Object.values(needs).flat()): Claim[] {
  const calls = new Map([...around, ...around.flatMap((call) => neighboursOf(call, strangers))].map((call) => [keyOf(call), call]));
  return Object.entries(needs).flatMap(([principal, own]) => {
    const keys = new Set(own.map(keyOf));
    // Where the context does not matter, what another principal has in it does not either. That the code of a function calls does matter.
    const isNeeded = (key: string, call: Call) => keys.has(key) || (!(BY_CODE in call.context) && keys.has(keyOf({ ...call, context: {} })));
    return [...calls]
      // What knows no resource is the affair of the principal's own account.
      .filter(([, { resource }]) => !(principal.startsWith('arn:') && resource === '*'))
      .map(([key, call]) => ({ principal, call, needed: isNeeded(key, call) }));
  });
}

export const keyOf = ({ action, resource, context }: Call) => JSON.stringify([action, resource, context]);

function kindOf(resource: string): string {
  const [, , service, , , name] = resource.split(':');
  return resource === '*' ? '*' : `${service}:${name.split('/')[0]}`;
}

/** What is in a domain or a repository: who may do something to it may not for that do something to its contents. */
function within(arn: string, { name }: Strangers): string[] {
  switch (kindOf(arn)) {
    case 'codeartifact:domain':
      return [`${arn.replace(':domain/', ':repository/')}/${name}`];
    case 'codeartifact:repository':
      return [`${arn.replace(':repository/', ':package/')}/npm/scope/app`];
    default:
      return [];
  }
}

function elsewhere(arn: string, { partition, region, account }: Omit<Strangers, 'name' | 'service' | 'tagKey'>): string[] {
  const parts = arn.split(':');
  return Object.entries({ 1: partition, 3: region, 4: account })
    .filter(([at]) => parts[Number(at)] !== '') // a role has no region
    .map(([at, stranger]) => Object.assign([...parts], { [at]: stranger }).join(':'));
}

function otherNames(arn: string, { name }: Strangers): string[] {
  const kind = kindOf(arn);
  const [, prefix, rest] = /^((?:[^:]*:){5}[^:/]+[:/])(.*)$/.exec(arn)!;
  const separator = kind.startsWith('codeartifact:') ? '/' : ':';
  const parts = rest.split(separator);
  const others = parts.slice(0, PARTS[kind]).flatMap((known, at) =>
    [name, known + name, name + known, known.slice(0, -1), `${known.slice(0, -1)}_`, known.toUpperCase()]
      .map((other) => prefix + Object.assign([...parts], { [at]: other }).join(separator)));
  return kind === 'lambda:function' ? [...others, `${arn}:1`] : others;
}
