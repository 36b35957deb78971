import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { reasons } from './reasons';
import { keepSection } from '../generated-section';

// Installed by sandbox/audit.mjs.

const ROOT = join(__dirname, '..', '..');
const AUDITED = ['Default', 'Hardened'];
const NAG_PACKS = ['AwsSolutions', 'Serverless', 'HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'];

interface Finding {
  readonly auditor: string;
  readonly rule: string;
  readonly stack: string;
  readonly resource: string;
  readonly acknowledged?: string;
}

let out: string;
let all: Finding[];
let findings: Finding[];

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'audit-'));
  const environment = { cwd: out, env: { ...process.env, CDK_OUTDIR: undefined }, maxBuffer: 2 ** 26 };
  const run = (command: string, ...args: string[]) => promisify(execFile)(command, args, environment).then(({ stdout }) => stdout);
  await run(process.execPath, require.resolve('tsx/cli'), '--tsconfig', join(__dirname, 'tsconfig.json'), join(__dirname, 'app.ts'), out);

  const python = (tool: string) => join(ROOT, '.sandbox', 'audit', 'python', 'bin', tool);
  const templates = AUDITED.map((stack) => `${stack}.template.json`);
  const [lint, checkov] = await Promise.all([
    run(python('cfn-lint'), '--include-checks', 'I', '--non-zero-exit-code', 'none', '--format', 'json', ...templates),
    run(python('checkov'), '--framework', 'cloudformation', '--skip-download', '--compact', '--soft-fail', '--output', 'json', '--file', ...templates),
  ]);
  all = [...cdkNag2(), ...cdkNag3(), ...cfnLint(JSON.parse(lint)), ...checkovOf(JSON.parse(checkov))];
  findings = all.filter(({ stack }) => AUDITED.includes(stack));
});

afterAll(() => {
  rmSync(out, { recursive: true });
});

test('each auditor has looked: with the defaults there is something to find for all of them', () => {
  const looked = new Set(findings.filter(({ stack }) => stack === 'Default').map(({ auditor }) => auditor));

  expect([...looked].sort()).toEqual([...NAG_PACKS.flatMap((pack) => [`cdk-nag 2 ${pack}`, `cdk-nag 3 ${pack}`]), 'cfn-lint', 'checkov'].sort());
});

test('nothing is found that has no written reason', () => {
  expect(findings.filter((finding) => reasonOf(finding) === undefined)).toEqual([]);
});

test('no reason outlives what it was written for', () => {
  const found = new Set(findings.map(({ rule }) => rule));

  expect(reasons.flatMap(({ rules }) => rules).filter((rule) => !found.has(rule))).toEqual([]);
});

test('cdk-nag of either major passes over what the construct acknowledges, and finds the wildcards that a user adds to the same role', () => {
  const wildcards = (auditor: string) => all
    .filter((finding) => finding.auditor === auditor && finding.rule.startsWith('AwsSolutions-IAM5') && !finding.acknowledged)
    .map(({ rule, stack, resource }) => ({ rule, stack, resource }))
    .sort((one, other) => one.rule.localeCompare(other.rule));
  const own = ['*', 'arn:aws:s3:::own/*'].map((resource) => (
    { rule: `AwsSolutions-IAM5[Resource::${resource}]`, stack: 'Extended', resource: 'Token/Role/DefaultPolicy' }));

  expect(wildcards('cdk-nag 3 AwsSolutions')).toEqual(own);
  expect(wildcards('cdk-nag 2 AwsSolutions')).toEqual(own);
});

test('docs/security.md tells what is found', () => {
  keepSection('security.md', 'audit', table());
});

function reasonOf({ acknowledged, rule }: Finding): string | undefined {
  return acknowledged ?? reasons.find(({ rules }) => rules.includes(rule))?.reason;
}

/** One row for all rules that are found at the same resources for the same reason. */
function table(): string {
  const rulesOf = new Map<string, string[]>();
  for (const rule of [...new Set(findings.map((finding) => finding.rule))].sort()) {
    const ofRule = findings.filter((finding) => finding.rule === rule);
    const found = AUDITED.map((stack) => cell(ofRule.filter((finding) => finding.stack === stack)));
    const row = [...found, reasonOf(ofRule[0])].join(' | ');
    rulesOf.set(row, [...rulesOf.get(row) ?? [], `\`${rule}\``]);
  }
  return ['| rule | default | hardened | reason |', '|---|---|---|---|', ...[...rulesOf].map(([row, rules]) => `| ${rules.join('<br>')} | ${row} |`)].join('\n');
}

function cell(found: Finding[]): string {
  const resources = [...new Set(found.map(({ resource }) => `\`${resource.replace('Token/', '')}\``))].sort().join(', ');
  return found.length === 0 ? 'passes' : found.some(({ acknowledged }) => acknowledged) ? `acknowledged in ${resources}` : resources;
}

/** A finding by the path of its construct, `<stack>/<resource>/Resource`. */
function foundAt(auditor: string, rule: string, path: string, acknowledged?: string): Finding {
  const [stack, ...resource] = path.replace(/\/Resource$/, '').split('/');
  return { auditor, rule, stack, resource: resource.join('/'), acknowledged };
}

function output(file: string) {
  return JSON.parse(readFileSync(join(out, file), 'utf8'));
}

function pathOf(template: string, logicalId: string): string {
  return output(template).Resources[logicalId].Metadata['aws:cdk:path'];
}

function cdkNag2(): Finding[] {
  return output('cdk-nag-2.json').map(({ pack, rule, path, acknowledged }: Record<string, string>) => foundAt(`cdk-nag 2 ${pack}`, rule, path, acknowledged));
}

function cdkNag3(): Finding[] {
  interface Plugin { pluginName: string; violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }
  return output('validation-report.json').pluginReports.flatMap(({ pluginName, violations }: Plugin) => violations
    .flatMap(({ ruleName, violatingConstructs }) => violatingConstructs
      .map(({ constructPath }) => foundAt(NAG_PACKS.includes(pluginName) ? `cdk-nag 3 ${pluginName}` : pluginName, ruleName, constructPath))));
}

function cfnLint(report: { Filename: string; Rule: { Id: string }; Location: { Path: string[] } }[]): Finding[] {
  return report.map(({ Filename, Rule, Location }) => foundAt('cfn-lint', Rule.Id, pathOf(Filename, Location.Path[1])));
}

function checkovOf({ results }: {
  results: { failed_checks: { check_id: string; file_path: string; resource: string }[]; parsing_errors: string[] };
}): Finding[] {
  return [
    ...results.failed_checks.map((check) => foundAt('checkov', check.check_id, pathOf(check.file_path, check.resource.split('.')[1]))),
    ...results.parsing_errors.map((file) => foundAt('checkov', 'parsing error', basename(file, '.template.json'))),
  ];
}
