import { Token } from 'aws-cdk-lib';
import { ICodeArtifactDomain } from './codeartifact-domain';
import { PackageFormat } from './package-format';
import { TOKEN_PLACEHOLDER as TOKEN } from './private/settings';
import { IDENTIFIER, LETTER_FIRST, LETTERS_DIGITS_DOTS, MIRROR_OF, NPM_SCOPE, Rule, validateText } from './private/validation';
import { Texts } from './private/variables';

const DEFAULT_NAME = 'codeartifact';

/**
 * What npm, pnpm and Yarn may be told.
 */
export interface NpmOptions {
  /**
   * The scope whose packages come from the repository, as in `@acme`.
   *
   * Several scopes, and one repository without a scope, go into one secret.
   *
   * @default - all packages come from the repository
   */
  readonly scope?: string;
}

/**
 * What a package manager may be told that calls its repositories by names.
 */
export interface NamedRepositoryOptions {
  /**
   * The name by which the project calls the repository.
   *
   * uv and Maven: letters, digits, dots, hyphens and underscores. Poetry, Cargo and Gradle: letters, digits, hyphens and
   * underscores, starting with a letter. NuGet: letters, digits and underscores, in the case that `nuget.config` has:
   * NuGet maps no character, and a variable with another one is lost in some shells.
   *
   * @default 'codeartifact'
   */
  readonly name?: string;
}

/**
 * What pip may be told.
 */
export interface PipOptions {
  /**
   * Whether the token is kept out of `PIP_INDEX_URL`, and comes as `NETRC_CONTENT`, the text of `~/.netrc`.
   *
   * This is the safer way: what writes the index URL into a file, as pip-tools does, then writes no token.
   *
   * @default false
   */
  readonly netrc?: boolean;
}

/**
 * What Maven may be told.
 */
export interface MavenOptions extends NamedRepositoryOptions {
  /**
   * The repositories in whose place Maven asks this one, as in `*`, `central` or `*,!own`. With `*`, Maven asks no other
   * repository, also for its plugins.
   *
   * @see https://maven.apache.org/guides/mini/guide-mirror-settings.html
   * @default - it is asked beside the others
   */
  readonly mirrorOf?: string;
}

/** What a package manager is set up for. */
interface Use {
  readonly endpoint: string;
  /** Whether the token may publish to the repository. */
  readonly publishes: boolean;
}

const ONE_DEFAULT = 'give one of them a scope of its own, or make one repository an upstream of the other';
const OTHER_NAME = 'give one of them another name';
const ONE_INDEX = 'make one repository an upstream of the other';

/**
 * A package manager, and the repository that it works with.
 *
 * Each is set up by the environment variables that it reads itself (Gradle's are read by the build), or by the text of
 * a file of its own, in a variable that is named after that file. Where a package manager can keep the token out of a
 * URL, it is kept out: a URL that changes with each token breaks caches and lock files.
 *
 * Several of a kind combine into one secret, with a scope, a name or a host for each. All are of the domain of the token,
 * since a token opens no other. Those of a repository in `publishTo` get the variables that publish to it as well.
 */
export class PackageManager {
  /**
   * npm: `NPMRC`, the text of `~/.npmrc`. It installs and publishes. Bun reads the same file.
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
   * Yarn 1: `NPMRC`, the text of `~/.npmrc`. It installs and publishes.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/npm-yarn.html
   */
  public static yarnClassic(repositoryName: string, options: NpmOptions = {}): PackageManager {
    return PackageManager.readingNpmrc('yarnClassic', repositoryName, options, { 'always-auth': 'true' });
  }

  /**
   * Yarn 2 and newer: `YARN_NPM_REGISTRY_SERVER`, `YARN_NPM_AUTH_TOKEN` and `YARN_NPM_ALWAYS_AUTH`; for a scope
   * `YARNRC_YML`, the text of `~/.yarnrc.yml`. It installs and publishes.
   *
   * @see https://yarnpkg.com/configuration/yarnrc#npmAuthToken
   */
  public static yarn(repositoryName: string, { scope }: NpmOptions = {}): PackageManager {
    validateScope(scope);
    return new PackageManager('yarn', repositoryName, PackageFormat.NPM, ONE_DEFAULT, ({ endpoint }) => scope ? { yarnrc: { [scope]: endpoint } } : {
      environment: { YARN_NPM_REGISTRY_SERVER: endpoint, YARN_NPM_AUTH_TOKEN: TOKEN, YARN_NPM_ALWAYS_AUTH: 'true' },
    });
  }

  /**
   * pip: `PIP_INDEX_URL`, with the token in it, or without it and `NETRC_CONTENT`.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-pip.html
   */
  public static pip(repositoryName: string, { netrc = false }: PipOptions = {}): PackageManager {
    return new PackageManager('pip', repositoryName, PackageFormat.PYPI, ONE_INDEX, ({ endpoint }) => netrc
      ? { environment: { PIP_INDEX_URL: `${endpoint}simple/` }, netrc: { [hostOf(endpoint)]: 'aws' } }
      : { environment: { PIP_INDEX_URL: `${endpoint.replace('https://', `https://aws:${TOKEN}@`)}simple/` } });
  }

  /**
   * uv: `UV_DEFAULT_INDEX`, `UV_INDEX_<NAME>_USERNAME` and `UV_INDEX_<NAME>_PASSWORD`. Of several, the first is the default
   * index, and the others are in `UV_INDEX`, which uv asks before it. For a repository in `publishTo` also `UV_PUBLISH_URL`,
   * `UV_PUBLISH_CHECK_URL`, `UV_PUBLISH_USERNAME` and `UV_PUBLISH_PASSWORD`.
   *
   * @see https://docs.astral.sh/uv/guides/integration/aws/
   */
  public static uv(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    const name = configName(options, LETTERS_DIGITS_DOTS);
    return new PackageManager('uv', repositoryName, PackageFormat.PYPI, OTHER_NAME, ({ endpoint, publishes }) => ({
      uvIndexes: { [name]: `${endpoint}simple/` }, // without the name, uv sends no credentials
      environment: {
        ...credentials(`UV_INDEX_${upperSnake(name)}`),
        ...publishes ? { UV_PUBLISH_URL: endpoint, UV_PUBLISH_CHECK_URL: `${endpoint}simple/`, ...credentials('UV_PUBLISH') } : {},
      },
    }));
  }

  /**
   * Poetry: `POETRY_HTTP_BASIC_<NAME>_USERNAME` and `POETRY_HTTP_BASIC_<NAME>_PASSWORD`, for the source of that name in
   * `pyproject.toml`. For a repository in `publishTo` also `POETRY_REPOSITORIES_<NAME>_URL`.
   *
   * @see https://python-poetry.org/docs/repositories/#configuring-credentials
   */
  public static poetry(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    const name = upperSnake(configName(options, LETTER_FIRST));
    return new PackageManager('poetry', repositoryName, PackageFormat.PYPI, OTHER_NAME, ({ endpoint, publishes }) => ({
      environment: {
        ...credentials(`POETRY_HTTP_BASIC_${name}`),
        ...publishes ? { [`POETRY_REPOSITORIES_${name}_URL`]: endpoint } : {},
      },
    }));
  }

  /**
   * PDM: `PDM_PYPI_URL`, `PDM_PYPI_USERNAME` and `PDM_PYPI_PASSWORD`. For a repository in `publishTo` also
   * `PDM_PUBLISH_REPO`, `PDM_PUBLISH_USERNAME` and `PDM_PUBLISH_PASSWORD`.
   *
   * @see https://pdm-project.org/en/latest/reference/configuration/
   */
  public static pdm(repositoryName: string): PackageManager {
    return new PackageManager('pdm', repositoryName, PackageFormat.PYPI, ONE_INDEX, ({ endpoint, publishes }) => ({
      environment: {
        PDM_PYPI_URL: `${endpoint}simple/`,
        ...credentials('PDM_PYPI'),
        ...publishes ? { PDM_PUBLISH_REPO: endpoint, ...credentials('PDM_PUBLISH') } : {},
      },
    }));
  }

  /**
   * Hatch, which publishes: `HATCH_INDEX_REPO`, `HATCH_INDEX_USER` and `HATCH_INDEX_AUTH`. It installs with pip or uv, by
   * their variables.
   *
   * @see https://hatch.pypa.io/latest/publish/
   */
  public static hatch(repositoryName: string): PackageManager {
    return new PackageManager('hatch', repositoryName, PackageFormat.PYPI, ONE_INDEX, ({ endpoint }) => ({
      environment: { HATCH_INDEX_REPO: endpoint, HATCH_INDEX_USER: 'aws', HATCH_INDEX_AUTH: TOKEN },
    }));
  }

  /**
   * twine, which publishes: `TWINE_REPOSITORY_URL`, `TWINE_USERNAME` and `TWINE_PASSWORD`.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-twine.html
   */
  public static twine(repositoryName: string): PackageManager {
    return new PackageManager('twine', repositoryName, PackageFormat.PYPI, ONE_INDEX, ({ endpoint }) => ({
      environment: { TWINE_REPOSITORY_URL: endpoint, ...credentials('TWINE') },
    }));
  }

  /**
   * Maven: `MAVEN_SETTINGS_XML`, the text of `~/.m2/settings.xml`, with a server, a repository and a plugin repository of
   * that name. It installs and publishes: `distributionManagement` in the project names the server.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/maven-mvn.html
   */
  public static maven(repositoryName: string, options: MavenOptions = {}): PackageManager {
    const { name = DEFAULT_NAME, mirrorOf } = options;
    validateText('name', name, LETTERS_DIGITS_DOTS);
    if (mirrorOf !== undefined) {
      validateText('mirrorOf', mirrorOf, MIRROR_OF);
    }
    return new PackageManager('maven', repositoryName, PackageFormat.MAVEN, OTHER_NAME, ({ endpoint }) => ({
      mavenSettings: { [name]: { url: endpoint, mirrorOf } },
    }));
  }

  /**
   * Gradle: `CODEARTIFACT_MAVEN_URL`, or `<NAME>_MAVEN_URL`, which the build reads beside `CODEARTIFACT_AUTH_TOKEN`. It
   * installs and publishes.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/maven-gradle.html
   */
  public static gradle(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    const name = upperSnake(configName(options, LETTER_FIRST));
    return new PackageManager('gradle', repositoryName, PackageFormat.MAVEN, OTHER_NAME, ({ endpoint }) => ({
      environment: { [`${name}_MAVEN_URL`]: endpoint },
    }));
  }

  /**
   * NuGet and dotnet: `NuGetPackageSourceCredentials_<name>`, for the source of that name in `nuget.config`. It installs
   * and publishes.
   *
   * @see https://learn.microsoft.com/nuget/reference/nuget-config-file#packagesourcecredentials
   */
  public static nuget(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    const name = configName(options, IDENTIFIER);
    return new PackageManager('nuget', repositoryName, PackageFormat.NUGET, OTHER_NAME, () => ({
      environment: { [`NuGetPackageSourceCredentials_${name}`]: `Username=aws;Password=${TOKEN}` },
    }));
  }

  /**
   * Cargo: `CARGO_REGISTRIES_<NAME>_INDEX`, `_TOKEN` and `_CREDENTIAL_PROVIDER`, for dependencies on the registry of that
   * name. It installs and publishes.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/configure-cargo.html
   */
  public static cargo(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    const variable = `CARGO_REGISTRIES_${upperSnake(configName(options, LETTER_FIRST))}`;
    return new PackageManager('cargo', repositoryName, PackageFormat.CARGO, OTHER_NAME, ({ endpoint }) => ({
      environment: {
        [`${variable}_INDEX`]: `sparse+${endpoint}`,
        [`${variable}_TOKEN`]: TOKEN,
        [`${variable}_CREDENTIAL_PROVIDER`]: 'cargo:token', // without it Cargo refuses
      },
    }));
  }

  /**
   * Bundler: `BUNDLE_<HOST>`, for all sources at that host in the `Gemfile`. For a repository in `publishTo` also
   * `RUBYGEMS_HOST` and `GEM_HOST_API_KEY`, which `gem push` reads.
   *
   * The host is in the name of the variable, so the name, the owner and the region of the domain must be known at
   * synthesis, the region to aws-cdk-lib as well; otherwise this is an error.
   *
   * @see https://bundler.io/man/bundle-config.1.html
   */
  public static bundler(repositoryName: string): PackageManager {
    return new PackageManager('bundler', repositoryName, PackageFormat.RUBY, ONE_INDEX, ({ endpoint, publishes }) => {
      const host = hostOf(endpoint);
      if (Token.isUnresolved(host)) {
        throw new Error('PackageManager.bundler needs a domain whose name, owner and region are known at synthesis, because Bundler wants its host'
          + ' in the name of a variable; received an unresolved value. Give the stack an account and a region, or the domain an owner and a region;'
          + ' and update aws-cdk-lib, if the region is newer');
      }
      return {
        environment: {
          [`BUNDLE_${host.replace(/-/g, '___').replace(/\./g, '__').toUpperCase()}`]: `aws:${TOKEN}`,
          ...publishes ? { RUBYGEMS_HOST: endpoint.replace(/\/$/, ''), GEM_HOST_API_KEY: `Bearer ${TOKEN}` } : {},
        },
      };
    });
  }

  /**
   * Swift: `NETRC_CONTENT`, the text of `~/.netrc`. It installs and publishes, after `swift package-registry login`.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/configure-swift.html
   */
  public static swift(repositoryName: string): PackageManager {
    return new PackageManager('swift', repositoryName, PackageFormat.SWIFT, 'use pip without netrc', ({ endpoint }) => ({
      netrc: { [hostOf(endpoint)]: 'token' },
    }));
  }

  private static readingNpmrc(name: string, repositoryName: string, { scope }: NpmOptions, more: Record<string, string> = {}): PackageManager {
    validateScope(scope);
    return new PackageManager(name, repositoryName, PackageFormat.NPM, ONE_DEFAULT, ({ endpoint }) => ({
      npmrc: { [`${scope ? `${scope}:` : ''}registry`]: endpoint, [`${endpoint.replace('https:', '')}:_authToken`]: TOKEN, ...more },
    }));
  }

  private constructor(
    /** @internal */
    public readonly _name: string,
    /** @internal */
    public readonly _repositoryName: string,
    private readonly format: PackageFormat,
    /**
     * What helps where another one writes the same.
     * @internal
     */
    public readonly _advice: string,
    private readonly textsFor: (use: Use) => Partial<Texts>,
  ) {}

  /**
   * What it writes for a domain, with a placeholder for the token.
   * @internal
   */
  public _texts(domain: ICodeArtifactDomain, publishTo: string[]): Partial<Texts> {
    return this.textsFor({
      endpoint: domain.repositoryEndpoint(this._repositoryName, this.format),
      publishes: publishTo.includes(this._repositoryName),
    });
  }
}

function validateScope(scope?: string): void {
  if (scope !== undefined) {
    validateText('scope', scope, NPM_SCOPE);
  }
}

function configName({ name = DEFAULT_NAME }: NamedRepositoryOptions, rule: Rule): string {
  if (Token.isUnresolved(name)) {
    throw new Error('name must be known at synthesis, because it is a part of variables\' names; received an unresolved value');
  }
  validateText('name', name, rule);
  return name;
}

function credentials(prefix: string): Record<string, string> {
  return { [`${prefix}_USERNAME`]: 'aws', [`${prefix}_PASSWORD`]: TOKEN };
}

/** How uv, Poetry and Cargo find the variables of a name. */
function upperSnake(name: string): string {
  return name.toUpperCase().replace(/[.-]/g, '_');
}

function hostOf(endpoint: string): string {
  return endpoint.split('/')[2];
}
