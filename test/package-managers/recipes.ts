import { type ICodeArtifactDomain, type PackageFormat, PackageManager, SecretFormat } from '../../src';
import { TOKEN_PLACEHOLDER } from '../../src/private/settings';

/** How a package manager gets to work with the secret: what docs/recipes.md says, and what the tests do. */
export interface Recipe {
  readonly title: string;
  /** The source text of what goes into `SecretFormat.json()`. */
  readonly packageManagers: string;
  /** Whether the token publishes to the repository `store`. */
  readonly publishes?: boolean;
  /** The shell command that puts the text of a file where the package manager looks for it. */
  readonly prepare?: string;
  /** The project's own words about the repositories. They hold no token, and `STORE_URL` and `OWN_URL` for their endpoints. */
  readonly project?: { readonly file: string; readonly language: string; readonly text: string };
  readonly command: string;
  /** What else is good to know. */
  readonly note?: string;
  /** Why no test runs it. */
  readonly untested?: string;
}

const npmrc = 'printf \'%s\' "$NPMRC" > ~/.npmrc';
const netrc = 'printf \'%s\' "$NETRC_CONTENT" > ~/.netrc && chmod 600 ~/.netrc';
const mavenSettings = 'mkdir -p ~/.m2 && printf \'%s\' "$MAVEN_SETTINGS_XML" > ~/.m2/settings.xml';

const npmrcRecipe = (title: string, factory: string, command: string) =>
  ({ title, packageManagers: `PackageManager.${factory}('store')`, prepare: npmrc, command });
const scopedRecipe = (title: string, factory: string, command: string) => ({
  ...npmrcRecipe(`${title}, with a scope of its own`, factory, command),
  packageManagers: `PackageManager.${factory}('store'), PackageManager.${factory}('own', { scope: '@acme' })`,
});

const NO_DOTNET = 'written after its documentation; no test runs it, since the .NET SDK is in none of the registries that the tests install from';
const NO_SWIFT = 'written after its documentation; no test runs it, since Swift is in none of the registries that the tests install from';
const NO_GRADLE = 'written after its documentation; no test runs it: the tests have Gradle\'s engine, which runs build scripts, and not its command, which is in none of'
  + ' the registries that they install from';

const poetrySource = '[[tool.poetry.source]]\nname = "codeartifact"\nurl = "STORE_URLsimple/"\npriority = "primary"\n';
const nugetConfig = (sources: string) => `<configuration>
  <packageSources>
${sources}  </packageSources>
</configuration>
`;
const gradleRepository = (indent: string, url: string) => [
  'maven {',
  `  url = providers.environmentVariable('${url}')`,
  '  credentials {',
  "    username = 'aws'",
  "    password = providers.environmentVariable('CODEARTIFACT_AUTH_TOKEN').get()",
  '  }',
  '}',
].map((line) => `${indent}${line}\n`).join('');

export const recipes = {
  npm: npmrcRecipe('npm', 'npm', 'npm install'),
  npmPublish: { ...npmrcRecipe('npm, to publish', 'npm', 'npm publish'), publishes: true },
  npmSeveral: scopedRecipe('npm', 'npm', 'npm install'),
  pnpm: npmrcRecipe('pnpm', 'pnpm', 'pnpm install'),
  pnpmPublish: { ...npmrcRecipe('pnpm, to publish', 'pnpm', 'pnpm publish --no-git-checks'), publishes: true },
  pnpmSeveral: scopedRecipe('pnpm', 'pnpm', 'pnpm install'),
  yarnClassic: npmrcRecipe('Yarn 1', 'yarnClassic', 'yarn install'),
  yarnClassicPublish: {
    ...npmrcRecipe('Yarn 1, to publish', 'yarnClassic', 'yarn publish --non-interactive'),
    publishes: true,
    note: 'Yarn 1 reports success although the repository refused an expired token (401): rather publish with `npm publish`, which has the same variables.',
  },
  yarnClassicSeveral: scopedRecipe('Yarn 1', 'yarnClassic', 'yarn install'),
  yarn: { title: 'Yarn 4', packageManagers: "PackageManager.yarn('store')", command: 'yarn install' },
  yarnPublish: { title: 'Yarn 4, to publish', packageManagers: "PackageManager.yarn('store')", publishes: true, command: 'yarn install && yarn npm publish' },
  yarnSeveral: { ...scopedRecipe('Yarn 4', 'yarn', 'yarn install'), prepare: 'printf \'%s\' "$YARNRC_YML" > ~/.yarnrc.yml' },
  bun: { ...npmrcRecipe('Bun', 'npm', 'bun install'), note: 'Bun reads the variables of npm.' },
  bunPublish: { ...npmrcRecipe('Bun, to publish', 'npm', 'bun publish'), publishes: true },
  bunSeveral: scopedRecipe('Bun', 'npm', 'bun install'),
  pip: {
    title: 'pip',
    packageManagers: "PackageManager.pip('store')",
    command: 'pip install --requirement requirements.txt',
    note: 'The token is in the URL. pip-tools writes that URL into `requirements.txt`: use the next recipe where it runs.',
  },
  pipNetrc: {
    title: 'pip, with the token in `~/.netrc`',
    packageManagers: "PackageManager.pip('store', { netrc: true })",
    prepare: netrc,
    command: 'pip install --requirement requirements.txt',
    note: 'The safer way: no file that is committed gets the token.',
  },
  pipenv: {
    title: 'Pipenv',
    packageManagers: '',
    project: {
      file: 'Pipfile',
      language: 'toml',
      text: '[[source]]\nname = "codeartifact"\nurl = "https://aws:${CODEARTIFACT_AUTH_TOKEN}@STORE_HOSTsimple/"\nverify_ssl = true\n',
    },
    command: 'pipenv install',
    note: 'Pipenv needs no package manager in the format: `CODEARTIFACT_AUTH_TOKEN` is in every secret. `Pipfile.lock` keeps its name, not its value.',
  },
  uv: { title: 'uv', packageManagers: "PackageManager.uv('store')", command: 'uv sync' },
  uvPublish: { title: 'uv, to publish', packageManagers: "PackageManager.uv('store')", publishes: true, command: 'uv publish' },
  uvSeveral: {
    title: 'uv, with a further index',
    packageManagers: "PackageManager.uv('store'), PackageManager.uv('own', { name: 'own' })",
    command: 'uv sync',
    note: 'The first is the default index, which uv asks last.',
  },
  poetry: {
    title: 'Poetry',
    packageManagers: "PackageManager.poetry('store')",
    project: { file: 'pyproject.toml', language: 'toml', text: poetrySource },
    command: 'poetry install',
  },
  poetryPublish: {
    title: 'Poetry, to publish',
    packageManagers: "PackageManager.poetry('store')",
    publishes: true,
    command: 'poetry publish --repository codeartifact',
    note: '`poetry publish` does not read `tool.poetry.source`: a variable has the URL.',
  },
  poetrySeveral: {
    title: 'Poetry, with a further source',
    packageManagers: "PackageManager.poetry('store'), PackageManager.poetry('own', { name: 'own' })",
    project: {
      file: 'pyproject.toml',
      language: 'toml',
      text: `${poetrySource}\n[[tool.poetry.source]]\nname = "own"\nurl = "OWN_URLsimple/"\npriority = "supplemental"\n`,
    },
    command: 'poetry install',
  },
  pdm: { title: 'PDM', packageManagers: "PackageManager.pdm('store')", command: 'pdm install' },
  pdmPublish: { title: 'PDM, to publish', packageManagers: "PackageManager.pdm('store')", publishes: true, command: 'pdm publish --no-build' },
  hatchPublish: {
    title: 'Hatch, which publishes',
    packageManagers: "PackageManager.hatch('store')",
    publishes: true,
    command: 'hatch publish',
    note: 'Hatch installs with pip or uv: give the format one of them as well.',
  },
  twine: { title: 'twine, which publishes', packageManagers: "PackageManager.twine('store')", publishes: true, command: 'twine upload dist/*' },
  maven: {
    title: 'Maven', packageManagers: "PackageManager.maven('store')", prepare: mavenSettings, command: 'mvn dependency:copy-dependencies',
  },
  mavenMirror: {
    title: 'Maven, from this repository alone',
    packageManagers: "PackageManager.maven('store', { mirrorOf: '*' })",
    prepare: mavenSettings,
    command: 'mvn dependency:copy-dependencies',
    note: 'Plugins come from it as well: for a network without internet access. The repository needs Maven Central as an external connection or upstream.',
  },
  mavenPublish: {
    title: 'Maven, to publish',
    packageManagers: "PackageManager.maven('store')",
    publishes: true,
    prepare: mavenSettings,
    project: {
      file: 'pom.xml',
      language: 'xml',
      text: `<distributionManagement>
  <repository>
    <id>codeartifact</id>
    <url>STORE_URL</url>
  </repository>
</distributionManagement>
`,
    },
    command: 'mvn deploy',
    note: 'Snapshots go to the same repository.',
  },
  mavenSeveral: {
    title: 'Maven, with two repositories',
    packageManagers: "PackageManager.maven('store'), PackageManager.maven('own', { name: 'own' })",
    prepare: mavenSettings,
    command: 'mvn dependency:copy-dependencies',
  },
  gradle: {
    title: 'Gradle',
    packageManagers: "PackageManager.gradle('store')",
    project: { file: 'build.gradle', language: 'groovy', text: `repositories {\n${gradleRepository('  ', 'CODEARTIFACT_MAVEN_URL')}}\n` },
    command: 'gradle build',
  },
  gradleSettings: {
    title: 'Gradle, with plugins from the repository',
    packageManagers: "PackageManager.gradle('store')",
    project: {
      file: 'settings.gradle',
      language: 'groovy',
      text: `pluginManagement {
  repositories {
${gradleRepository('    ', 'CODEARTIFACT_MAVEN_URL')}  }
}
dependencyResolutionManagement {
  repositoriesMode = RepositoriesMode.FAIL_ON_PROJECT_REPOS
  repositories {
${gradleRepository('    ', 'CODEARTIFACT_MAVEN_URL')}  }
}
`,
    },
    command: 'gradle build',
    note: '`providers.environmentVariable` is an input of the configuration cache: with the next token Gradle configures anew, and does not send the old one.',
    untested: NO_GRADLE,
  },
  gradleKotlin: {
    title: 'Gradle, in Kotlin',
    packageManagers: "PackageManager.gradle('store')",
    project: {
      file: 'settings.gradle.kts',
      language: 'kotlin',
      text: `dependencyResolutionManagement {
  repositoriesMode = RepositoriesMode.FAIL_ON_PROJECT_REPOS
  repositories {
    maven {
      url = uri(providers.environmentVariable("CODEARTIFACT_MAVEN_URL").get())
      credentials {
        username = "aws"
        password = providers.environmentVariable("CODEARTIFACT_AUTH_TOKEN").get()
      }
    }
  }
}
`,
    },
    command: 'gradle build',
    untested: NO_GRADLE,
  },
  gradlePublish: {
    title: 'Gradle, to publish',
    packageManagers: "PackageManager.gradle('store')",
    publishes: true,
    project: {
      file: 'build.gradle',
      language: 'groovy',
      text: `publishing {
  repositories {
${gradleRepository('    ', 'CODEARTIFACT_MAVEN_URL')}  }
}
`,
    },
    command: 'gradle publish',
  },
  gradleSeveral: {
    title: 'Gradle, with two repositories',
    packageManagers: "PackageManager.gradle('store'), PackageManager.gradle('own', { name: 'own' })",
    project: {
      file: 'build.gradle',
      language: 'groovy',
      text: `repositories {\n${gradleRepository('  ', 'CODEARTIFACT_MAVEN_URL')}${gradleRepository('  ', 'OWN_MAVEN_URL')}}\n`,
    },
    command: 'gradle build',
  },
  sbt: {
    title: 'sbt',
    packageManagers: "PackageManager.gradle('store')",
    project: {
      file: 'build.sbt',
      language: 'scala',
      text: `resolvers += "codeartifact" at sys.env("CODEARTIFACT_MAVEN_URL")
credentials += Credentials("acme/store", "STORE_NAME", "aws", sys.env("CODEARTIFACT_AUTH_TOKEN"))
`,
    },
    command: 'sbt update',
    note: 'sbt reads the variables of Gradle.',
  },
  cargo: {
    title: 'Cargo',
    packageManagers: "PackageManager.cargo('store')",
    project: { file: 'Cargo.toml', language: 'toml', text: '[dependencies]\ngreeting = { version = "=1.0.0", registry = "codeartifact" }\n' },
    command: 'cargo build',
  },
  cargoPublish: {
    title: 'Cargo, to publish', packageManagers: "PackageManager.cargo('store')", publishes: true, command: 'cargo publish --registry codeartifact',
  },
  cargoSeveral: {
    title: 'Cargo, with a further registry',
    packageManagers: "PackageManager.cargo('store'), PackageManager.cargo('own', { name: 'own' })",
    project: {
      file: 'Cargo.toml',
      language: 'toml',
      text: '[dependencies]\ngreeting = { version = "=1.0.0", registry = "codeartifact" }\nfarewell = { version = "=1.0.0", registry = "own" }\n',
    },
    command: 'cargo build',
  },
  bundler: {
    title: 'Bundler',
    packageManagers: "PackageManager.bundler('store')",
    project: { file: 'Gemfile', language: 'ruby', text: "source 'STORE_URL'\n" },
    command: 'bundle install',
  },
  bundlerSeveral: {
    title: 'Bundler, with a further source',
    packageManagers: "PackageManager.bundler('store')",
    project: { file: 'Gemfile', language: 'ruby', text: "source 'STORE_URL'\n\nsource 'OWN_URL' do\n  gem 'farewell', '1.0.0'\nend\n" },
    command: 'bundle install',
    note: 'Bundler knows credentials by the host, which is that of the domain: one `PackageManager.bundler` is for all its repositories.',
  },
  gemPublish: {
    title: 'RubyGems, to publish', packageManagers: "PackageManager.bundler('store')", publishes: true, command: 'gem push greeting-1.0.0.gem',
  },
  nuget: {
    title: 'NuGet',
    packageManagers: "PackageManager.nuget('store')",
    project: {
      file: 'nuget.config',
      language: 'xml',
      text: nugetConfig('    <add key="codeartifact" value="STORE_URLv3/index.json" />\n'),
    },
    command: 'dotnet restore',
    untested: NO_DOTNET,
  },
  nugetPublish: {
    title: 'NuGet, to publish',
    packageManagers: "PackageManager.nuget('store')",
    publishes: true,
    project: {
      file: 'nuget.config',
      language: 'xml',
      text: nugetConfig('    <add key="codeartifact" value="STORE_URLv3/index.json" />\n'),
    },
    command: 'dotnet nuget push bin/Release/*.nupkg --source codeartifact',
    untested: NO_DOTNET,
  },
  nugetSeveral: {
    title: 'NuGet, with two sources',
    packageManagers: "PackageManager.nuget('store'), PackageManager.nuget('own', { name: 'Contoso' })",
    project: {
      file: 'nuget.config',
      language: 'xml',
      text: nugetConfig('    <add key="codeartifact" value="STORE_URLv3/index.json" />\n    <add key="Contoso" value="OWN_URLv3/index.json" />\n'),
    },
    command: 'dotnet restore',
    untested: NO_DOTNET,
  },
  swift: {
    title: 'Swift',
    packageManagers: "PackageManager.swift('store')",
    prepare: netrc,
    command: 'swift package-registry set STORE_URL\nswift package-registry login STORE_URLlogin\nswift build',
    note: 'SwiftPM sends no credentials to a registry that was never logged in to, whatever is in `~/.netrc`.',
    untested: NO_SWIFT,
  },
  swiftPublish: {
    title: 'Swift, to publish',
    packageManagers: "PackageManager.swift('store')",
    publishes: true,
    prepare: netrc,
    command: 'swift package-registry set STORE_URL\nswift package-registry login STORE_URLlogin\n'
      + 'swift package-registry publish acme.Greeting 1.0.0',
    untested: NO_SWIFT,
  },
} satisfies Record<string, Recipe>;

export type Repository = 'store' | 'own';
type EndpointOf = (repository: string, format: PackageFormat) => string;

/** Puts the endpoints of a format in the places that are kept for them. */
export function withEndpoints(text: string, endpointOf: (repository: Repository) => string): string {
  return text
    .replaceAll('STORE_URL', endpointOf('store'))
    .replaceAll('STORE_HOST', endpointOf('store').replace(/^\w+:\/\//, ''))
    .replaceAll('STORE_NAME', new URL(endpointOf('store')).hostname)
    .replaceAll('OWN_URL', endpointOf('own'));
}

/** The environment variables that the secret fills. */
export function fill({ packageManagers, publishes }: Recipe, repositoryEndpoint: EndpointOf, token: string): Record<string, string> {
  const managers: PackageManager[] = new Function('PackageManager', `return [${packageManagers}]`)(PackageManager);
  const domain = { repositoryEndpoint } as Pick<ICodeArtifactDomain, 'repositoryEndpoint'> as ICodeArtifactDomain;
  const { template, variables } = SecretFormat.json(...managers)._layout(domain, publishes ? ['store', 'own'] : []);
  const secret = JSON.parse(template.replaceAll(TOKEN_PLACEHOLDER, token));
  return Object.fromEntries(variables.map((variable) => [variable, secret[variable]]));
}
