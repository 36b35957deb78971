import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type recipes } from './recipes';
import { nodeOf } from '../../sandbox/ministack';

interface PackageManagerVersion {
  readonly name: string;
  readonly recipe: keyof typeof recipes;
  readonly format: 'npm' | 'pypi' | 'maven' | 'cargo' | 'ruby';
  /** What the command of the recipe runs here, by the name that it has there. */
  readonly program: Record<string, string[]>;
  /** What only the tests need: no TLS, no network, no settings of the developer's. */
  readonly testOnly?: Record<string, string>;
}

/** One that publishes the package `greeting` from the directory that it was made in. */
export type Publisher = PackageManagerVersion;

/** One that installs the package `greeting`, and a project of its kind that wants it. */
export interface Client extends PackageManagerVersion {
  /** What it needs and this machine lacks. */
  readonly missing?: string;
  /** Prints, among other things, what is in the package that was installed: `hello`. */
  readonly greet: string[];
  /** The project's files, with the text of the recipe in the one where it belongs. */
  project(text: string): Record<string, string>;
}

const CLIENTS = join(__dirname, '..', '..', '.sandbox', 'clients');
if (!existsSync(CLIENTS)) {
  throw new Error('The package managers are not installed: run `node sandbox/clients.mjs` first.');
}

const NODE = nodeOf(24);
const npmScript = (script: string) => [NODE, join(CLIENTS, 'npm', 'node_modules', script)];
const NPM = npmScript('npm/bin/npm-cli.js');

const PYTHON = join(CLIENTS, 'python', 'bin', 'python');
const pythonScript = (name: string) => join(CLIENTS, 'python', 'bin', name);
export const UV = [pythonScript('uv')];
export const ZIP = [PYTHON, '-m', 'zipfile'];

const JAVA_HOME = join(CLIENTS, 'java');
const JAVA = join(JAVA_HOME, 'bin', 'java');
const JVM = join(CLIENTS, 'jvm');
export const RUBY = [JAVA, '-jar', join(JVM, 'jruby-complete.jar')];
const noJvmClients = existsSync(JVM) ? undefined : 'Maven, with which sandbox/clients.mjs fetches the clients that run on Java';

const RUST = rustToolchain();
export const CARGO = join(RUST ?? '', 'cargo');
const noRust = RUST ? undefined : 'Rust';

/** Where the real `cargo` is, and not rustup's, which would look for a toolchain in the home directory. */
function rustToolchain(): string | undefined {
  try {
    return join(execFileSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).trim(), 'bin');
  } catch {
    return undefined;
  }
}

/** Where the clients look for the programs that they run. */
export const PATH = [dirname(NODE), RUST, '/usr/local/bin', '/usr/bin', '/bin'].filter(Boolean).join(delimiter);

const npmClient: Pick<Client, 'format' | 'project' | 'greet'> = {
  format: 'npm',
  project: () => ({ 'package.json': JSON.stringify({ name: 'app', private: true, dependencies: { greeting: '1.0.0' } }) }),
  greet: [NODE, '--print', 'require("greeting")'],
};

const pyproject = (text: string) => ({
  'pyproject.toml': `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ["greeting (==1.0.0)"]

[tool.poetry]
package-mode = false

${text}`,
});
const PYTHON_GREET = 'import greeting; print(greeting.WORD)';

const MAVEN_PROJECT = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.acme</groupId>
  <artifactId>app</artifactId>
  <version>1.0.0</version>
  <dependencies>
    <dependency>
      <groupId>com.acme</groupId>
      <artifactId>greeting</artifactId>
      <version>1.0.0</version>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin><artifactId>maven-dependency-plugin</artifactId><version>3.9.0</version></plugin>
    </plugins>
  </build>
  <!-- For the test only: the package comes from the stand-in or from nowhere. -->
  <repositories>
    <repository><id>central</id><url>file:nowhere</url></repository>
  </repositories>
  <pluginRepositories>
    <pluginRepository><id>central</id><url>file:nowhere</url></pluginRepository>
  </pluginRepositories>
</project>
`;

export const publishers: Publisher[] = [
  { name: 'npm publish', recipe: 'npmPublish', format: 'npm', program: { npm: NPM } },
  { name: 'twine 7', recipe: 'twine', format: 'pypi', program: { twine: [pythonScript('twine')] }, testOnly: { TWINE_NON_INTERACTIVE: '1' } },
];

export const clients: Client[] = [
  { ...npmClient, name: 'npm 12', recipe: 'npm', program: { npm: NPM } },
  { ...npmClient, name: 'npm 11', recipe: 'npm', program: { npm: npmScript('npm-11/bin/npm-cli.js') } },
  { ...npmClient, name: 'pnpm 12', recipe: 'pnpm', program: { pnpm: npmScript('pnpm/bin/pnpm.mjs') } },
  { ...npmClient, name: 'pnpm 11', recipe: 'pnpm', program: { pnpm: npmScript('pnpm-11/bin/pnpm.mjs') } },
  { ...npmClient, name: 'pnpm 10', recipe: 'pnpm', program: { pnpm: npmScript('pnpm-10/bin/pnpm.cjs') } },
  { ...npmClient, name: 'Yarn 1', recipe: 'yarnClassic', program: { yarn: npmScript('yarn-1/bin/yarn.js') } },
  {
    ...npmClient,
    name: 'Yarn 4',
    recipe: 'yarn',
    program: { yarn: npmScript('@yarnpkg/cli-dist/bin/yarn.js') },
    testOnly: {
      YARN_NODE_LINKER: 'node-modules',
      YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
      YARN_NPM_MINIMAL_AGE_GATE: '0', // it distrusts packages as young as this one
    },
  },
  {
    name: 'pip 26',
    recipe: 'pip',
    format: 'pypi',
    program: { pip: [PYTHON, '-m', 'pip'] },
    project: () => ({ 'requirements.txt': 'greeting==1.0.0\n' }),
    greet: [PYTHON, '-c', `import sys; sys.path.append("packages"); ${PYTHON_GREET}`],
    testOnly: { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_TARGET: 'packages' },
  },
  {
    name: 'uv 0.13',
    recipe: 'uv',
    format: 'pypi',
    program: { uv: UV },
    project: pyproject,
    greet: ['.venv/bin/python', '-c', PYTHON_GREET],
    testOnly: { UV_PYTHON: PYTHON },
  },
  {
    name: 'Poetry 2',
    recipe: 'poetry',
    program: { poetry: [pythonScript('poetry')] },
    format: 'pypi',
    project: pyproject,
    greet: ['.venv/bin/python', '-c', PYTHON_GREET],
    testOnly: { POETRY_VIRTUALENVS_IN_PROJECT: 'true' },
  },
  {
    name: 'cargo',
    recipe: 'cargo',
    program: { cargo: [CARGO] },
    format: 'cargo',
    missing: noRust,
    project: text => ({
      'Cargo.toml': `[package]\nname = "app"\nedition = "2021"\n\n${text}`,
      'src/main.rs': 'fn main() { println!("{}", greeting::WORD); }\n',
    }),
    greet: [CARGO, 'run', '--quiet', '--offline'],
  },
  {
    name: 'Maven 3',
    recipe: 'maven',
    format: 'maven',
    missing: noJvmClients,
    project: () => ({ 'pom.xml': MAVEN_PROJECT }),
    program: {
      mvn: [
        join(JVM, 'maven', 'bin', 'mvn'), '--batch-mode',
        // The plug-in itself comes from where sandbox/clients.mjs put it.
        `-Dmaven.repo.local.tail=${join(JVM, 'repository')}`, '-Dmaven.repo.local.tail.ignoreAvailability=true',
        '-Daether.remoteRepositoryFilter.prefixes=false',
      ],
    },
    greet: [...ZIP, '--list', 'target/dependency/greeting-1.0.0.jar'],
    testOnly: { JAVA_HOME },
  },
  {
    name: "Gradle 8's engine",
    recipe: 'gradle',
    format: 'maven',
    missing: noJvmClients,
    project: text => ({
      'build.gradle': `${text}
repositories.configureEach { allowInsecureProtocol = true } // for the test only
configurations { app }
dependencies { app 'com.acme:greeting:1.0.0' }
copy {
  from configurations.app
  into 'packages'
}
`,
    }),
    program: {
      gradle: [
        JAVA, '--add-opens', 'java.base/java.lang=ALL-UNNAMED', '--class-path', noJvmClients ? '' : readFileSync(join(JVM, 'gradle.classpath'), 'utf8'),
        'groovy.ui.GroovyMain', join(__dirname, 'gradle.groovy'),
      ],
    },
    greet: [...ZIP, '--list', 'packages/greeting-1.0.0.jar'],
  },
  {
    name: 'Bundler 4',
    recipe: 'bundler',
    program: { bundle: [...RUBY, '-S', 'bundle'] },
    format: 'ruby',
    missing: noJvmClients,
    project: text => ({ Gemfile: `${text}gem 'greeting', '1.0.0'\n` }),
    greet: [...RUBY, '-r', 'bundler/setup', '-e', 'require "greeting"; puts WORD'],
    testOnly: { BUNDLE_PATH: 'packages' },
  },
];
