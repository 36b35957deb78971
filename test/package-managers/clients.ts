import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type recipes } from './recipes';
import { nodeOf } from '../../sandbox/ministack';

type RecipeName = keyof typeof recipes;
export type Format = 'npm' | 'pypi' | 'maven' | 'cargo' | 'ruby';

interface PackageManagerVersion {
  readonly name: string;
  readonly recipe: RecipeName;
  readonly format: Format;
  /** What it needs and this machine lacks. */
  readonly missing?: string;
  /** What the command of the recipe runs here, by the name that it has there. */
  readonly program: Record<string, string[]>;
  /** What only the tests need: no TLS, no network, no settings of the developer's. */
  readonly testOnly?: Record<string, string>;
}

/** One that publishes a package from the directory that it was made in. */
export interface Publisher extends PackageManagerVersion {
  /** Reports success when the repository answers that the token has expired. */
  readonly unaware?: boolean;
  /** The package's sources, with the text of the recipe in the file where it belongs. */
  sources?(name: string, text: string): Record<string, string>;
}

/** One that installs packages, and a project of its kind that wants them. */
export interface Client extends PackageManagerVersion {
  /** The recipe for packages of two repositories. */
  readonly several?: RecipeName;
  /** The names of a registry that it takes, beside that in its recipe. */
  readonly names?: string[];
  /** Prints, among other things, what is in a package that was installed: `hello`. */
  greet(name: string): string[];
  /** The project's files, with the text of the recipe in the one where it belongs. */
  project(text: string, packages: string[]): Record<string, string>;
}

export const CLIENTS = join(__dirname, '..', '..', '.sandbox', 'clients');

const NODE = nodeOf(24);
const npmScript = (script: string) => [NODE, join(CLIENTS, 'npm', 'node_modules', script)];
const NPM = npmScript('npm/bin/npm-cli.js');

export const PYTHON = join(CLIENTS, 'python', 'bin', 'python');
const pythonScript = (name: string) => join(CLIENTS, 'python', 'bin', name);
export const UV = [pythonScript('uv')];
export const ZIP = [PYTHON, '-m', 'zipfile'];

const JAVA_HOME = join(CLIENTS, 'java');
const JAVA = join(JAVA_HOME, 'bin', 'java');
export const JVM = join(CLIENTS, 'jvm');
export const RUBY = [JAVA, '-jar', join(JVM, 'jruby-complete.jar')];
const noJvmClients = existsSync(JVM) ? undefined : 'Maven, with which sandbox/clients.mjs fetches the clients that run on Java';

const RUST = rustToolchain();
const CARGO = join(RUST ?? '', 'cargo');
const noRust = RUST ? undefined : 'Rust';

/** Where the real `cargo` is, and not rustup's, which would look for a toolchain in the home directory. */
function rustToolchain(): string | undefined {
  try {
    return join(execFileSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(), 'bin');
  } catch {
    return undefined;
  }
}

/** Where the clients look for the programs that they run. */
export const PATH = [dirname(NODE), RUST, '/usr/local/bin', '/usr/bin', '/bin'].filter(Boolean).join(delimiter);

const PYTHON_GREET = (name: string) => `import ${name}; print(${name}.WORD)`;
const MAVEN_PLUGINS = readFileSync(join(__dirname, '..', '..', 'sandbox', 'maven-plugins.xml'), 'utf8');

const npmClient: Pick<Client, 'format' | 'project' | 'greet'> = {
  format: 'npm',
  project: (_, names) => ({
    'package.json': JSON.stringify({ name: 'app', private: true, dependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) }),
  }),
  greet: (name) => [NODE, '--print', `require("${name}")`],
};

const pyproject = (text: string, names: string[]) => ({
  'pyproject.toml': `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = [${names.map((name) => `"${name} (==1.0.0)"`).join(', ')}]

[tool.poetry]
package-mode = false

[tool.pdm]
distribution = false

${text}`,
});
const inVenv = (name: string) => ['.venv/bin/python', '-c', PYTHON_GREET(name)];
const inPackages = (name: string) => [PYTHON, '-c', `import sys; sys.path.append("packages"); ${PYTHON_GREET(name)}`];

export const mavenProject = (name: string, parts: string) => `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.acme</groupId>
  <artifactId>${name}</artifactId>
  <version>1.0.0</version>
  ${parts}
</project>
`;
const mavenDependencies = (names: string[]) => `<dependencies>${names.map((name) =>
  `<dependency><groupId>com.acme</groupId><artifactId>${name}</artifactId><version>1.0.0</version></dependency>`).join('')}</dependencies>`;
// For the test only: packages come from the stand-in or from nowhere.
const NO_CENTRAL = '<repositories><repository><id>central</id><url>file:nowhere</url></repository></repositories>'
  + '<pluginRepositories><pluginRepository><id>central</id><url>file:nowhere</url></pluginRepository></pluginRepositories>';
const MAVEN = [join(JVM, 'maven', 'bin', 'mvn'), '--batch-mode', '-Daether.remoteRepositoryFilter.prefixes=false'];
/** Maven, with its plug-ins from where sandbox/clients.mjs put them. */
const MAVEN_WITH_PLUGINS = [...MAVEN, `-Dmaven.repo.local.tail=${join(JVM, 'plugins')}`, '-Dmaven.repo.local.tail.ignoreAvailability=true'];
const mavenClient: Pick<Client, 'format' | 'missing' | 'greet' | 'testOnly'> = {
  format: 'maven',
  missing: noJvmClients,
  greet: (name) => [...ZIP, '--list', `target/dependency/${name}-1.0.0.jar`],
  testOnly: { JAVA_HOME },
};

const GRADLE = [
  JAVA, '--add-opens', 'java.base/java.lang=ALL-UNNAMED', '--class-path', noJvmClients ? '' : readFileSync(join(JVM, 'gradle.classpath'), 'utf8'),
  'groovy.ui.GroovyMain', join(__dirname, 'gradle.groovy'),
];
const INSECURE = 'repositories.configureEach { allowInsecureProtocol = true } // for the test only\n';

const YARN_4: Pick<Client, 'program' | 'testOnly'> = {
  program: { yarn: npmScript('@yarnpkg/cli-dist/bin/yarn.js') },
  testOnly: {
    YARN_NODE_LINKER: 'node-modules',
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_NPM_PREAPPROVED_PACKAGES: '**', // it distrusts packages as young as these
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false', // which it wants where CI is set
  },
};
const BUN = { bun: [join(CLIENTS, 'npm', 'node_modules', '@oven', 'bun-linux-x64', 'bin', 'bun')] };
const noBun = existsSync(BUN.bun[0]) ? undefined : 'Bun for this processor';

export const publishers: Publisher[] = [
  { name: 'npm 12', recipe: 'npmPublish', format: 'npm', program: { npm: NPM } },
  { name: 'pnpm 12', recipe: 'pnpmPublish', format: 'npm', program: { pnpm: npmScript('pnpm/bin/pnpm.mjs') } },
  { name: 'Yarn 1', recipe: 'yarnClassicPublish', format: 'npm', program: { yarn: npmScript('yarn-1/bin/yarn.js') }, unaware: true },
  { name: 'Yarn 4', recipe: 'yarnPublish', format: 'npm', ...YARN_4 },
  { name: 'Bun 1', recipe: 'bunPublish', format: 'npm', program: BUN, missing: noBun },
  { name: 'twine 7', recipe: 'twine', format: 'pypi', program: { twine: [pythonScript('twine')] }, testOnly: { TWINE_NON_INTERACTIVE: '1' } },
  { name: 'uv 0.13', recipe: 'uvPublish', format: 'pypi', program: { uv: UV } },
  { name: 'Poetry 2', recipe: 'poetryPublish', format: 'pypi', program: { poetry: [pythonScript('poetry')] } },
  { name: 'PDM 2', recipe: 'pdmPublish', format: 'pypi', program: { pdm: [pythonScript('pdm')] }, testOnly: { PDM_CHECK_UPDATE: '0' } },
  { name: 'Hatch 1', recipe: 'hatchPublish', format: 'pypi', program: { hatch: [pythonScript('hatch')] } },
  { name: 'Cargo', recipe: 'cargoPublish', format: 'cargo', missing: noRust, program: { cargo: [CARGO] } },
  {
    name: 'Maven 3',
    recipe: 'mavenPublish',
    format: 'maven',
    missing: noJvmClients,
    program: { mvn: MAVEN_WITH_PLUGINS },
    testOnly: { JAVA_HOME },
    sources: (name, text) => ({ 'pom.xml': mavenProject(name, `${text}${MAVEN_PLUGINS}${NO_CENTRAL}`) }),
  },
  {
    name: "Gradle 8's engine",
    recipe: 'gradlePublish',
    format: 'maven',
    missing: noJvmClients,
    program: { gradle: GRADLE },
    sources: (name, text) => ({
      'build.gradle': `apply plugin: 'java-library'
apply plugin: 'maven-publish'
group = 'com.acme'
version = '1.0.0'
${text}
publishing {
  ${INSECURE}
  publications { maven(MavenPublication) { artifactId = '${name}'; artifact(file('${name}.jar')) } }
}
`,
    }),
  },
  { name: 'RubyGems 3', recipe: 'gemPublish', format: 'ruby', missing: noJvmClients, program: { gem: [...RUBY, '-S', 'gem'] } },
];

export const clients: Client[] = [
  { ...npmClient, name: 'npm 12', recipe: 'npm', several: 'npmSeveral', program: { npm: NPM } },
  { ...npmClient, name: 'npm 11', recipe: 'npm', several: 'npmSeveral', program: { npm: npmScript('npm-11/bin/npm-cli.js') } },
  { ...npmClient, name: 'pnpm 12', recipe: 'pnpm', several: 'pnpmSeveral', program: { pnpm: npmScript('pnpm/bin/pnpm.mjs') } },
  { ...npmClient, name: 'pnpm 11', recipe: 'pnpm', several: 'pnpmSeveral', program: { pnpm: npmScript('pnpm-11/bin/pnpm.mjs') } },
  { ...npmClient, name: 'pnpm 10', recipe: 'pnpm', several: 'pnpmSeveral', program: { pnpm: npmScript('pnpm-10/bin/pnpm.cjs') } },
  { ...npmClient, name: 'Yarn 1', recipe: 'yarnClassic', several: 'yarnClassicSeveral', program: { yarn: npmScript('yarn-1/bin/yarn.js') } },
  { ...npmClient, name: 'Yarn 4', recipe: 'yarn', several: 'yarnSeveral', ...YARN_4 },
  { ...npmClient, name: 'Bun 1', recipe: 'bun', several: 'bunSeveral', program: BUN, missing: noBun },
  ...(['pip', 'pipNetrc'] as const).map((recipe): Client => ({
    name: 'pip 26',
    recipe,
    format: 'pypi',
    program: { pip: [PYTHON, '-m', 'pip'] },
    project: (_, names) => ({ 'requirements.txt': names.map((name) => `${name}==1.0.0\n`).join('') }),
    greet: inPackages,
    testOnly: { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_TARGET: 'packages' },
  })),
  {
    name: 'Pipenv 2026',
    recipe: 'pipenv',
    format: 'pypi',
    program: { pipenv: [pythonScript('pipenv')] },
    project: (text, names) => ({
      Pipfile: `${text.replace('https://aws', 'http://aws')}\n[packages]\n${names.map((name) => `${name} = "==1.0.0"\n`).join('')}`,
    }),
    greet: inVenv,
    testOnly: { PIPENV_VENV_IN_PROJECT: '1', PIPENV_PYTHON: PYTHON, PIPENV_YES: '1' },
  },
  {
    name: 'uv 0.13',
    recipe: 'uv',
    several: 'uvSeveral',
    names: ['private-registry', 'Private.Registry', 'Contoso'],
    format: 'pypi',
    program: { uv: UV },
    project: pyproject,
    greet: inVenv,
    testOnly: { UV_PYTHON: PYTHON },
  },
  {
    name: 'Poetry 2',
    recipe: 'poetry',
    several: 'poetrySeveral',
    names: ['private-registry', 'Contoso'],
    program: { poetry: [pythonScript('poetry')] },
    format: 'pypi',
    project: pyproject,
    greet: inVenv,
    testOnly: { POETRY_VIRTUALENVS_IN_PROJECT: 'true' },
  },
  {
    name: 'PDM 2',
    recipe: 'pdm',
    program: { pdm: [pythonScript('pdm')] },
    format: 'pypi',
    project: pyproject,
    greet: inVenv,
    testOnly: { PDM_CHECK_UPDATE: '0' },
  },
  {
    name: 'Cargo',
    recipe: 'cargo',
    several: 'cargoSeveral',
    names: ['private-registry', 'Contoso'],
    program: { cargo: [CARGO] },
    format: 'cargo',
    missing: noRust,
    project: (text, names) => ({
      'Cargo.toml': `[package]\nname = "app"\nedition = "2021"\n\n${text.replace(/^greeting/m, names[0])}`,
      'src/main.rs': `fn main() {\n${names.map((name) => `    println!("{}", ${name}::WORD);\n`).join('')}}\n`,
    }),
    greet: () => [CARGO, 'run', '--quiet', '--offline'],
  },
  {
    ...mavenClient,
    name: 'Maven 3',
    recipe: 'maven',
    several: 'mavenSeveral',
    names: ['private-registry', 'Private.Registry', 'Contoso'],
    project: (_, names) => ({ 'pom.xml': mavenProject('app', mavenDependencies(names) + MAVEN_PLUGINS + NO_CENTRAL) }),
    program: { mvn: MAVEN_WITH_PLUGINS },
  },
  {
    ...mavenClient,
    name: 'Maven 3, without plug-ins of its own',
    recipe: 'mavenMirror',
    project: (_, names) => ({ 'pom.xml': mavenProject('app', mavenDependencies(names) + MAVEN_PLUGINS) }),
    program: { mvn: MAVEN },
  },
  {
    name: "Gradle 8's engine",
    recipe: 'gradle',
    several: 'gradleSeveral',
    names: ['private-registry', 'Contoso'],
    format: 'maven',
    missing: noJvmClients,
    project: (text, names) => ({
      'build.gradle': `${text}
${INSECURE}configurations { app }
dependencies {
${names.map((name) => `  app 'com.acme:${name}:1.0.0'\n`).join('')}}
copy {
  from configurations.app
  into 'packages'
}
`,
    }),
    program: { gradle: GRADLE },
    greet: (name) => [...ZIP, '--list', `packages/${name}-1.0.0.jar`],
  },
  {
    name: 'sbt 1',
    recipe: 'sbt',
    format: 'maven',
    missing: noJvmClients,
    project: (text, names) => ({
      'build.sbt': `${text}
// For the test only: packages come from the stand-in or from nowhere.
externalResolvers := resolvers.value.map { case repository: MavenRepository => repository.withAllowInsecureProtocol(true); case other => other }
managedScalaInstance := false
autoScalaLibrary := false
crossPaths := false
${names.map((name) => `libraryDependencies += "com.acme" % "${name}" % "1.0.0"\n`).join('')}`,
      'project/build.properties': 'sbt.version=1.11.7\n',
      'repositories': `[repositories]\n  sandbox: file://${join(JVM, 'sbt')}\n`,
    }),
    // It keeps all that it makes in the project.
    program: {
      sbt: [
        JAVA, '-Dsbt.repository.config=repositories', '-Dsbt.boot.directory=.boot', '-Dsbt.global.base=.global', '-Dsbt.coursier.home=.coursier',
        '-Dcoursier.cache=.coursier', '-Dsbt.server.autostart=false', '-Djava.io.tmpdir=.', '-jar',
        join(JVM, 'sbt', 'org', 'scala-sbt', 'sbt-launch', '1.11.7', 'sbt-launch-1.11.7.jar'),
      ],
    },
    greet: (name) => ['/bin/sh', '-c', `${ZIP.join(' ')} --list "$(find .coursier -name ${name}-1.0.0.jar)"`],
  },
  {
    name: 'Bundler 4',
    recipe: 'bundler',
    several: 'bundlerSeveral',
    program: { bundle: [...RUBY, '-S', 'bundle'] },
    format: 'ruby',
    missing: noJvmClients,
    project: (text, names) => ({ Gemfile: `${text}\n${names.filter((name) => !text.includes(name)).map((name) => `gem '${name}', '1.0.0'\n`).join('')}` }),
    greet: (name) => [...RUBY, '-r', 'bundler/setup', '-e', `require "${name}"`],
    testOnly: { BUNDLE_PATH: 'packages' },
  },
];

/** Of each recipe the first client, which is of the newest version. */
export const newestClients = clients.filter(({ recipe }, index) => clients.findIndex((other) => other.recipe === recipe) === index);
