import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import * as ts from 'typescript';
import { fences, inline } from './pages';
import * as own from '../../src';
import { ENV } from '../token-stack';

const ROOT = join(__dirname, '..', '..');
const SRC = join(ROOT, 'src');
const FIXTURE = readFileSync(join(ROOT, 'rosetta', 'default.ts-fixture'), 'utf8');

/** A piece of code, and the whole file that it is a part of. */
export interface Snippet {
  readonly where: string;
  readonly text: string;
  readonly file: string;
}

const parse = (text: string) => ts.createSourceFile('snippet.ts', text, ts.ScriptTarget.ES2022, true);

const nodesOf = (node: ts.Node): ts.Node[] => [node, ...node.getChildren().flatMap(nodesOf)];

const sources = readdirSync(SRC).filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, nodes: nodesOf(parse(readFileSync(join(SRC, file), 'utf8'))) }));

/** Within the fixture, as jsii-rosetta does it: imports come first. */
function inFixture(text: string): string {
  const source = parse(text);
  const textOf = (nodes: ts.Node[]) => nodes.map((node) => node.getFullText()).join('');
  const imports = source.statements.filter(ts.isImportDeclaration);
  const others = [...source.statements.filter((statement) => !ts.isImportDeclaration(statement)), source.endOfFileToken];
  return `${textOf(imports)}\n${FIXTURE.replace(/\/\/\/ here$/m, () => textOf(others))}`;
}

/** What recipes and texts show of a token: some of its props, or an option that is one of theirs. */
const withProps = (text: string) => inFixture(`
  import * as lib from 'cdk-codeartifact-token';
  const props: Partial<lib.CodeArtifactTokenProps & lib.CodeArtifactDomainLocation & lib.NpmOptions & lib.PipOptions & lib.MavenOptions> = {
    ${text}
  };
  new CodeArtifactToken(this, 'Token', { domain, readFrom: ['store', 'own'].filter((name) => !props.publishTo?.includes(name)), ...props });`);

/** The only expression that a text is. */
function expressionIn(text: string): ts.Expression | undefined {
  const source = parse(`(${text}\n);`) as ts.SourceFile & { parseDiagnostics: unknown[] };
  const [statement, ...others] = source.statements;
  if (source.parseDiagnostics.length > 0 || others.length > 0 || !ts.isExpressionStatement(statement)) {
    return undefined;
  }
  return ts.isParenthesizedExpression(statement.expression) ? statement.expression.expression : undefined;
}

/** The names of the properties that a text consists of, as `readFrom: ['store'],` does. */
function propertiesIn(text: string): string[] {
  const object = expressionIn(`{\n${text}\n}`);
  const properties = object && ts.isObjectLiteralExpression(object) ? object.properties.filter(ts.isPropertyAssignment) : [];
  return properties.map(({ name }) => name).filter(ts.isIdentifier).map(({ text: name }) => name);
}

const fileOf = (text: string) => propertiesIn(text).length > 0 ? withProps(text) : inFixture(text);

/** Whether jsii-rosetta, which reads what it calls `ts`, is told to let a program be as it is; or it is one that is not for it. */
const isProgram = (language: string) => language === 'TypeScript' || language === 'ts nofixture';

export const ofFences: Snippet[] = fences.filter(({ language }) => /^(ts|TypeScript)\b/.test(language)).map(({ where, language, text }) => ({
  where, text, file: isProgram(language) ? `${text}\nexport { app };` : fileOf(text),
}));

export const ofDocstrings: Snippet[] = sources.flatMap(({ file, nodes }) => nodes.flatMap((node) => (
  ts.getJSDocTags(node).filter(({ tagName, parent }) => tagName.text === 'example' && parent.parent === node)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment)!)
    .map((text) => ({ where: `src/${file}, ${(node as ts.NamedDeclaration).name?.getText()}`, text, file: inFixture(text) }))
)));

/** The names of all methods, properties and props. */
const apiNames = new Set(sources.flatMap(({ nodes }) => nodes.flatMap((node) => (
  (ts.isMethodDeclaration(node) || ts.isMethodSignature(node) || ts.isPropertyDeclaration(node) || ts.isPropertySignature(node))
    && !node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) ? [node.name.getText()] : []
))));

/** What a snippet may use without saying where it is from. */
const givenNames = new Set(nodesOf(parse(FIXTURE)).filter((node) => (
  ts.isVariableDeclaration(node) || ts.isImportSpecifier(node) || ts.isNamespaceImport(node))).map(({ name }: any) => name.getText()));

/** What has the methods that texts call by their name alone. */
const { CodeArtifactDomain, CodeArtifactToken, PackageManager, SecretFormat } = own;
const OWNERS = { token: CodeArtifactToken.prototype, CodeArtifactDomain, SecretFormat, PackageManager };

/** The code that a text between backticks is, if it uses the API of this library or of the CDK. */
function codeOf(text: string): string | undefined {
  if (text.includes(': ') && propertiesIn(text).some((name) => apiNames.has(name))) {
    return withProps(text);
  }
  const code = text.replace(/\(\.\.\.\)$/, ''); // arguments that do not matter
  const expression = expressionIn(code);
  if (expression && ts.isObjectLiteralExpression(expression) && expression.properties.length > 0) {
    return inFixture(`(${code});`);
  }
  let root = expression;
  while (root && (ts.isCallExpression(root) || ts.isNewExpression(root) || ts.isPropertyAccessExpression(root))) {
    root = root.expression;
  }
  if (!expression || !root || root === expression) {
    return undefined;
  }
  if (root.kind === ts.SyntaxKind.ThisKeyword || givenNames.has(root.getText())) {
    return inFixture(`(${code});`);
  }
  const [owner] = Object.entries(OWNERS).find(([, members]) => root.getText() in members) ?? [];
  return ts.isPropertyAccessExpression(expression) || !owner ? undefined : inFixture(`${owner}.${code};`);
}

const pieces = inline.map((piece) => ({ ...piece, file: codeOf(piece.text) }));

export const ofTexts: Snippet[] = pieces.flatMap(({ where, text, file }) => file ? [{ where: `${where}: ${text}`, text, file }] : []);

/** Each name in camelCase, alone or before a colon, that is not of the API. */
export const namesOfOthers = [...new Set(pieces.flatMap(({ text }) => /^([a-z]+[A-Z]\w*)(: .*|\(.*)?$/.exec(text)?.[1] ?? []))]
  .filter((name) => !apiNames.has(name));

/** A snippet that is compiled. */
export interface Compiled {
  /** What the compiler has to say of it. */
  readonly errors: string[];
  /** Runs and synthesises it. */
  run(): CloudAssembly;
}

/** Compiles many snippets in a single program, because aws-cdk-lib is large. */
export function compile(snippets: Snippet[]): (snippet: Snippet) => Compiled {
  const files = new Map(snippets.map(({ file }, index) => [join(ROOT, 'rosetta', `snippet-${index}.ts`), file]));
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.dev.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [...files.keys()] }, ts.sys, ROOT, {
    noEmit: false, noEmitOnError: false, noUnusedLocals: false, // a snippet shows how to make what it does not use itself
  });
  const host = ts.createCompilerHost(options, true);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.getSourceFile = (file, version, ...rest) => (
    files.has(file) ? ts.createSourceFile(file, files.get(file)!, version) : getSourceFile(file, version, ...rest));
  const program = ts.createProgram([...files.keys()], options, host);

  return (snippet) => {
    const [name] = [...files].find(([, file]) => file === snippet.file)!;
    const source = program.getSourceFile(name)!;
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return {
      errors: diagnostics.map(({ start, messageText }) => (
        `${source.text.split('\n')[source.getLineAndCharacterOfPosition(start!).line].trim()}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)),
      run: () => {
        const made: { app?: App; Example?: new (app: App, env: typeof ENV) => unknown } = {};
        const load = (module: string) => module === 'cdk-codeartifact-token' ? own : jest.requireActual(module);
        program.emit(source, (file, text) => file.endsWith('.js') && new Function('require', 'exports', text)(load, made));
        const app = made.app ?? new App();
        if (made.Example) {
          new made.Example(app, ENV);
        }
        return app.synth();
      },
    };
  };
}
