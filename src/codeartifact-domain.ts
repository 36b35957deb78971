import { Arn, ArnFormat, Aws, Stack, Token } from 'aws-cdk-lib';
import * as codeartifact from 'aws-cdk-lib/aws-codeartifact';
import * as iam from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct, IConstruct } from 'constructs';
import { EndpointType } from './endpoint-type';
import { PackageFormat } from './package-format';
import { PUBLISH, READ } from './private/actions';
import {
  validateDomainArn, validateDomainName, validateDomainOwner, validateRegion, validateRepositories, validateRepositoryName,
} from './private/validation';

// Not an IResource: aws-cdk-lib has since renamed a type that it has from there, and a Go module made with the lowest version
// would not compile with a newer one.
/**
 * An existing AWS CodeArtifact domain.
 */
export interface ICodeArtifactDomain extends IConstruct {
  /**
   * The name of the domain.
   */
  readonly domainName: string;

  /**
   * The account that owns the domain, 12 digits.
   */
  readonly domainOwner: string;

  /**
   * The region of the domain.
   */
  readonly domainRegion: string;

  /**
   * The ARN of the domain.
   */
  readonly domainArn: string;

  /**
   * The addresses at which this domain, and CodeArtifact for it, are called.
   *
   * @default EndpointType.IPV4
   */
  readonly endpointType?: EndpointType;

  /**
   * The ARN of a repository in this domain.
   *
   * @param repositoryName 2 to 100 letters, digits, dots, underscores and hyphens
   */
  repositoryArn(repositoryName: string): string;

  /**
   * The URL at which package managers reach a repository, with the slash at its end that npm and pip insist on.
   *
   * It is put together at synthesis: no call is made.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetRepositoryEndpoint.html
   */
  repositoryEndpoint(repositoryName: string, format: PackageFormat): string;

  /**
   * Lets a principal ask for a token of this domain: `codeartifact:GetAuthorizationToken` on the domain, and
   * `sts:GetServiceBearerToken` for CodeArtifact alone.
   *
   * That token opens nothing by itself: see `grantRead` and `grantPublish`. For a domain of another account, the
   * domain's own policy must allow `codeartifact:GetAuthorizationToken` too.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
   */
  grantAuthorize(grantee: iam.IGrantable): iam.Grant;

  /**
   * Lets the tokens of a principal read packages from repositories: `codeartifact:ReadFromRepository`.
   *
   * `aws codeartifact login` also calls `codeartifact:GetRepositoryEndpoint`, which is not included;
   * `repositoryEndpoint` gives the same URL without a call.
   */
  grantRead(grantee: iam.IGrantable, ...repositoryNames: string[]): iam.Grant;

  /**
   * Lets the tokens of a principal publish packages to repositories, and read from them as publishing needs:
   * `codeartifact:PublishPackageVersion` and `codeartifact:PutPackageMetadata` on their packages,
   * `codeartifact:ReadFromRepository` on the repositories.
   */
  grantPublish(grantee: iam.IGrantable, ...repositoryNames: string[]): iam.Grant;
}

/**
 * How a domain is called.
 */
export interface CodeArtifactDomainOptions {
  /**
   * The addresses at which the domain is called, by `repositoryEndpoint`, by each package manager, and by the function of a
   * `CodeArtifactToken`. With dual-stack, the function also connects by IPv6 where it is in a VPC, whose subnets must then
   * have IPv6 CIDR blocks.
   *
   * @default EndpointType.IPV4
   */
  readonly endpointType?: EndpointType;
}

/**
 * Where a domain is, if it is not in the account and region of the stack, and how it is called.
 */
export interface CodeArtifactDomainLocation extends CodeArtifactDomainOptions {
  /**
   * The account that owns the domain, 12 digits.
   *
   * @default - the account of the stack
   */
  readonly owner?: string;

  /**
   * The region of the domain. A token works only in the region that issued it.
   *
   * @default - the region of the stack
   */
  readonly region?: string;
}

interface DomainAttributes {
  readonly partition: string;
  readonly region: string;
  readonly owner: string;
  readonly name: string;
  readonly endpointType?: EndpointType;
}

/**
 * A reference to an existing AWS CodeArtifact domain. It creates no resource.
 *
 * @example
 * const domain = CodeArtifactDomain.fromDomainName(this, 'Domain', 'acme');
 *
 * // A role that can be assumed needs no stored token:
 * domain.grantAuthorize(role);
 * domain.grantRead(role, 'npm-store');
 */
export class CodeArtifactDomain extends Construct implements ICodeArtifactDomain {
  /**
   * A domain by its name.
   *
   * @param domainName 2 to 50 lower-case letters, digits and hyphens, starting with a letter
   *
   * @example
   * CodeArtifactDomain.fromDomainName(this, 'Domain', 'acme', { owner: '444455556666' }); // of another account
   */
  public static fromDomainName(scope: Construct, id: string, domainName: string, location: CodeArtifactDomainLocation = {}): ICodeArtifactDomain {
    const { account, region } = Stack.of(scope);
    validateDomainName('domainName', domainName);
    validateDomainOwner(location.owner === undefined ? 'the account of the stack' : 'owner', location.owner ?? account);
    if (location.region !== undefined) {
      validateRegion('region', location.region);
    }
    return new CodeArtifactDomain(scope, id, {
      partition: Aws.PARTITION,
      region: location.region ?? region,
      owner: location.owner ?? account,
      name: domainName,
      endpointType: location.endpointType,
    });
  }

  /**
   * A domain by its ARN, `arn:<partition>:codeartifact:<region>:<owner>:domain/<name>`, which may be unresolved.
   *
   * @example
   * CodeArtifactDomain.fromDomainArn(this, 'Domain', 'arn:aws:codeartifact:eu-west-1:444455556666:domain/acme');
   */
  public static fromDomainArn(scope: Construct, id: string, domainArn: string, options: CodeArtifactDomainOptions = {}): ICodeArtifactDomain {
    validateDomainArn('domainArn', domainArn);
    const arn = Arn.split(domainArn, ArnFormat.SLASH_RESOURCE_NAME);
    // Of an ARN that is unresolved in parts, the others are known.
    validateRegion('the region in domainArn', arn.region!);
    validateDomainOwner('the owner in domainArn', arn.account!);
    validateDomainName('the name in domainArn', arn.resourceName!);
    return new CodeArtifactDomain(scope, id, {
      partition: arn.partition!,
      region: arn.region!,
      owner: arn.account!,
      name: arn.resourceName!,
      endpointType: options.endpointType,
    });
  }

  /**
   * A domain that is created in this app. What uses its name or its ARN waits for it.
   *
   * @example
   * const cfnDomain = new codeartifact.CfnDomain(this, 'CfnDomain', { domainName: 'acme' });
   * const domain = CodeArtifactDomain.fromCfnDomain(cfnDomain);
   */
  public static fromCfnDomain(cfnDomain: codeartifact.CfnDomain, options: CodeArtifactDomainOptions = {}): ICodeArtifactDomain {
    const id = options.endpointType === EndpointType.DUAL_STACK ? 'DualStackCodeArtifactDomain' : 'CodeArtifactDomain';
    const known = cfnDomain.node.tryFindChild(id);
    return known as CodeArtifactDomain | undefined ?? new CodeArtifactDomain(cfnDomain, id, {
      partition: Aws.PARTITION,
      region: cfnDomain.stack.region,
      owner: cfnDomain.attrOwner,
      name: cfnDomain.attrName,
      endpointType: options.endpointType,
    });
  }

  public readonly domainName: string;
  public readonly domainOwner: string;
  public readonly domainRegion: string;
  public readonly domainArn: string;
  public readonly endpointType?: EndpointType;
  private readonly partition: string;

  private constructor(scope: Construct, id: string, attributes: DomainAttributes) {
    super(scope, id);
    this.partition = attributes.partition;
    this.domainName = attributes.name;
    this.domainOwner = attributes.owner;
    this.domainRegion = attributes.region;
    this.domainArn = this.arn('domain', this.domainName);
    this.endpointType = attributes.endpointType ?? EndpointType.IPV4;
  }

  public repositoryArn(repositoryName: string): string {
    validateRepositoryName('repositoryName', repositoryName);
    return this.arn('repository', `${this.domainName}/${repositoryName}`);
  }

  public repositoryEndpoint(repositoryName: string, format: PackageFormat): string {
    validateRepositoryName('repositoryName', repositoryName);
    if (this.endpointType === EndpointType.DUAL_STACK) {
      return `https://${this.domainName}-${this.domainOwner}.codeartifact.${this.domainRegion}.on.aws/${format}/${repositoryName}/`;
    }
    const suffix = Token.isUnresolved(this.domainRegion) ? undefined : RegionInfo.get(this.domainRegion).domainSuffix;
    const host = `${this.domainName}-${this.domainOwner}.d.codeartifact.${this.domainRegion}.${suffix ?? Aws.URL_SUFFIX}`;
    return `https://${host}/${format}/${repositoryName}/`;
  }

  public grantAuthorize(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['codeartifact:GetAuthorizationToken'], [this.domainArn]).combine(
      // The action knows no resource type, so any narrower resource would match nothing.
      this.grant(grantee, ['sts:GetServiceBearerToken'], ['*'], {
        StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' },
      }),
    );
  }

  public grantRead(grantee: iam.IGrantable, ...repositoryNames: string[]): iam.Grant {
    validateRepositories('repositoryNames', repositoryNames);
    return this.grant(grantee, READ, repositoryNames.map((name) => this.repositoryArn(name)));
  }

  public grantPublish(grantee: iam.IGrantable, ...repositoryNames: string[]): iam.Grant {
    const packages = repositoryNames.map((name) => this.arn('package', `${this.domainName}/${name}/*`));
    return this.grantRead(grantee, ...repositoryNames).combine(
      this.grant(grantee, PUBLISH, packages),
    );
  }

  private grant(grantee: iam.IGrantable, actions: string[], resourceArns: string[], conditions?: Record<string, Record<string, unknown>>): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns, conditions });
  }

  private arn(resource: string, resourceName: string): string {
    return Arn.format({
      service: 'codeartifact', partition: this.partition, region: this.domainRegion, account: this.domainOwner, resource, resourceName,
    });
  }
}
