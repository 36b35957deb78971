import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Documentation, Language } from 'jsii-docgen';

// Writes API.md. Not with the command of jsii-docgen, which takes the newest of each dependency that it finds anywhere in the folder:
// the page says what the lowest supported versions have.

const directory = mkdtempSync(join(tmpdir(), 'api-'));
const modules = join(directory, 'node_modules');
mkdirSync(join(modules, 'cdk-codeartifact-token'), { recursive: true });
for (const file of ['.jsii', 'package.json']) {
  copyFileSync(file, join(modules, 'cdk-codeartifact-token', file));
}
for (const dependency of ['aws-cdk-lib', 'constructs']) {
  symlinkSync(join(process.cwd(), 'node_modules', dependency), join(modules, dependency));
}

void Documentation.forAssembly('cdk-codeartifact-token', directory)
  .then((documentation) => documentation.toMarkdown({ language: Language.TYPESCRIPT, allSubmodules: true }))
  .then((markdown) => writeFileSync('API.md', markdown.render()))
  .finally(() => rmSync(directory, { recursive: true }));
