import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { anchorsOf } from './docs/pages';
import { failures, STATUSES } from './package-managers/failures';

// Whoever pastes a message into a search finds it in docs/troubleshooting.md. The messages are those in the sources, whose values are `…`.

const ROOT = join(__dirname, '..');
const page = readFileSync(join(ROOT, 'docs', 'troubleshooting.md'), 'utf8');

/** The messages that head a section, of those under a heading of the page. */
function headings(of: string): string[] {
  const [section] = page.split(`\n## ${of}\n`)[1].split('\n## ');
  return [...section.matchAll(/^### (.*)$/gm)].flatMap(([, heading]) => [...heading.matchAll(/`([^`]+)`/g)].map(([, message]) => message));
}

/** The text of an expression. What is not known before it runs is `…`. */
function textOf(node: ts.Node): string {
  if (ts.isStringLiteralLike(node)) {
    return node.text;
  }
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ expression, literal }) => textOfRule(expression) + literal.text).join('');
  }
  return ts.isBinaryExpression(node) ? textOf(node.left) + textOf(node.right) : '…';
}

/** Of the constants that begin several messages, the text. */
function textOfRule(node: ts.Node): string {
  const declaration = ts.isIdentifier(node) && nodesOf(node.getSourceFile()).find((other) => (
    ts.isVariableDeclaration(other) && other.name.getText() === node.text && node.text === 'rule'
    && other.pos > scopeOf(node).pos && other.pos < node.pos)) as ts.VariableDeclaration | undefined;
  return declaration ? textOf(declaration.initializer!) : '…';
}

const scopeOf = (node: ts.Node): ts.Node => ts.isFunctionDeclaration(node) ? node : scopeOf(node.parent);
const nodesOf = (node: ts.Node): ts.Node[] => [node, ...node.getChildren().flatMap(nodesOf)];

function nodesIn(folder: string): ts.Node[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).flatMap((file) => (
    nodesOf(ts.createSourceFile(file, readFileSync(join(ROOT, folder, file), 'utf8'), ts.ScriptTarget.ES2022, true))));
}

/** The messages of the errors of all classes that a folder makes; of one with a name, behind the name. */
function errorsIn(folder: string): string[] {
  return nodesIn(folder).filter((node) => ts.isNewExpression(node) || ts.isCallExpression(node))
    .filter(({ expression }) => /Error$/.test(expression.getText()))
    .map((error) => error.arguments!.map(textOf).join(': ').replace(/^…: /, ''));
}

/** The ids of warnings: first arguments of what adds them, and `id` of what is added later. */
function warnings(): string[] {
  const nodes = nodesIn('src');
  const called = nodes.filter(ts.isCallExpression).filter(({ expression }) => /(^|\.)(warn|addWarning|addWarningV2)$/.test(expression.getText()))
    .flatMap((call) => [...call.arguments].slice(0, 2).filter(ts.isStringLiteral).map(({ text }) => text.replace('cdk-codeartifact-token:', '')));
  const later = nodes.filter(ts.isPropertyAssignment).filter(({ name, parent }) => name.getText() === 'id' && /\bmessage\b/.test(parent.getText()))
    .map(({ initializer }) => textOf(initializer));
  return [...called, ...later].filter((id) => /^\w+$/.test(id)).map((id) => `cdk-codeartifact-token:${id}`);
}

/** Whether a message begins as a heading does: `…` stands for a value alone, so that no heading stands for other messages. */
const begins = (heading: string) => (message: string) => message.startsWith(heading);

/** What `addValidation` is given: a list with a message. */
const validations = nodesIn('src').filter(ts.isConditionalExpression).map(({ whenFalse }) => whenFalse).filter(ts.isArrayLiteralExpression)
  .flatMap(({ elements }) => elements.map(textOf)).filter((text) => text !== '…');
const errors = [...errorsIn('src'), ...validations];
const ofFunction = errorsIn('lambda').filter((message) => !message.startsWith('HTTP status')); // a part of another message

/** Names of errors of the services, of the SDK and of Node. */
const NAME = /^([A-Z][A-Za-z]+(Exception|Error|Failure)|E[A-Z]+)$/;

describe.each([
  { of: 'At synthesis: errors', messages: errors, least: 30 },
  { of: 'At synthesis: warnings', messages: warnings(), least: 9 },
])('$of', ({ of, messages, least }) => {
  test('each message has a heading', () => {
    expect(messages.length).toBeGreaterThanOrEqual(least);
    expect(messages.filter((message) => !headings(of).some((heading) => begins(heading)(message)))).toEqual([]);
  });

  test('each heading is a message', () => {
    expect(headings(of).filter((heading) => !messages.some(begins(heading)))).toEqual([]);
  });
});

test('In the log of the function: each message has a heading', () => {
  const of = headings('In the log of the function');

  expect(ofFunction.length).toBeGreaterThan(5);
  expect(ofFunction.filter((message) => !of.some((heading) => begins(heading)(message)))).toEqual([]);
  expect(of.filter((heading) => !NAME.test(heading) && !ofFunction.some(begins(heading)))).toEqual([]);
});

test.each([401, 403, 404] as const)('In a package manager: what each prints at a %d is there', (status) => {
  const section = page.split(`\n### ${status},`)[1].split('\n### ')[0].replaceAll('\n', ' ');
  const printed = Object.values(failures).map((texts) => texts[STATUSES.indexOf(status)]);

  expect(printed.length).toBeGreaterThan(10);
  expect(printed.filter((text) => !section.includes(`\`${text}\``))).toEqual([]);
});

test('there is no other way in which the sources say what is wrong', () => {
  const calls = nodesIn('src').filter(ts.isCallExpression).map(({ expression }) => expression.getText());

  expect(calls.filter((call) => /\.addError(V2)?$/.test(call))).toEqual([]);
  expect(validations).toHaveLength(calls.filter((call) => call.endsWith('.addValidation')).length);
});

test('links on the page lead somewhere', () => {
  const links = [...page.matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, link]) => link);

  const lost = links.filter((link) => {
    const [file, anchor] = link.split('#');
    const text = file ? readFileSync(join(ROOT, 'docs', file), 'utf8') : page;
    return anchor !== undefined && !anchorsOf(text).includes(anchor);
  });
  expect(links.length).toBeGreaterThan(10);
  expect(lost).toEqual([]);
});
