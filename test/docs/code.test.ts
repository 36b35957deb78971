import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { fences } from './pages';
import { compile, namesOfOthers, ofDocstrings, ofFences, ofTexts } from './snippets';

const POWERTOOLS = 'const token = await getSecret(process.env.SECRET_ARN!); // @aws-lambda-powertools/parameters/secrets\n';
const PRECREATED_ROLES = "iam.Role.customizeRoles(app, { usePrecreatedRoles: { 'Stack/Token/Role': 'refresh', 'Stack/Token/ScheduleRole': 'schedule' } })";

/** What only looks like code of the CDK. */
const NO_CODE: Record<string, string> = {
  'codeartifact.api': 'the name of an endpoint',
  'codeartifact.repositories': 'the name of an endpoint',
  [POWERTOOLS]: 'for the function of a reader, with a package that is not here',
};

/** What is compiled and not run. */
const NOT_RUN: Record<string, string> = {
  [PRECREATED_ROLES]: 'comes before all stacks of an app: test/organizations.test.ts',
};

/** Names in the texts that are of AWS, of the CDK, of what readers use, or of what the function answers with. */
const NAMES_OF_OTHERS = [
  'addDependency', 'addPropertyOverride', 'allowAllOutbound', 'enableSecretRotation', 'errorMessage', 'errorType', 'expiresAt', 'forceNewDeployment',
  'fromSecretsManager', 'permissionsPolicyDocument', 'refreshNow', 'requestPayload', 'responsePayload', 'runtimeEnvironmentSecrets', 'setSecret',
  'testSecret', 'versionId',
];

/** What can be said of a text without its tool: it is of its language, and a program of Node also runs. */
const READERS: Record<string, (text: string) => unknown> = {
  json: (text) => JSON.parse(text),
  yaml: (text) => parseYaml(text),
  js: (text) => new Function('module', text)({}),
  python: (input) => execFileSync(join(__dirname, '..', '..', '.sandbox', 'python', 'bin', 'python'), ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input }),
};

/** Languages of fences that are looked at elsewhere, or by nothing. */
const OTHER_LANGUAGES: Record<string, string> = {
  '': 'no code',
  'sh': './commands.test.ts',
  'dockerfile': 'needs Docker',
};

const all = [...ofFences, ...ofDocstrings, ...ofTexts];
const snippets = all.filter(({ text }) => !(text in NO_CODE));
let compiled: ReturnType<typeof compile>;

beforeAll(() => {
  compiled = compile(snippets);
});

test.each(snippets.map((snippet) => [snippet.where, snippet] as const))('compiles and synthesises without a warning: %s', (_, snippet) => {
  const { errors, run } = compiled(snippet);

  expect(errors).toEqual([]);
  if (!(snippet.text in NOT_RUN)) {
    const messages = run().stacks.flatMap((stack) => stack.messages).filter(({ level }) => level !== 'info');
    expect(messages.map(({ id, entry }) => `${id}: ${entry.data}`)).toEqual([]);
  }
});

test.each(fences.filter(({ language }) => language in READERS).map((fence) => [fence.language, fence.where, fence] as const))(
  'is what it says it is: the %s of %s', (language, _, { text }) => {
    expect(() => READERS[language](text)).not.toThrow();
  });

test('no code of the pages is looked at by nobody', () => {
  const others = fences.filter(({ language, writtenBy }) => !writtenBy?.startsWith('test/') && !(language in READERS) && !/^ts\b/.test(language));

  expect(others.filter(({ language }) => !(language in OTHER_LANGUAGES))).toEqual([]);
  expect(ofFences.length).toBeGreaterThan(60);
  expect(ofDocstrings.length).toBeGreaterThan(20);
  expect(ofTexts.length).toBeGreaterThan(35);
});

test('a name in the texts is one that the API has, or of somebody else', () => {
  expect(namesOfOthers.sort()).toEqual(NAMES_OF_OTHERS);
});

test('what is left out is still in the pages', () => {
  const texts = all.map(({ text }) => text);

  expect(Object.keys({ ...NO_CODE, ...NOT_RUN }).filter((text) => !texts.includes(text))).toEqual([]);
});
