import { Annotations, ArnFormat, Fn, Lazy, Resource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { flatten } from './flatten';

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
 * A secret that is born empty, and whose readers may decrypt it.
 *
 * With Secret of aws-cdk-lib, readers may decrypt by the policy of the key alone. That of a key from elsewhere it cannot
 * change (https://github.com/aws/aws-cdk/issues/20087), and one of the app then depends on the stacks of all readers.
 */
export class TokenSecret extends secretsmanager.Secret {
  private readonly replicas: Place[];

  public constructor(scope: Construct, id: string, props: secretsmanager.SecretProps) {
    super(scope, id, props);
    this.replicas = props.replicaRegions ?? [];
    // Secret would have CloudFormation generate a password, which a reader would take for a token.
    (this.node.defaultChild as secretsmanager.CfnSecret).generateSecretString = undefined;
  }

  public grantRead(grantee: iam.IGrantable, versionStages?: string[]): iam.Grant {
    return this.grantReadOf(this.arnForPolicies, grantee, versionStages);
  }

  /** @param secretArn what the principal's own policy calls the secret, so that it waits for what that ARN waits for */
  public grantReadOf(secretArn: string, grantee: iam.IGrantable, versionStages?: string[]): iam.Grant {
    const read = iam.Grant.addToPrincipalOrResource({
      grantee,
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resourceArns: [secretArn, ...this.replicas.map(({ region }) => this.replicaArn(secretArn, region))],
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
  private replicaArn(secretArn: string, region: string): string {
    return this.stack.formatArn({
      service: 'secretsmanager', region, resource: 'secret', resourceName: Fn.select(6, Fn.split(':', secretArn)), arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  private show(value: unknown): string {
    const isIntrinsic = (part: unknown) => typeof part === 'object' && part !== null && /^(Ref|Fn::.*)$/.test(Object.keys(part).join());
    return JSON.stringify(this.stack.resolve(value), (_, part) => isIntrinsic(part) ? flatten(part) : part);
  }

  private warn(id: string, message: string): void {
    Annotations.of(this.node.scope!).addWarningV2(`cdk-codeartifact-token:${id}`, message);
  }
}

/** Undefined for an organization, and for whoever else may be of any account. */
function accountOf(principal: iam.IPrincipal): string | undefined {
  const arn = principal instanceof iam.ArnPrincipal ? principal.arn : '';
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
