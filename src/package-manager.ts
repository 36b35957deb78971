import { ICodeArtifactDomain } from './codeartifact-domain';
import { MavenOptions, NamedRepositoryOptions, NpmOptions, PipOptions } from './package-manager-options';
import * as setups from './private/package-managers';
import { Texts } from './private/variables';

/**
 * A package manager, and the repository that it works with.
 *
 * Each is set up by the environment variables that it reads itself (Gradle's are read by the build), or by the text of
 * a file of its own, in a variable that is named after that file. Where a package manager can keep the token out of a
 * URL, it is kept out: a URL that changes with each token breaks caches and lock files.
 *
 * Several of a kind combine into one secret, with a scope, a name or a host for each. All are of the domain of the token,
 * since a token opens no other. Those of a repository in `publishTo` get the variables that publish to it as well.
 *
 * @example
 * new CodeArtifactToken(this, 'Token', {
 *   domain,
 *   readFrom: ['npm-store', 'pypi-store'],
 *   format: SecretFormat.json(PackageManager.npm('npm-store'), PackageManager.pip('pypi-store')),
 * });
 */
export class PackageManager {
  /**
   * npm: `NPMRC`, the text of `~/.npmrc`. It installs and publishes. Bun reads the same file.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/npm-auth.html
   *
   * @example
   * SecretFormat.json(
   *   PackageManager.npm('npm-store'),
   *   PackageManager.npm('npm-own', { scope: '@acme' }),
   * );
   */
  public static npm(repositoryName: string, options: NpmOptions = {}): PackageManager {
    return new PackageManager(setups.npm(repositoryName, options));
  }

  /**
   * pnpm: `NPMRC`, the text of `~/.npmrc`. It installs and publishes.
   *
   * @see https://pnpm.io/npmrc
   *
   * @example
   * SecretFormat.json(PackageManager.pnpm('npm-store'));
   */
  public static pnpm(repositoryName: string, options: NpmOptions = {}): PackageManager {
    return new PackageManager(setups.pnpm(repositoryName, options));
  }

  /**
   * Yarn 1: `NPMRC`, the text of `~/.npmrc`. It installs and publishes.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/npm-yarn.html
   *
   * @example
   * SecretFormat.json(PackageManager.yarnClassic('npm-store'));
   */
  public static yarnClassic(repositoryName: string, options: NpmOptions = {}): PackageManager {
    return new PackageManager(setups.yarnClassic(repositoryName, options));
  }

  /**
   * Yarn 2 and newer: `YARN_NPM_REGISTRY_SERVER`, `YARN_NPM_AUTH_TOKEN` and `YARN_NPM_ALWAYS_AUTH`; for a scope
   * `YARNRC_YML`, the text of `~/.yarnrc.yml`. It installs and publishes.
   *
   * @see https://yarnpkg.com/configuration/yarnrc#npmAuthToken
   *
   * @example
   * SecretFormat.json(PackageManager.yarn('npm-store'));
   */
  public static yarn(repositoryName: string, options: NpmOptions = {}): PackageManager {
    return new PackageManager(setups.yarn(repositoryName, options));
  }

  /**
   * pip: `PIP_INDEX_URL`, with the token in it, or without it and `NETRC_CONTENT`.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-pip.html
   *
   * @example
   * SecretFormat.json(PackageManager.pip('pypi-store', { netrc: true }));
   */
  public static pip(repositoryName: string, options: PipOptions = {}): PackageManager {
    return new PackageManager(setups.pip(repositoryName, options));
  }

  /**
   * uv: `UV_DEFAULT_INDEX`, `UV_INDEX_<NAME>_USERNAME` and `UV_INDEX_<NAME>_PASSWORD`. Of several, the first is the default
   * index, and the others are in `UV_INDEX`, which uv asks before it. For a repository in `publishTo` also `UV_PUBLISH_URL`,
   * `UV_PUBLISH_CHECK_URL`, `UV_PUBLISH_USERNAME` and `UV_PUBLISH_PASSWORD`.
   *
   * @see https://docs.astral.sh/uv/guides/integration/aws/
   *
   * @example
   * SecretFormat.json(PackageManager.uv('pypi-store', { name: 'acme' }));
   */
  public static uv(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    return new PackageManager(setups.uv(repositoryName, options));
  }

  /**
   * Poetry: `POETRY_HTTP_BASIC_<NAME>_USERNAME` and `POETRY_HTTP_BASIC_<NAME>_PASSWORD`, for the source of that name in
   * `pyproject.toml`. For a repository in `publishTo` also `POETRY_REPOSITORIES_<NAME>_URL`.
   *
   * @see https://python-poetry.org/docs/repositories/#configuring-credentials
   *
   * @example
   * SecretFormat.json(PackageManager.poetry('pypi-store', { name: 'acme' }));
   */
  public static poetry(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    return new PackageManager(setups.poetry(repositoryName, options));
  }

  /**
   * PDM: `PDM_PYPI_URL`, `PDM_PYPI_USERNAME` and `PDM_PYPI_PASSWORD`. For a repository in `publishTo` also
   * `PDM_PUBLISH_REPO`, `PDM_PUBLISH_USERNAME` and `PDM_PUBLISH_PASSWORD`.
   *
   * @see https://pdm-project.org/en/latest/reference/configuration/
   *
   * @example
   * SecretFormat.json(PackageManager.pdm('pypi-store'));
   */
  public static pdm(repositoryName: string): PackageManager {
    return new PackageManager(setups.pdm(repositoryName));
  }

  /**
   * Hatch, which publishes: `HATCH_INDEX_REPO`, `HATCH_INDEX_USER` and `HATCH_INDEX_AUTH`. It installs with pip or uv, by
   * their variables.
   *
   * @see https://hatch.pypa.io/latest/publish/
   *
   * @example
   * SecretFormat.json(PackageManager.hatch('pypi-own'), PackageManager.pip('pypi-store', { netrc: true }));
   */
  public static hatch(repositoryName: string): PackageManager {
    return new PackageManager(setups.hatch(repositoryName));
  }

  /**
   * twine, which publishes: `TWINE_REPOSITORY_URL`, `TWINE_USERNAME` and `TWINE_PASSWORD`.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-twine.html
   *
   * @example
   * SecretFormat.json(PackageManager.twine('pypi-own'));
   */
  public static twine(repositoryName: string): PackageManager {
    return new PackageManager(setups.twine(repositoryName));
  }

  /**
   * Maven: `MAVEN_SETTINGS_XML`, the text of `~/.m2/settings.xml`, with a server, a repository and a plugin repository of
   * that name. It installs and publishes: `distributionManagement` in the project names the server.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/maven-mvn.html
   *
   * @example
   * SecretFormat.json(PackageManager.maven('maven-store', { mirrorOf: '*' }));
   */
  public static maven(repositoryName: string, options: MavenOptions = {}): PackageManager {
    return new PackageManager(setups.maven(repositoryName, options));
  }

  /**
   * Gradle: `CODEARTIFACT_MAVEN_URL`, or `<NAME>_MAVEN_URL`, which the build reads beside `CODEARTIFACT_AUTH_TOKEN`. It
   * installs and publishes.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/maven-gradle.html
   *
   * @example
   * SecretFormat.json(PackageManager.gradle('maven-store'));
   */
  public static gradle(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    return new PackageManager(setups.gradle(repositoryName, options));
  }

  /**
   * NuGet and dotnet: `NuGetPackageSourceCredentials_<name>`, for the source of that name in `nuget.config`. It installs
   * and publishes.
   *
   * @see https://learn.microsoft.com/nuget/reference/nuget-config-file#packagesourcecredentials
   *
   * @example
   * SecretFormat.json(PackageManager.nuget('nuget-store', { name: 'acme' }));
   */
  public static nuget(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    return new PackageManager(setups.nuget(repositoryName, options));
  }

  /**
   * Cargo: `CARGO_REGISTRIES_<NAME>_INDEX`, `_TOKEN` and `_CREDENTIAL_PROVIDER`, for dependencies on the registry of that
   * name. It installs and publishes.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/configure-cargo.html
   *
   * @example
   * SecretFormat.json(PackageManager.cargo('cargo-store', { name: 'acme' }));
   */
  public static cargo(repositoryName: string, options: NamedRepositoryOptions = {}): PackageManager {
    return new PackageManager(setups.cargo(repositoryName, options));
  }

  /**
   * Bundler: `BUNDLE_<HOST>`, for all sources at that host in the `Gemfile`. For a repository in `publishTo` also
   * `RUBYGEMS_HOST` and `GEM_HOST_API_KEY`, which `gem push` reads.
   *
   * The host is in the name of the variable, so the name, the owner and the region of the domain must be known at
   * synthesis, the region to aws-cdk-lib as well; otherwise this is an error.
   *
   * @see https://bundler.io/man/bundle-config.1.html
   *
   * @example
   * SecretFormat.json(PackageManager.bundler('ruby-store'));
   */
  public static bundler(repositoryName: string): PackageManager {
    return new PackageManager(setups.bundler(repositoryName));
  }

  /**
   * Swift: `NETRC_CONTENT`, the text of `~/.netrc`. It installs and publishes, after `swift package-registry login`.
   *
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/configure-swift.html
   *
   * @example
   * SecretFormat.json(PackageManager.swift('swift-store'));
   */
  public static swift(repositoryName: string): PackageManager {
    return new PackageManager(setups.swift(repositoryName));
  }

  /** @internal */
  public readonly _name: string;

  /** @internal */
  public readonly _repositoryName: string;

  /**
   * What helps where another one writes the same.
   * @internal
   */
  public readonly _advice: string;

  private constructor(private readonly setup: setups.Setup) {
    this._name = setup.name;
    this._repositoryName = setup.repositoryName;
    this._advice = setup.advice;
  }

  /**
   * What it writes for a domain, with a placeholder for the token.
   * @internal
   */
  public _texts(domain: ICodeArtifactDomain, publishTo: string[]): Partial<Texts> {
    const { repositoryName, format, textsFor } = this.setup;
    return textsFor({
      endpoint: domain.repositoryEndpoint(repositoryName, format),
      publishes: publishTo.includes(repositoryName),
    });
  }
}
