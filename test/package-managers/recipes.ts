import { PackageFormat, PackageManager, SecretFormat } from '../../src';
import { TOKEN_PLACEHOLDER } from '../../src/private/settings';

/** How a package manager gets to work with the secret: what docs/package-managers.md says, and what the tests do. */
export interface Recipe {
  readonly title: string;
  /** The source text of what goes into `SecretFormat.json()`. */
  readonly packageManager: string;
  /** The shell command that puts the text of a file where the package manager looks for it. */
  readonly prepare?: string;
  /** The project's own words about the repository. They hold no token, and `ENDPOINT` for its endpoint. */
  readonly project?: { readonly file: string; readonly language: string; readonly text: string };
  readonly command: string;
  /** Why no test runs it. */
  readonly untested?: string;
}

const npmrc = 'printf \'%s\' "$NPMRC" > ~/.npmrc';

export const recipes = {
  npm: { title: 'npm', packageManager: "PackageManager.npm('store')", prepare: npmrc, command: 'npm install' },
  npmPublish: { title: 'npm, to publish', packageManager: "PackageManager.npm('store')", prepare: npmrc, command: 'npm publish' },
  pnpm: { title: 'pnpm', packageManager: "PackageManager.pnpm('store')", prepare: npmrc, command: 'pnpm install' },
  yarnClassic: { title: 'Yarn 1', packageManager: "PackageManager.yarnClassic('store')", prepare: npmrc, command: 'yarn install' },
  yarn: { title: 'Yarn 4', packageManager: "PackageManager.yarn('store')", command: 'yarn install' },
  pip: { title: 'pip', packageManager: "PackageManager.pip('store')", command: 'pip install --requirement requirements.txt' },
  uv: { title: 'uv', packageManager: "PackageManager.uv('store')", command: 'uv sync' },
  poetry: {
    title: 'Poetry',
    packageManager: "PackageManager.poetry('store')",
    project: {
      file: 'pyproject.toml',
      language: 'toml',
      text: '[[tool.poetry.source]]\nname = "codeartifact"\nurl = "ENDPOINTsimple/"\npriority = "primary"\n',
    },
    command: 'poetry install',
  },
  twine: { title: 'twine, which publishes', packageManager: "PackageManager.twine('store')", command: 'twine upload dist/*' },
  maven: {
    title: 'Maven',
    packageManager: "PackageManager.maven('store')",
    prepare: 'mkdir -p ~/.m2 && printf \'%s\' "$MAVEN_SETTINGS_XML" > ~/.m2/settings.xml',
    command: 'mvn dependency:copy-dependencies',
  },
  gradle: {
    title: 'Gradle',
    packageManager: "PackageManager.gradle('store')",
    project: {
      file: 'build.gradle',
      language: 'groovy',
      text: `repositories {
  maven {
    url = System.getenv('CODEARTIFACT_MAVEN_URL')
    credentials {
      username = 'aws'
      password = System.getenv('CODEARTIFACT_AUTH_TOKEN')
    }
  }
}
`,
    },
    command: 'gradle build',
  },
  cargo: {
    title: 'Cargo',
    packageManager: "PackageManager.cargo('store')",
    project: { file: 'Cargo.toml', language: 'toml', text: '[dependencies]\ngreeting = { version = "=1.0.0", registry = "codeartifact" }\n' },
    command: 'cargo build',
  },
  bundler: {
    title: 'Bundler',
    packageManager: "PackageManager.bundler('store')",
    project: { file: 'Gemfile', language: 'ruby', text: "source 'ENDPOINT'\n" },
    command: 'bundle install',
  },
  nuget: {
    title: 'NuGet',
    packageManager: "PackageManager.nuget('store')",
    project: {
      file: 'nuget.config',
      language: 'xml',
      text: `<configuration>
  <packageSources>
    <add key="codeartifact" value="ENDPOINTv3/index.json" />
  </packageSources>
</configuration>
`,
    },
    command: 'dotnet restore',
    untested: 'written after its documentation; no test runs it',
  },
  swift: {
    title: 'Swift',
    packageManager: "PackageManager.swift('store')",
    prepare: 'printf \'%s\' "$NETRC" > ~/.netrc',
    command: 'swift package-registry set ENDPOINT && swift build',
    untested: 'written after its documentation; no test runs it',
  },
} satisfies Record<string, Recipe>;

/** The environment variables that the secret fills, with the endpoint of the repository that they are for. */
export function fill(recipe: Recipe, endpointOf: (format: PackageFormat) => string, token: string) {
  const packageManager: PackageManager = new Function('PackageManager', `return ${recipe.packageManager}`)(PackageManager);
  let endpoint = '';
  const domain = { repositoryEndpoint: (_: string, format: PackageFormat) => endpoint = endpointOf(format) };
  const { template, variables } = SecretFormat.json(packageManager)._layout(domain as never);
  const secret = JSON.parse(template.replaceAll(TOKEN_PLACEHOLDER, token));
  const filled: Record<string, string> = Object.fromEntries(variables.map((variable) => [variable, secret[variable]]));
  return { endpoint, variables: filled };
}
