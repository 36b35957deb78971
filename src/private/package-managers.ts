import { Token } from 'aws-cdk-lib';
import { TOKEN_PLACEHOLDER as TOKEN } from './settings';
import { IDENTIFIER, LETTER_FIRST, LETTERS_DIGITS_DOTS, MIRROR_OF, NPM_SCOPE, Rule, validateText } from './validation';
import { Texts } from './variables';
import { PackageFormat } from '../package-format';
import type { MavenOptions, NamedRepositoryOptions, NpmOptions, PipOptions } from '../package-manager-options';

// How each package manager is set up, by the name of its factory in PackageManager, which says what it reads.

const DEFAULT_NAME = 'codeartifact';

/** What a package manager is set up for. */
interface Use {
  readonly endpoint: string;
  /** Whether the token may publish to the repository. */
  readonly publishes: boolean;
}

/** A package manager, and the repository that it works with. */
export interface Setup {
  readonly name: string;
  readonly repositoryName: string;
  readonly format: PackageFormat;
  /** What helps where another one writes the same. */
  readonly advice: string;
  readonly textsFor: (use: Use) => Partial<Texts>;
}

const ONE_DEFAULT = 'give one of them a scope of its own, or make one repository an upstream of the other';
const OTHER_NAME = 'give one of them another name';
const ONE_INDEX = 'make one repository an upstream of the other';

export function npm(repositoryName: string, options: NpmOptions): Setup {
  return readingNpmrc('npm', repositoryName, options);
}

export function pnpm(repositoryName: string, options: NpmOptions): Setup {
  return readingNpmrc('pnpm', repositoryName, options);
}

export function yarnClassic(repositoryName: string, options: NpmOptions): Setup {
  return readingNpmrc('yarnClassic', repositoryName, options, { 'always-auth': 'true' });
}

export function yarn(repositoryName: string, { scope }: NpmOptions): Setup {
  validateScope(scope);
  return setup('yarn', repositoryName, PackageFormat.NPM, ONE_DEFAULT, ({ endpoint }) => scope ? { yarnrc: { [scope]: endpoint } } : {
    environment: { YARN_NPM_REGISTRY_SERVER: endpoint, YARN_NPM_AUTH_TOKEN: TOKEN, YARN_NPM_ALWAYS_AUTH: 'true' },
  });
}

export function pip(repositoryName: string, { netrc = false }: PipOptions): Setup {
  return setup('pip', repositoryName, PackageFormat.PYPI, ONE_INDEX, ({ endpoint }) => netrc
    ? { environment: { PIP_INDEX_URL: `${endpoint}simple/` }, netrc: { [hostOf(endpoint)]: 'aws' } }
    : { environment: { PIP_INDEX_URL: `${endpoint.replace('https://', `https://aws:${TOKEN}@`)}simple/` } });
}

export function uv(repositoryName: string, options: NamedRepositoryOptions): Setup {
  const name = configName(options, LETTERS_DIGITS_DOTS);
  return setup('uv', repositoryName, PackageFormat.PYPI, OTHER_NAME, ({ endpoint, publishes }) => ({
    uvIndexes: { [name]: `${endpoint}simple/` }, // without the name, uv sends no credentials
    environment: {
      ...credentials(`UV_INDEX_${upperSnake(name)}`),
      ...publishes ? { UV_PUBLISH_URL: endpoint, UV_PUBLISH_CHECK_URL: `${endpoint}simple/`, ...credentials('UV_PUBLISH') } : {},
    },
  }));
}

export function poetry(repositoryName: string, options: NamedRepositoryOptions): Setup {
  const name = upperSnake(configName(options, LETTER_FIRST));
  return setup('poetry', repositoryName, PackageFormat.PYPI, OTHER_NAME, ({ endpoint, publishes }) => ({
    environment: {
      ...credentials(`POETRY_HTTP_BASIC_${name}`),
      ...publishes ? { [`POETRY_REPOSITORIES_${name}_URL`]: endpoint } : {},
    },
  }));
}

export function pdm(repositoryName: string): Setup {
  return setup('pdm', repositoryName, PackageFormat.PYPI, ONE_INDEX, ({ endpoint, publishes }) => ({
    environment: {
      PDM_PYPI_URL: `${endpoint}simple/`,
      ...credentials('PDM_PYPI'),
      ...publishes ? { PDM_PUBLISH_REPO: endpoint, ...credentials('PDM_PUBLISH') } : {},
    },
  }));
}

export function hatch(repositoryName: string): Setup {
  return setup('hatch', repositoryName, PackageFormat.PYPI, ONE_INDEX, ({ endpoint }) => ({
    environment: { HATCH_INDEX_REPO: endpoint, HATCH_INDEX_USER: 'aws', HATCH_INDEX_AUTH: TOKEN },
  }));
}

export function twine(repositoryName: string): Setup {
  return setup('twine', repositoryName, PackageFormat.PYPI, ONE_INDEX, ({ endpoint }) => ({
    environment: { TWINE_REPOSITORY_URL: endpoint, ...credentials('TWINE') },
  }));
}

export function maven(repositoryName: string, options: MavenOptions): Setup {
  const { name = DEFAULT_NAME, mirrorOf } = options;
  validateText('name', name, LETTERS_DIGITS_DOTS);
  if (mirrorOf !== undefined) {
    validateText('mirrorOf', mirrorOf, MIRROR_OF);
  }
  return setup('maven', repositoryName, PackageFormat.MAVEN, OTHER_NAME, ({ endpoint }) => ({
    mavenSettings: { [name]: { url: endpoint, mirrorOf } },
  }));
}

export function gradle(repositoryName: string, options: NamedRepositoryOptions): Setup {
  const name = upperSnake(configName(options, LETTER_FIRST));
  return setup('gradle', repositoryName, PackageFormat.MAVEN, OTHER_NAME, ({ endpoint }) => ({
    environment: { [`${name}_MAVEN_URL`]: endpoint },
  }));
}

export function nuget(repositoryName: string, options: NamedRepositoryOptions): Setup {
  const name = configName(options, IDENTIFIER);
  return setup('nuget', repositoryName, PackageFormat.NUGET, OTHER_NAME, () => ({
    environment: { [`NuGetPackageSourceCredentials_${name}`]: `Username=aws;Password=${TOKEN}` },
  }));
}

export function cargo(repositoryName: string, options: NamedRepositoryOptions): Setup {
  const variable = `CARGO_REGISTRIES_${upperSnake(configName(options, LETTER_FIRST))}`;
  return setup('cargo', repositoryName, PackageFormat.CARGO, OTHER_NAME, ({ endpoint }) => ({
    environment: {
      [`${variable}_INDEX`]: `sparse+${endpoint}`,
      [`${variable}_TOKEN`]: TOKEN,
      [`${variable}_CREDENTIAL_PROVIDER`]: 'cargo:token', // without it Cargo refuses
    },
  }));
}

export function bundler(repositoryName: string): Setup {
  return setup('bundler', repositoryName, PackageFormat.RUBY, ONE_INDEX, ({ endpoint, publishes }) => {
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

export function swift(repositoryName: string): Setup {
  return setup('swift', repositoryName, PackageFormat.SWIFT, 'use pip without netrc', ({ endpoint }) => ({
    netrc: { [hostOf(endpoint)]: 'token' },
  }));
}

function readingNpmrc(name: string, repositoryName: string, { scope }: NpmOptions, more: Record<string, string> = {}): Setup {
  validateScope(scope);
  return setup(name, repositoryName, PackageFormat.NPM, ONE_DEFAULT, ({ endpoint }) => ({
    npmrc: { [`${scope ? `${scope}:` : ''}registry`]: endpoint, [`${endpoint.replace('https:', '')}:_authToken`]: TOKEN, ...more },
  }));
}

function setup(name: string, repositoryName: string, format: PackageFormat, advice: string, textsFor: Setup['textsFor']): Setup {
  return { name, repositoryName, format, advice, textsFor };
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
