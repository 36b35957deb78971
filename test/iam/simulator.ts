import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT, REGION } from '../../sandbox/ministack';

/** A call as IAM sees it. */
export interface Call {
  readonly action: string;
  /** Its ARN, or `*` for an action that knows no resource. */
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
}

export interface CloudFormationTemplate {
  readonly Resources: Record<string, { Type: string; Properties: Record<string, any> }>;
}

const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
};

const ARNS: Record<string, (name: string) => string> = {
  'AWS::CodeArtifact::Domain': (name) => `arn:aws:codeartifact:${REGION}:${ACCOUNT}:domain/${name}`,
  'AWS::CodeArtifact::Repository': (name) => `arn:aws:codeartifact:${REGION}:${ACCOUNT}:repository/domain/${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
  'AWS::KMS::Key': (name) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`,
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`,
  'AWS::SecretsManager::Secret': (name) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-AbCdEf`,
};

const allow = (principal?: object) => ({
  Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...principal && { Principal: principal } }],
});

const ALLOWS_EVERYTHING = allow();

/** Whatever is not in the template trusts this account, so that what is denied is denied by the role. */
const TRUSTS_THIS_ACCOUNT = allow({ AWS: `arn:aws:iam::${ACCOUNT}:root` });

/**
 * A template in which the permissions of functions are spelled out as the statements that Lambda makes of them.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function spelledOut({ Resources, ...rest }: CloudFormationTemplate): CloudFormationTemplate {
  return {
    ...rest,
    Resources: Object.fromEntries(Object.entries(Resources).map(([id, resource]) => {
      const { FunctionName, Action, Principal, SourceAccount, SourceArn } = resource.Properties ?? {};
      const Statement = [{
        Effect: 'Allow',
        Action,
        Principal: { Service: Principal },
        Resource: FunctionName,
        Condition: { StringEquals: { 'aws:SourceAccount': SourceAccount }, ArnLike: { 'aws:SourceArn': SourceArn } },
      }];
      return [id, resource.Type === 'AWS::Lambda::Permission' ? { ...resource, Properties: { FunctionName, FunctionPolicy: { Statement } } } : resource];
    })),
  };
}

/** A template as if it were deployed, every resource by its logical id. */
export class DeployedStack {
  private readonly resolved = new Map<unknown, any>();

  /** @param arns those of resources that exist */
  public constructor(public readonly template: CloudFormationTemplate, private readonly arns: Readonly<Record<string, string>> = {}) {
    for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
      const isUnknown = /^AWS::IAM::(?!Role$|Policy$)/.test(Type) || (Type === 'AWS::Lambda::Permission' && !Properties.FunctionPolicy);
      if (isUnknown || Properties?.ManagedPolicyArns || Properties?.PermissionsBoundary) {
        throw new Error(`cannot tell what ${id} permits`);
      }
    }
  }

  public idsOf(type: string): string[] {
    return Object.keys(this.template.Resources).filter((id) => this.template.Resources[id].Type === type);
  }

  public arnOf(id: string): string {
    return this.arns[id] ?? ARNS[this.template.Resources[id].Type](id);
  }

  /** The ARN of a resource, and those of its replicas, which have the same policy. */
  private arnsOf(id: string): string[] {
    const { ReplicaRegions = [] } = this.template.Resources[id].Properties ?? {};
    return [REGION, ...ReplicaRegions.map(({ Region }: { Region: string }) => Region)].map((region) => this.arnOf(id).replace(REGION, region));
  }

  /** A value of the template without intrinsic functions. */
  public resolve(value: any): any {
    if (Array.isArray(value)) {
      return value.map((item) => this.resolve(item));
    }
    if (typeof value !== 'object') {
      return value;
    }
    const [name] = Object.keys(value);
    if (name === 'Ref' || name?.startsWith('Fn::')) {
      return this.evaluate(name, value[name]);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item)]));
  }

  private evaluate(name: string, argument: any): string {
    const resource = this.template.Resources[name === 'Fn::GetAtt' ? argument[0] : argument];
    if (name === 'Fn::Join') {
      return this.resolve(argument[1]).join(argument[0]);
    } else if (name === 'Fn::Select' && 'Fn::Split' in argument[1]) {
      const [separator, whole] = argument[1]['Fn::Split'];
      return this.resolve(whole).split(separator)[argument[0]];
    } else if (name === 'Ref' && argument in PSEUDO_PARAMETERS) {
      return PSEUDO_PARAMETERS[argument];
    } else if (name === 'Ref' && resource) {
      return resource.Type === 'AWS::SecretsManager::Secret' ? this.arnOf(argument) : argument;
    } else if (name === 'Fn::GetAtt' && argument[1] === 'Arn') {
      return this.arnOf(argument[0]);
    } else if (name === 'Fn::GetAtt' && resource.Type === 'Custom::CodeArtifactToken' && argument[1] === 'SecretArn') {
      return this.resolve(resource.Properties.Function.Environment.Variables.SECRET_ARN);
    }
    throw new Error(`cannot resolve ${name} ${JSON.stringify(argument)}`);
  }

  /**
   * Whether a principal may make a call.
   *
   * @param principal the logical id of a role, the name of a service, or the ARN of a role elsewhere, which its own account allows everything
   */
  public async may(principal: string, call: Call): Promise<boolean> {
    const isRole = principal in this.template.Resources;
    return this.isAllowed(call, isRole ? this.sessionOf(principal) : { arn: principal, context: {} }, {
      identityPolicies: isRole ? this.policiesOf(principal) : principal.startsWith('arn:') ? [{ name: 'elsewhere', policy: ALLOWS_EVERYTHING }] : [],
      resourcePolicy: call.resource === '*' ? undefined : this.resourcePolicyOf(call.resource),
    });
  }

  /** Whether the policy of a VPC endpoint lets a call of a role through, for all that the role itself may do. */
  public async letsThrough(endpointId: string, roleId: string, call: Call): Promise<boolean> {
    return this.isAllowed(call, this.sessionOf(roleId), {
      identityPolicies: [{ name: roleId, policy: ALLOWS_EVERYTHING }],
      resourcePolicy: allow({ AWS: '*' }),
      vpcEndpointPolicies: [{ name: endpointId, policy: this.resolve(this.template.Resources[endpointId].Properties.PolicyDocument) }],
    });
  }

  private sessionOf(roleId: string) {
    return { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${roleId}/session`, context: { 'aws:PrincipalArn': this.arnOf(roleId) } };
  }

  private async isAllowed(
    { action, resource, context }: Call,
    caller: { arn: string; context: object },
    policies: Pick<Simulation, 'identityPolicies' | 'resourcePolicy' | 'vpcEndpointPolicies'>,
  ): Promise<boolean> {
    const answer = await runSimulation({
      request: {
        principal: caller.arn,
        action,
        resource: { resource, accountId: (resource === '*' ? caller.arn : resource).split(':')[4] },
        contextVariables: { ...caller.context, ...context },
      },
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...policies,
    }, {});
    // A call that the simulator does not understand it would deny, or evaluate without its context.
    if (answer.resultType !== 'single' || answer.result.ignoredContextKeys?.length) {
      throw new Error(`cannot simulate ${JSON.stringify({ action, resource, context })}: ${JSON.stringify(answer)}`);
    }
    return answer.overallResult === 'Allowed';
  }

  private policiesOf(roleId: string): { name: string; policy: unknown }[] {
    return this.once(`policies of ${roleId}`, () => [
      ...this.resolve(this.template.Resources[roleId].Properties.Policies ?? []),
      ...this.idsOf('AWS::IAM::Policy')
        .map((id) => this.resolve(this.template.Resources[id].Properties))
        .filter(({ Roles }) => Roles.includes(roleId)),
    ].map(({ PolicyName, PolicyDocument }) => ({ name: PolicyName, policy: PolicyDocument })));
  }

  private resourcePolicyOf(resource: string): unknown {
    // A package is under the policy of its repository.
    const arn = resource.replace(/:package\/([^/]+\/[^/]+)\/.*/, ':repository/$1');
    const id = this.once('ids', () => new Map(Object.entries(this.template.Resources)
      .filter(([, { Type }]) => Type in ARNS)
      .flatMap(([key]) => this.arnsOf(key).map((own) => [own, key] as const)))).get(arn);
    return this.once(`policy of ${arn}`, () => {
      const { Properties } = this.template.Resources[id] ?? { Properties: {} };
      const ofSecret = this.idsOf('AWS::SecretsManager::ResourcePolicy')
        .map((policyId) => this.resolve(this.template.Resources[policyId].Properties))
        .find(({ SecretId }) => id !== undefined && SecretId === this.arnOf(id));
      const ofFunction = this.idsOf('AWS::Lambda::Permission')
        .map((policyId) => this.resolve(this.template.Resources[policyId].Properties))
        .filter(({ FunctionName }) => FunctionName === arn)
        .flatMap(({ FunctionPolicy }) => FunctionPolicy.Statement);
      if (ofFunction.length > 0) {
        return { ...TRUSTS_THIS_ACCOUNT, Statement: [...TRUSTS_THIS_ACCOUNT.Statement, ...ofFunction] };
      }
      const own = Properties.AssumeRolePolicyDocument ?? Properties.KeyPolicy ?? Properties.PermissionsPolicyDocument;
      return this.resolve(own ?? ofSecret?.ResourcePolicy ?? TRUSTS_THIS_ACCOUNT);
    });
  }

  private once(key: string, make: () => any): any {
    if (!this.resolved.has(key)) {
      this.resolved.set(key, make());
    }
    return this.resolved.get(key);
  }
}
