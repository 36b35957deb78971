import {
  Annotations, ArnFormat, CustomResource, Fn, IResolveContext, Lazy, Reference, Resource, SecretValue, Stack, Token, TokenComparison,
} from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IConstruct } from 'constructs';
import { flatten } from './flatten';
import { renderedProperties } from './rendered';

/** The secret at home, or a replica of it. */
interface Place {
  readonly region: string;
  readonly encryptionKey?: kms.IKey;
}

/** What holds for each use of a key that Secrets Manager makes in the name of its caller. */
export function viaSecretsManager(...regions: string[]): Record<string, Record<string, string | string[]>> {
  const [service, ...others] = regions.map((region) => `secretsmanager.${region}.amazonaws.com`);
  return { StringEquals: { 'kms:ViaService': others.length > 0 ? [service, ...others] : service } };
}

/**
 * A secret that is born empty, whose ARN and name come from the resource that puts the first token into it, and whose
 * readers may decrypt it.
 *
 * With Secret of aws-cdk-lib, readers may decrypt by the policy of the key alone. That of a key from elsewhere it cannot
 * change (https://github.com/aws/aws-cdk/issues/20087), and one of the app then depends on the stacks of all readers.
 *
 * A subclass, so that members which newer versions of ISecret have are those of Secret, in each language of jsii.
 */
export class TokenSecret extends secretsmanager.Secret {
  /** The ARN for what the first token itself needs. */
  public readonly arnBeforeFirstToken: string;
  public declare readonly secretArn: string;
  public declare readonly secretName: string;
  // Declared only, because the constructor of Secret fills it.
  private declare replicaPlaces?: Place[];

  public constructor(scope: Construct, id: string, props: secretsmanager.SecretProps, firstToken: CustomResource) {
    super(scope, id, props);
    // Secret would have CloudFormation generate a password, which a reader would take for a token.
    (this.node.defaultChild as secretsmanager.CfnSecret).generateSecretString = undefined;
    this.arnBeforeFirstToken = this.secretArn;
    this.secretArn = this.attribute(firstToken.getAtt('SecretArn'), (context) => this.partialArn(context));
    this.secretName = this.attribute(firstToken.getAtt('SecretName'), (context) => this.nameIn(context));
    this.node.addValidation({ validate: () => this.validateKeyOfResource() });
  }

  public get replicas(): Place[] {
    return this.replicaPlaces ?? [];
  }

  public addReplicaRegion(region: string, encryptionKey?: kms.IKey): void {
    super.addReplicaRegion(region, encryptionKey);
    this.replicaPlaces = [...this.replicas, { region, encryptionKey }];
  }

  public grantRead(grantee: iam.IGrantable, versionStages?: string[]): iam.Grant {
    const read = iam.Grant.addToPrincipalOrResource({
      grantee,
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resourceArns: [this.arnForPolicies, ...this.replicas.map(({ region }) => this.replicaArn(region))],
      resourceSelfArns: ['*'], // the secret that has the policy: each replica gets a copy of it
      resource: this,
    });
    if (versionStages) {
      for (const statement of [...read.principalStatements, ...read.resourceStatements]) {
        statement.addCondition('ForAnyValue:StringEquals', { 'secretsmanager:VersionStage': versionStages });
      }
    }
    const places = [{ region: this.stack.region, encryptionKey: this.encryptionKey }, ...this.replicas];
    if (read.resourceStatements.length > 0) {
      this.checkKeys(grantee.grantPrincipal);
      places.forEach((place) => this.addToKeyPolicy(place, grantee.grantPrincipal));
    }
    return places.reduce((all, place) => this.addDecryption(all, place, grantee), read);
  }

  public secretValueFromJson(field: string): SecretValue {
    this.warnOfDynamicReference();
    return super.secretValueFromJson(field);
  }

  public addRotationSchedule(): never {
    throw new Error('addRotationSchedule must not be called on the secret of a CodeArtifactToken, because its own schedule replaces the token, and another'
      + ' function would write over it. For a rotation by Secrets Manager, give CodeArtifactToken managedRotation: true');
  }

  public attach(): never {
    throw new Error('attach must not be called on the secret of a CodeArtifactToken, because it would write the connection of a database over the token.'
      + ' Give the database a secret of its own');
  }

  protected get arnForPolicies(): string {
    return Lazy.uncachedString({
      produce: (context) => this.isElsewhere(Stack.of(context.scope)) ? `${this.partialArn(context)}-??????` : this.secretArn,
    });
  }

  /** An attribute of the first token; for a stack elsewhere, which cannot refer to it, what is known without it. */
  private attribute(attribute: Reference, elsewhere: (context: IResolveContext) => string | undefined): string {
    const produce = (context: IResolveContext) => {
      const consumer = Stack.of(context.scope);
      if (!this.isElsewhere(consumer)) {
        return attribute;
      }
      this.checkRegion(consumer);
      return elsewhere(context);
    };
    // A reference, as the attributes of aws-cdk-lib are: Stack.exportValue takes nothing else.
    return Token.asString(new class extends Reference {
      public resolve = produce;
    }(attribute, attribute.target, attribute.displayName));
  }

  /** As aws-cdk-lib decides that a stack cannot refer to a resource. */
  private isElsewhere(consumer: Stack): boolean {
    const { account, region } = this.stack;
    return consumer.account !== account
      || (consumer.region !== region && !(consumer as { _crossRegionReferences?: boolean })._crossRegionReferences);
  }

  /** @param consumer is elsewhere, so that one of the same account is in another region */
  private checkRegion({ account, region, node }: Stack): void {
    if (account === this.stack.account) {
      throw new Error(`the secret of ${this.node.scope!.node.path} is in ${this.stack.region}, and the stack ${node.path} that uses it is in ${region}. Give`
        + ` CodeArtifactToken a secretName and replicaRegions: [{ region: '${region}' }], and take secretsmanager.Secret.fromSecretNameV2(scope, id, secretName)`
        + ' in that stack; or give both stacks crossRegionReferences: true, and let it be read from where it is');
    }
  }

  /** By the name that is in the template in the end: aws-cdk-lib uses the one of the props, which an Aspect may have changed. */
  private partialArn(context: IResolveContext): string {
    const name = this.nameIn(context);
    warnOfNameSuffix(this.node.scope!, name);
    return this.stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName: name, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  private nameIn(context: IResolveContext): string {
    context.resolve(this.arnBeforeFirstToken); // fails without a name, or has aws-cdk-lib generate it
    return renderedProperties(this).Name;
  }

  private validateKeyOfResource(): string[] {
    const [made, given] = [renderedProperties(this).KmsKeyId, this.stack.resolve(this.encryptionKey?.keyArn)].map((key) => JSON.stringify(key));
    return made === given ? [] : ['the key of the secret must be the encryptionKey of CodeArtifactToken, because its function and its readers may use no other;'
      + ` received ${made} instead of ${given ?? 'none'}, as from an Aspect. Give CodeArtifactToken that key as encryptionKey`];
  }

  private addDecryption(grant: iam.Grant, { region, encryptionKey }: Place, grantee: iam.IGrantable): iam.Grant {
    return encryptionKey === undefined ? grant : grant.combine(iam.Grant.addToPrincipal({
      grantee,
      actions: ['kms:Decrypt'],
      resourceArns: [arnForPolicies(encryptionKey)],
      conditions: viaSecretsManager(region),
    }));
  }

  private addToKeyPolicy({ region, encryptionKey }: Place, principal: iam.IPrincipal): void {
    const statement = new iam.PolicyStatement({
      actions: ['kms:Decrypt'],
      principals: [principal],
      resources: ['*'],
      conditions: viaSecretsManager(region),
    });
    if (encryptionKey && !encryptionKey.addToResourcePolicy(statement).statementAdded) {
      this.warn('keyPolicy', `the policy of the key ${this.show(encryptionKey.keyArn)} is not of this app. ${principal} can read the token`
        + ` only where that policy has this statement, or an equal one: ${this.show(statement.toStatementJson())}`);
    }
  }

  private checkKeys(principal: iam.IPrincipal): void {
    const account = accountOf(principal);
    if (account !== undefined && Token.compareStrings(account, this.stack.account) !== TokenComparison.DIFFERENT) {
      return;
    }
    if (!this.encryptionKey) {
      throw new Error('encryptionKey must be a customer-managed key for grantRead to let in a principal of another account, because the key that AWS'
        + ` manages opens to its own account alone; received no encryptionKey, and ${principal}. Give CodeArtifactToken an encryptionKey`);
    }
    for (const { region } of this.replicas.filter(({ encryptionKey }) => !encryptionKey)) {
      this.warn('replicaKey', `${principal} cannot read the replica in ${region}, because the key that AWS manages opens to its own account alone.`
        + ' Give that element of replicaRegions an encryptionKey');
    }
  }

  /** https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html */
  private replicaArn(region: string): string {
    return this.stack.formatArn({
      service: 'secretsmanager',
      region,
      resource: 'secret',
      resourceName: Fn.select(6, Fn.split(':', this.arnForPolicies)),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  private warnOfDynamicReference(): void {
    this.warn('dynamicReference', 'secretValue puts a dynamic reference into the template. CloudFormation reads it when the resource that has it is created or'
      + ' changed, and at no other time, so that resource keeps a token that expires. Let what needs the token read the secret itself, as with ecsSecrets,'
      + ' codeBuildVariables or grantRead');
  }

  private show(value: unknown): string {
    const isIntrinsic = (part: unknown) => /^(Ref|Fn::.*)$/.test(Object.keys(Object(part)).join());
    return JSON.stringify(this.stack.resolve(value), (_, part) => isIntrinsic(part) ? flatten(part) : part);
  }

  private warn(id: string, message: string): void {
    warn(this.node.scope!, id, message);
  }
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen */
export function warnOfNameSuffix(scope: IConstruct, secretName = ''): void {
  if (!Token.isUnresolved(secretName) && /-.{6}$/.test(secretName)) {
    warn(scope, 'secretNameSuffix', `secretName '${secretName}' ends with a hyphen and six characters, as the ARN of each secret does. Those who know the secret by its`
      + ' name or by a part of its ARN, as stacks of other accounts and readers of a replica do, may not find it. Give CodeArtifactToken a secretName that ends otherwise');
  }
}

/** Undefined for an organization, and for whoever else may be of any account. */
function accountOf(principal: iam.IPrincipal): string | undefined {
  // Not by the principal's class: there may be another copy of aws-cdk-lib.
  const [arn = ''] = [principal.policyFragment.principalJson.AWS].flat();
  return principal.principalAccount ?? (Token.isUnresolved(arn) ? arn : arn.split(':')[4]);
}

/** The ARN of a key, or of all keys at its place for a stack elsewhere, which cannot know it: a key has no name that could be given. */
function arnForPolicies(key: kms.IKey): string {
  return Lazy.uncachedString({
    produce: ({ scope }) => Resource.isOwnedResource(key) && Stack.of(scope).environment !== key.stack.environment
      ? key.stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*' })
      : key.keyArn,
  });
}

function warn(scope: IConstruct, id: string, message: string): void {
  Annotations.of(scope).addWarningV2(`cdk-codeartifact-token:${id}`, message);
}
