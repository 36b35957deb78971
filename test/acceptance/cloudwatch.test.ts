import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { allowAgain, deny, succeeds } from './functions-helpers';
import { timeOf } from '../../sandbox/aws-cli';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

// What CloudWatch makes of refreshes that succeed and refreshes that fail.

const MINUTE = 60;

let cloud: Cloud;
let functionName: string;
let secret: string;
/** Before the first invocation. */
let start: Date;
/** After minutes without an invocation, and from when on all are counted: MiniStack has no metrics of what CloudFormation invokes. */
let counting: Date;
let invocations = 0;
let failures = 0;

beforeAll(async () => {
  cloud = await startCloud('watch');
  start = new Date();
  await cloud.deploy('test/acceptance/cloudwatch.app.ts');
  functionName = await cloud.idOf('Watched', 'AWS::Lambda::Function');
  secret = await cloud.idOf('Watched', 'AWS::SecretsManager::Secret');
  await cloud.changeSchedule(await cloud.scheduleOf('Watched'), { State: 'DISABLED' }); // so that the test knows of each invocation
  await cloud.pass(3 * MINUTE);
  counting = new Date();
  expect(await invoke()).toBe(true);
  await failARefresh(await cloud.idOf('Watched', 'AWS::IAM::Role', 'TokenRole'));
});

afterAll(async () => {
  await cloud.stop();
});

/** Whether the function succeeded. */
async function invoke(): Promise<boolean> {
  const succeeded = await succeeds(cloud, functionName);
  invocations += 1;
  failures += succeeded ? 0 : 1;
  return succeeded;
}

/** Denies the function to write the secret, for as long as it takes until a refresh fails by that. */
async function failARefresh(role: string): Promise<void> {
  await deny(cloud, role, 'secretsmanager:PutSecretValue');
  await cloud.eventually('a refresh that is denied', 5, async () => await invoke() ? undefined : true);
  await allowAgain(cloud, role);
  await cloud.eventually('a refresh that is no longer denied', 5, async () => await invoke() || undefined);
}

interface Totals {
  readonly sum: number;
  readonly samples: number;
  readonly least: number;
  readonly most: number;
}

/** What a metric has had by now. */
async function totalsOf(since: Date, namespace: string, metric: string, dimensions: Record<string, string>): Promise<Totals> {
  const { Datapoints } = await cloud.aws('cloudwatch', 'get-metric-statistics', '--namespace', namespace, '--metric-name', metric,
    '--dimensions', ...Object.entries(dimensions).map(([name, value]) => `Name=${name},Value=${value}`),
    '--start-time', since.toISOString(), '--end-time', new Date(Date.now() + MINUTE * 1000).toISOString(), '--period', String(MINUTE),
    '--statistics', 'Sum', 'SampleCount', 'Minimum', 'Maximum');
  const all = (statistic: string): number[] => Datapoints.map((point: any) => point[statistic]);
  const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    sum: total(all('Sum')),
    samples: total(all('SampleCount')),
    least: Math.min(...all('Minimum')),
    most: Math.max(...all('Maximum')),
  };
}

settles('errors-of-lambda', [], async () => {
  const idleMinutes = 2; // and a value of a minute without an invocation would be one too many
  const since = new Date(counting.getTime() - idleMinutes * MINUTE * 1000);
  const { answer, seconds } = await cloud.eventually(`Errors of ${invocations} invocations`, 15, async () => {
    const totals = await totalsOf(since, 'AWS/Lambda', 'Errors', { FunctionName: functionName });
    return totals.samples >= invocations ? totals : undefined;
  });
  expect(answer).toEqual({ samples: invocations, sum: failures, least: 0, most: 1 });
  observe('errors-of-lambda', `${invocations} values for ${invocations} invocations, after ${seconds} s, and none for the minutes before`);
});

settles('metrics-of-a-log-line', ['metrics of log lines'], async () => {
  const { events } = await cloud.aws('logs', 'filter-log-events', '--log-group-name', await cloud.idOf('Watched', 'AWS::Logs::LogGroup'));
  const logged: Record<string, { sum: number; samples: number }> = {};
  for (const { message } of events.filter((event: any) => event.message.includes('"_aws"'))) {
    const line = JSON.parse(message);
    for (const { Dimensions: [dimensions], Metrics } of line._aws.CloudWatchMetrics) {
      for (const { Name } of Metrics) {
        const key = JSON.stringify([Name, Object.fromEntries(dimensions.map((name: string) => [name, line[name]]))]);
        const { sum, samples } = logged[key] ?? { sum: 0, samples: 0 };
        logged[key] = { sum: sum + line[Name], samples: samples + 1 };
      }
    }
  }
  expect(Object.keys(logged).map((key) => JSON.parse(key)).map(([name, { ErrorName }]) => ErrorName ? `${name} ${ErrorName}` : name).sort()).toEqual([
    'Failures', 'Failures AccessDeniedException', 'GetAuthorizationTokenLatency', 'PutSecretValueLatency', 'Refreshes', 'SecondsLeft', 'TagResourceLatency',
  ]);

  const { seconds } = await cloud.eventually(`the metrics ${JSON.stringify(logged)}`, 15, async () => {
    const same = await Promise.all(Object.entries(logged).map(async ([key, { sum, samples }]) => {
      const [name, dimensions] = JSON.parse(key);
      const totals = await totalsOf(start, 'CodeArtifactToken', name, dimensions);
      return totals.samples === samples && Math.abs(totals.sum - sum) < 0.5;
    }));
    return same.every(Boolean) || undefined;
  });
  observe('metrics-of-a-log-line', `complete after ${seconds} s`);
});

interface Graph {
  readonly title: string;
  readonly metrics: any[][];
  readonly period?: number;
  readonly [property: string]: unknown;
}

/** The properties of the graphs of the deployed dashboard. */
async function graphs(): Promise<Graph[]> {
  const { DashboardBody } = await cloud.aws('cloudwatch', 'get-dashboard', '--dashboard-name', await cloud.idOf('Watched', 'AWS::CloudWatch::Dashboard'));
  return JSON.parse(DashboardBody).widgets.filter(({ type }: any) => type === 'metric').map(({ properties }: any) => properties);
}

/** What a graph asks for, also what it does not show. */
function queriesOf({ metrics, period = 300 }: Graph): any[] {
  return metrics.map((row, index) => {
    const { id = `row${index}`, label = id, expression, stat = 'Average' } = row.at(-1);
    if (expression) {
      return { Id: id, Label: label, Expression: expression };
    }
    const [Namespace, MetricName, ...names] = row.slice(0, -1);
    const Dimensions = names.flatMap((Name, at) => at % 2 ? [] : [{ Name, Value: names[at + 1] }]);
    return { Id: id, Label: label, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: period, Stat: stat } };
  });
}

/** The time series of a graph by their labels, each by the second that its values are of. */
async function seriesOf(graph: Graph): Promise<Record<string, Map<number, number>>> {
  const { MetricDataResults, Messages = [] } = await cloud.aws('cloudwatch', 'get-metric-data', '--metric-data-queries', JSON.stringify(queriesOf(graph)),
    '--start-time', new Date(start.getTime() - start.getTime() % 300_000).toISOString(), '--end-time', new Date().toISOString());
  const complaints = [...Messages, ...MetricDataResults.flatMap((result: any) => result.Messages ?? [])];
  expect({ graph: graph.title, complaints }).toEqual({ graph: graph.title, complaints: [] });
  return Object.fromEntries(MetricDataResults.map(({ Label, Timestamps, Values }: any) =>
    [Label, new Map(Timestamps.map((at: string | number, index: number) => [timeOf(at) / 1000, Values[index]]))]));
}

settles('expressions-of-the-dashboard', ['metrics of log lines', 'metric expressions'], async () => {
  const expiry = Date.parse((await cloud.read(secret)).tags['codeartifact:expires-at']) / 1000;
  const all = await graphs();
  const { answer, seconds } = await cloud.eventually('values of each graph, and hours left after the last refresh', 20, async () => {
    const [hours, ...others] = await Promise.all(all.map(seriesOf));
    const series = [hours, ...others].flatMap((graph) => Object.values(graph));
    const atRefresh = hours.atRefresh ?? new Map();
    const after = [...hours['hours left'] ?? []].filter(([at]) => at > Math.max(...atRefresh.keys()));
    return others.every((graph) => Object.keys(graph).length > 0) && series.every(({ size }) => size > 0) && after.length > 0
      ? { labels: others.map((graph) => Object.keys(graph).sort()), after } : undefined;
  });
  expect(answer.labels).toEqual([
    ['failed attempts', 'succeeded'], ['AccessDeniedException'], ['GetAuthorizationToken', 'PutSecretValue', 'TagResource'],
  ]);
  for (const [at, hours] of answer.after) {
    // A value is at the beginning of its five minutes, in which the refresh was.
    expect(Math.abs(expiry - (at + hours * 3600))).toBeLessThanOrEqual(300 + 5);
  }
  observe('expressions-of-the-dashboard', `all have values after ${seconds} s`);
});

settles('picture-of-the-dashboard', ['pictures of metrics'], async () => {
  const { OBSERVATIONS } = process.env;
  const end = new Date();
  for (const { title, metrics, view, stacked, yAxis } of await graphs()) {
    const draw = async (of: any[][]): Promise<Buffer> => {
      const { MetricWidgetImage } = await cloud.aws('cloudwatch', 'get-metric-widget-image', '--metric-widget', JSON.stringify({
        title, metrics: of, view, stacked, yAxis, width: 800, height: 300, start: start.toISOString(), end: end.toISOString(),
      }));
      return Buffer.from(MetricWidgetImage, 'base64');
    };
    const image = await draw(metrics);
    expect({ title, signature: image.subarray(1, 4).toString(), width: image.readUInt32BE(16), height: image.readUInt32BE(20) })
      .toEqual({ title, signature: 'PNG', width: 800, height: 300 });
    // It shows values: the same graph of a function that is not there is another picture.
    const nothing = await draw(JSON.parse(JSON.stringify(metrics).replaceAll(functionName, 'no-such-function')));
    expect({ title, showsValues: !image.equals(nothing) }).toEqual({ title, showsValues: true });
    if (OBSERVATIONS) {
      const file = `${title.toLowerCase().replaceAll(' ', '-')}.png`;
      writeFileSync(join(dirname(OBSERVATIONS), file), image);
      observe('picture-of-the-dashboard', file);
    }
  }
});
