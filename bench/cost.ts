/**
 * Writes into docs/cost.md what tokens cost a month, from their synthesised templates and a price list.
 *
 *     npx tsx --tsconfig tsconfig.dev.json bench/cost.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { CodeArtifactToken, CodeArtifactTokenProps } from '../src';
import { TokenByHand, TokenInPython, TokenOfProvider } from './alternatives/tokens';
import { keepSection, table } from '../test/generated-section';
import { ENV, tokenIn } from '../test/token-stack';

/** In dollars a month, in eu-west-1 and us-east-1, of November 2026, without the free tier of an account. */
const PRICES = {
  'a secret, and each replica': 0.40,
  '10,000 calls of Secrets Manager': 0.05,
  'a custom metric': 0.30,
  'a metric that an alarm watches': 0.10,
  'a dashboard': 3.00,
  'a customer-managed KMS key': 1.00,
};
type Priced = keyof typeof PRICES;

const HOURS = 730;

// Each synthesis makes a folder.
const outdir = mkdtempSync(join(tmpdir(), 'cost-'));
process.once('exit', () => rmSync(outdir, { recursive: true }));

/** How much there is of each thing that has a price. */
function countsOf(template: Template, tokens: number): Record<Priced, number> {
  const all = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties);
  const ours = all('AWS::Scheduler::Schedule');
  const hourly = [...ours, ...all('AWS::Events::Rule')].filter(({ ScheduleExpression }) => ScheduleExpression === 'rate(1 hour)').length;
  if (hourly !== tokens) {
    throw new Error(`${tokens} schedules of an hour were expected; there are ${hourly}`);
  }
  const emitted = all('AWS::Lambda::Function').flatMap(({ Environment }) => Environment?.Variables.METRICS?.split(',') ?? []);
  return {
    'a secret, and each replica': all('AWS::SecretsManager::Secret').reduce((sum, { ReplicaRegions = [] }) => sum + 1 + ReplicaRegions.length, 0),
    '10,000 calls of Secrets Manager': HOURS * (tokens + ours.length) / 10_000, // PutSecretValue, and TagResource of ours
    'a custom metric': emitted.length,
    'a metric that an alarm watches': all('AWS::CloudWatch::Alarm').flatMap(({ Metrics }) => Metrics).filter(({ MetricStat }) => MetricStat).length,
    'a dashboard': all('AWS::CloudWatch::Dashboard').length,
    'a customer-managed KMS key': all('AWS::KMS::Key').length,
  };
}

interface Scenario {
  /** Of another than this construct. */
  readonly design?: new (scope: Construct, id: string, domainName: string) => Construct;
  readonly use?: (token: CodeArtifactToken) => void;
  readonly props?: (stack: Stack) => Partial<CodeArtifactTokenProps>;
}

function countsOfTokens(tokens: number, { design, use, props = () => ({}) }: Scenario) {
  const stack = new Stack(new App({ outdir, context: { '@aws-cdk/core:stackResourceLimit': 0 } }), 'Stack', { env: ENV });
  const given = props(stack);
  for (let number = 1; number <= tokens; number++) {
    if (design) {
      new design(stack, `Token${number}`, 'acme');
    } else {
      const token = tokenIn(stack, `Token${number}`, given);
      use?.(token);
    }
  }
  return countsOf(Template.fromStack(stack), tokens);
}

const dollars = (counts: Record<string, number>) =>
  Object.entries(PRICES).reduce((sum, [name, price]) => sum + counts[name] * price, 0);

const SCENARIOS: Record<string, Scenario> = {
  'a token': {},
  'with its alarm': { use: (token) => token.alarmBeforeExpiry('Alarm') },
  'with its alarm and one custom metric': { use: (token) => [token.alarmBeforeExpiry('Alarm'), token.metricSecondsLeft()] },
  'with its alarm and a dashboard, which has all metrics': { use: (token) => token.createDashboard('Dashboard', token.alarmBeforeExpiry('Alarm')) },
  'with its alarm and a customer-managed KMS key for all tokens': {
    use: (token) => token.alarmBeforeExpiry('Alarm'), props: (stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }),
  },
  'with its alarm and a replica in another region': {
    use: (token) => token.alarmBeforeExpiry('Alarm'), props: () => ({ replicaRegions: [{ region: 'us-east-1' }] }),
  },
  'with everything: alarm, dashboard, a customer-managed KMS key for all, a replica': {
    use: (token) => token.createDashboard('Dashboard', token.alarmBeforeExpiry('Alarm')),
    props: (stack) => ({ encryptionKey: new kms.Key(stack, 'Key'), replicaRegions: [{ region: 'us-east-1' }] }),
  },
  'by hand, with a `NodejsFunction` and a rule, without an alarm': { design: TokenByHand },
  'by hand, in Python, without an alarm': { design: TokenInPython },
  'by hand, with a `custom-resources.Provider`, without an alarm': { design: TokenOfProvider },
};

const numbers = '---:';
keepSection('cost.md', 'the cost', [
  table(['', '1 token', '10 tokens', '100 tokens'], Object.entries(SCENARIOS).map(([name, scenario]) =>
    [name, ...[1, 10, 100].map((tokens) => dollars(countsOfTokens(tokens, scenario)).toFixed(2))]), numbers),
  '',
  table(['price', 'dollars a month'], Object.entries(PRICES).map(([name, price]) => [name, price.toFixed(2)]), numbers),
].join('\n'));
