import { Token } from 'aws-cdk-lib';
import { ICodeArtifactDomain } from './codeartifact-domain';
import { PackageFormat } from './package-format';
import { TOKEN_PLACEHOLDER as TOKEN } from './private/settings';
import { validateNpmScope, validateRepositoryConfigName } from './private/validation';

/**
 * What npm and pnpm need to be told.
 */
export interface NpmOptions {
  /**
   * The scope whose packages come from the repository, as in `@acme`.
   *
   * @default - all packages come from the repository
   */
  readonly scope?: string;
}

/**
 * What a package manager needs to be told that calls its repositories by names.
 */
export interface NamedRepositoryOptions {
  /**
   * The name by which the project calls the repository: lower-case letters, digits and underscores, starting with a letter.
   *
   * @default 'codeartifact'
   */
  readonly name?: string;
}

/**
 * A package manager, and the repository that it works with.
 *
 * Each is set up by the environment variables that it reads itself (Gradle's are read by the build), or by the text of
 * a file of its own, in a variable that is named after that file. Where a package manager can keep the token out of a
 * URL, it is kept out: a URL that changes with each token breaks caches and lock files.
 */
export class PackageManager {
  /**
   * npm: `NPMRC`, the text of `~/.npmrc`. It installs and publishes.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/npm-auth.html
   */
  public static npm(repositoryName: string, options: NpmOptions = {}): PackageManager {
    return PackageManager.readingNpmrc('npm', repositoryName, options);
  }

  /**
   * pnpm: `NPMRC`, the text of `~/.npmrc`. It installs and publishes.
   *
   * @see https://pnpm.io/npmrc
   */
  public static pnpm(repositoryName: string, options: NpmOptions = {}): PackageManager {
    return PackageManager.readingNpmrc('pnpm', repositoryName, options);
  }

  /**
   * Yarn 1: `NPMRC`, the text of `~/.npmrc`.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/npm-yarn.html
   */
  public static yarnClassic(repositoryName: string, options: NpmOptions = {}): PackageManager {
    return PackageManager.readingNpmrc('yarnClassic', repositoryName, options, 'always-auth=true\n');
  }

  /**
   * Yarn 2 and newer: `YARN_NPM_REGISTRY_SERVER`, `YARN_NPM_AUTH_TOKEN` and `YARN_NPM_ALWAYS_AUTH`. All packages come
   * from the repository.
   *
   * @see https://yarnpkg.com/configuration/yarnrc#npmAuthToken
   */
  public static yarn(repositoryName: string): PackageManager {
    return new PackageManager('yarn', repositoryName, PackageFormat.NPM, (endpoint) => ({
      YARN_NPM_REGISTRY_SERVER: endpoint,
      YARN_NPM_AUTH_TOKEN: TOKEN,
      YARN_NPM_ALWAYS_AUTH: 'true',
    }));
  }

  /**
   * pip: `PIP_INDEX_URL`, with the token in it: pip has no other variable.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-pip.html
   */
  public static pip(repositoryName: string): PackageManager {
    return new PackageManager('pip', repositoryName, PackageFormat.PYPI, (endpoint) => ({
      PIP_INDEX_URL: `${endpoint.replace('https://', `https://aws:${TOKEN}@`)}simple/`,
    }));
  }

  /**
   * uv: `UV_DEFAULT_INDEX`, `UV_INDEX_<NAME>_USERNAME` and `UV_INDEX_<NAME>_PASSWORD`.
   *
   * @see https://docs.astral.sh/uv/guides/integration/aws/
   */
  public static uv(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    const name = configName(options);
    return new PackageManager('uv', repositoryName, PackageFormat.PYPI, (endpoint) => ({
      UV_DEFAULT_INDEX: `${name}=${endpoint}simple/`, // without the name, uv sends no credentials
      [`UV_INDEX_${name.toUpperCase()}_USERNAME`]: 'aws',
      [`UV_INDEX_${name.toUpperCase()}_PASSWORD`]: TOKEN,
    }));
  }

  /**
   * Poetry: `POETRY_HTTP_BASIC_<NAME>_USERNAME` and `POETRY_HTTP_BASIC_<NAME>_PASSWORD`, for the source of that name in
   * `pyproject.toml`.
   *
   * @see https://python-poetry.org/docs/repositories/#configuring-credentials
   */
  public static poetry(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    const name = configName(options);
    return new PackageManager('poetry', repositoryName, PackageFormat.PYPI, () => ({
      [`POETRY_HTTP_BASIC_${name.toUpperCase()}_USERNAME`]: 'aws',
      [`POETRY_HTTP_BASIC_${name.toUpperCase()}_PASSWORD`]: TOKEN,
    }));
  }

  /**
   * twine, which publishes: `TWINE_REPOSITORY_URL`, `TWINE_USERNAME` and `TWINE_PASSWORD`.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-twine.html
   */
  public static twine(repositoryName: string): PackageManager {
    return new PackageManager('twine', repositoryName, PackageFormat.PYPI, (endpoint) => ({
      TWINE_REPOSITORY_URL: endpoint,
      TWINE_USERNAME: 'aws',
      TWINE_PASSWORD: TOKEN,
    }));
  }

  /**
   * Maven: `MAVEN_SETTINGS_XML`, the text of `~/.m2/settings.xml`, with a server and a repository of that name.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/maven-mvn.html
   */
  public static maven(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    const name = configName(options);
    return new PackageManager('maven', repositoryName, PackageFormat.MAVEN, (endpoint) => ({
      MAVEN_SETTINGS_XML: '<settings>'
        + `<servers><server><id>${name}</id><username>aws</username><password>${TOKEN}</password></server></servers>`
        + `<profiles><profile><id>${name}</id><repositories><repository><id>${name}</id><url>${endpoint}</url></repository></repositories></profile></profiles>`
        + `<activeProfiles><activeProfile>${name}</activeProfile></activeProfiles>`
        + '</settings>',
    }));
  }

  /**
   * Gradle: `CODEARTIFACT_MAVEN_URL`, which the build reads beside `CODEARTIFACT_AUTH_TOKEN`.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/maven-gradle.html
   */
  public static gradle(repositoryName: string): PackageManager {
    return new PackageManager('gradle', repositoryName, PackageFormat.MAVEN, (endpoint) => ({
      CODEARTIFACT_MAVEN_URL: endpoint,
    }));
  }

  /**
   * NuGet and dotnet: `NuGetPackageSourceCredentials_<name>`, for the source of that name in `nuget.config`.
   *
   * @see https://learn.microsoft.com/nuget/reference/nuget-config-file#packagesourcecredentials
   */
  public static nuget(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    const name = configName(options);
    return new PackageManager('nuget', repositoryName, PackageFormat.NUGET, () => ({
      [`NuGetPackageSourceCredentials_${name}`]: `Username=aws;Password=${TOKEN}`,
    }));
  }

  /**
   * Cargo: `CARGO_REGISTRIES_<NAME>_INDEX`, `_TOKEN` and `_CREDENTIAL_PROVIDER`, for dependencies on the registry of that name.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/configure-cargo.html
   */
  public static cargo(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    const variable = `CARGO_REGISTRIES_${configName(options).toUpperCase()}`;
    return new PackageManager('cargo', repositoryName, PackageFormat.CARGO, (endpoint) => ({
      [`${variable}_INDEX`]: `sparse+${endpoint}`,
      [`${variable}_TOKEN`]: TOKEN,
      [`${variable}_CREDENTIAL_PROVIDER`]: 'cargo:token', // without it Cargo refuses
    }));
  }

  /**
   * Bundler: `BUNDLE_<HOST>`, for the source at that host in the `Gemfile`.
   *
   * The host is in the name of the variable, so the name, the owner and the region of the domain must be known at
   * synthesis, the region to aws-cdk-lib as well; otherwise this is an error.
   *
   * @see https://bundler.io/man/bundle-config.1.html
   */
  public static bundler(repositoryName: string): PackageManager {
    return new PackageManager('bundler', repositoryName, PackageFormat.RUBY, (endpoint) => {
      const host = hostOf(endpoint);
      if (Token.isUnresolved(host)) {
        throw new Error('PackageManager.bundler needs a domain whose name, owner and region are known at synthesis, because Bundler wants its host'
          + ' in the name of a variable; received an unresolved value. Give the stack an account and a region, or the domain an owner and a region;'
          + ' and update aws-cdk-lib, if the region is newer');
      }
      return { [`BUNDLE_${host.replace(/-/g, '___').replace(/\./g, '__').toUpperCase()}`]: `aws:${TOKEN}` };
    });
  }

  /**
   * Swift: `NETRC`, the text of `~/.netrc`.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/configure-swift.html
   */
  public static swift(repositoryName: string): PackageManager {
    return new PackageManager('swift', repositoryName, PackageFormat.SWIFT, (endpoint) => ({
      NETRC: `machine ${hostOf(endpoint)} login token password ${TOKEN}\n`,
    }));
  }

  private static readingNpmrc(name: string, repositoryName: string, { scope }: NpmOptions, more = ''): PackageManager {
    if (scope !== undefined) {
      validateNpmScope('scope', scope);
    }
    return new PackageManager(name, repositoryName, PackageFormat.NPM, (endpoint) => ({
      NPMRC: `${scope ? `${scope}:` : ''}registry=${endpoint}\n${endpoint.replace('https:', '')}:_authToken=${TOKEN}\n${more}`,
    }));
  }

  private constructor(
    /** @internal */
    public readonly _name: string,
    /** @internal */
    public readonly _repositoryName: string,
    private readonly format: PackageFormat,
    private readonly variablesFor: (endpoint: string) => Record<string, string>,
  ) {}

  /**
   * The environment variables for a domain, with a placeholder for the token.
   * @internal
   */
  public _variables(domain: ICodeArtifactDomain): Record<string, string> {
    return this.variablesFor(domain.repositoryEndpoint(this._repositoryName, this.format));
  }
}

function configName({ name = 'codeartifact' }: NamedRepositoryOptions): string {
  validateRepositoryConfigName('name', name);
  return name;
}

function hostOf(endpoint: string): string {
  return endpoint.split('/')[2];
}
