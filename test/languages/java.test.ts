import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, copyExample, path, ROOT, synthesise, synthesiseTypeScript, testWith } from './harness';

// What Maven downloads is kept for the next run.
const REPOSITORY = join(ROOT, '.sandbox', 'languages', 'maven');

testWith('mvn', '--version')('the example in Java makes what that of TypeScript makes, and javac has nothing to warn of', () => {
  rmSync(join(REPOSITORY, 'io', 'github', 'cdk-codeartifact-token'), { recursive: true, force: true }); // of an earlier build
  const built = build('java');
  copyExample('java');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  writeFileSync(path('settings.xml'), `<settings><profiles><profile><id>built</id><repositories><repository><id>built</id><url>file://${built}</url>
    </repository></repositories></profile></profiles><activeProfiles><activeProfile>built</activeProfile></activeProfiles></settings>`);

  // javac lints with -Xlint:all -Werror, by the example's own pom.xml.
  const synthesised = synthesise('java', 'mvn', ['--batch-mode', '--quiet', '--settings', path('settings.xml'), `-Dmaven.repo.local=${REPOSITORY}`,
    `-Dcdk-codeartifact-token.version=${version}`, 'compile', 'exec:java'], {
    MAVEN_OPTS: `-Djava.io.tmpdir=${tmpdir()}`, // Java does not read TMPDIR
  });

  expect(synthesised).toEqual(synthesiseTypeScript());
});
