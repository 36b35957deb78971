import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorsOf } from './docs/pages';
import { keepSection } from './generated-section';
import { deployed } from './token-stack';

// What people see first: at GitHub, npm, PyPI, Maven's sites and Construct Hub, of which most have no other file of this repository.

const ROOT = join(__dirname, '..');
const REPOSITORY = 'https://github.com/cdk-codeartifact-token/cdk-codeartifact-token/blob/main/';
const RAW = 'https://raw.githubusercontent.com/cdk-codeartifact-token/cdk-codeartifact-token/main/';

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');
const readme = () => read('README.md');

// `TypeScript` and not `ts`: in the packages of the other languages, jsii puts what it calls `ts` into theirs.
const LANGUAGES = [
  { name: 'TypeScript', fence: 'TypeScript', file: 'typescript/app.ts', install: 'npm install cdk-codeartifact-token' },
  { name: 'Python', fence: 'python', file: 'python/app.py', install: 'pip install cdk-codeartifact-token' },
  { name: 'Java', fence: 'java', file: 'java/src/main/java/com/acme/GettingStarted.java', install: 'io.github.cdk-codeartifact-token:cdk-codeartifact-token' },
  { name: 'Go', fence: 'go', file: 'go/app.go', install: 'go get github.com/cdk-codeartifact-token/cdk-codeartifact-token-go/cdkcodeartifacttoken' },
  { name: 'C#', fence: 'csharp', file: 'csharp/Program.cs', install: 'dotnet add package CdkCodeArtifactToken', note: ' Not built here: no test has compiled it yet.' },
];

test('it has the app of each language that test/languages runs', () => {
  const blocks = LANGUAGES.map(({ name, fence, file, install, note = '' }, index) => [
    `<details${index === 0 ? ' open' : ''}>`,
    `<summary>${name}</summary>`,
    '',
    `\`${install}\`.${note}`,
    '',
    `\`\`\`${fence}`,
    read('examples', 'getting-started', file).trim(),
    '```',
    '',
    '</details>',
  ].join('\n'));

  keepSection('../README.md', 'the app', blocks.join('\n\n'));
});

test('its links and images work wherever it is read, and lead to what is in the repository', () => {
  const links = [...readme().matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
  const own = links.filter((link) => link.startsWith(REPOSITORY) || link.startsWith(RAW)).map((link) => link.replace(REPOSITORY, '').replace(RAW, ''));

  expect(own.length).toBeGreaterThan(15);
  expect(links.filter((link) => !link.startsWith('https://'))).toEqual([]);
  expect(own.filter((path) => !existsSync(join(ROOT, path.split('#')[0])))).toEqual([]);
  const lost = own.filter((path) => path.includes('#')).filter((path) => {
    const [file, anchor] = path.split('#');
    return !anchorsOf(read(file)).includes(anchor);
  });
  expect(lost).toEqual([]);
});

test('its numbers are those that were measured', () => {
  const [, token, alarm] = /A token costs ([\d.]+) dollars a month, ([\d.]+) with its alarm/.exec(readme())!;
  const priceOf = (what: string) => new RegExp(`^\\| ${what} \\| ([\\d.]+) `, 'm').exec(read('docs', 'cost.md'))![1];

  expect({ token, alarm }).toEqual({ token: priceOf('a token'), alarm: priceOf('with its alarm') });
  const { token: { minimumValidity, toleratedFailures } } = deployed();
  expect({ minutes: minimumValidity!.toMinutes(), toleratedFailures }).toEqual({ minutes: 10 * 60 + 41, toleratedFailures: 10 });
  expect(readme()).toMatch(/another 10 hours 41 minutes at the least, and ten refreshes in a row may fail/);
});

test('its diagram is drawn from its source', () => {
  const drawn = execFileSync(process.execPath, [join(ROOT, 'bench', 'picture-architecture.mjs')], { encoding: 'utf8' });

  expect(drawn).toBe(read('docs', 'images', 'architecture.svg'));
});

test('it says first when to do without it', () => {
  expect(readme().indexOf('Where a role can be assumed, do that instead')).toBeLessThan(readme().indexOf('## '));
});
