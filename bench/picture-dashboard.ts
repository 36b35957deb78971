/**
 * Draws the dashboard that `createDashboard` makes, as its own definition says, with the metrics of a day of the default
 * schedule that is played on the shipped function with failures in it. CloudWatch draws it a little differently.
 *
 *     npx tsx --tsconfig tsconfig.dev.json bench/picture-dashboard.ts
 */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { plot } from './plot';
import { startMiniStack } from '../sandbox/ministack';
import { FAILED_TURN, GOOD_TURN, type Played, playDays, scheduleOf } from '../test/freshness/days';
import { ENV, tokenIn } from '../test/token-stack';

const FAILED = new Set([4, 12, 13, 14]);
const COLUMN = 32;
const ROW = 30;
const BLUE = '#1f77b4';

interface Point {
  readonly hour: number;
  readonly value: number;
  readonly label: string;
  readonly color?: string;
}

/** The widgets of the dashboard of a token with an alarm, row by row. */
function rowsOfWidgets(): any[][] {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  const token = tokenIn(stack, 'Token');
  token.createDashboard('Dashboard', token.alarmBeforeExpiry('Alarm'));
  const [{ Properties: { DashboardBody } }] = Object.values<any>(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const body: string = DashboardBody['Fn::Join'][1].map((part: any) => typeof part === 'string' ? part : part.Ref ? 'refresh-token' : 'Alarm').join('');
  const { widgets } = JSON.parse(body);
  return [...new Set<number>(widgets.map(({ y }: any) => y))].map((row) => widgets.filter(({ y }: any) => y === row));
}

/** What a graph shows: each of its metrics, by the labels and colours of the widget. */
function pointsOf({ properties: { metrics: shown } }: any, { metrics, reigns }: Played, duration: number): Point[] {
  const hours = (seconds: number) => seconds / 3600;
  return shown.flatMap((entry: any[]) => {
    const { expression, label, color, visible } = entry[entry.length - 1];
    if (visible === false) {
      return [];
    }
    if (expression?.includes('SEARCH')) {
      return metrics.filter(({ dimensions }) => dimensions.ErrorName)
        .map(({ at, value, dimensions }) => ({ hour: hours(at), value, label: dimensions.ErrorName }));
    }
    if (expression) {
      return [{ hour: 0, value: hours(duration), label, color }, ...reigns.flatMap(({ at, life }) => [
        { hour: hours(at), value: hours(life), label, color }, { hour: hours(at), value: hours(duration), label, color },
      ])];
    }
    return metrics.filter(({ name, dimensions }) => name === entry[1] && !dimensions.ErrorName)
      .map(({ at, value }) => ({ hour: hours(at), value, label, color }));
  });
}

function drawn(widget: any, played: Played, duration: number): object {
  const size = { width: widget.width * COLUMN - 70, height: widget.height * ROW - 70 };
  const { properties } = widget;
  if (widget.type !== 'metric') {
    const lines: string[] = widget.type === 'text'
      ? properties.markdown.replace(/\n```/g, '').replace(' --payload', '\n--payload').split('\n')
      : [properties.title, '', 'OK  Alarm'];
    const values = lines.map((text, line) => ({
      text: text.replace('## ', ''),
      line: line === 0 ? -0.4 : line,
      size: text.startsWith('## ') || (line === 0 && widget.type === 'alarm') ? 15 : 11,
      color: text.startsWith('OK') ? '#2ca02c' : '#333',
    }));
    return {
      ...size,
      data: { values },
      mark: { type: 'text', align: 'left' },
      encoding: {
        x: { value: 0 },
        y: { field: 'line', type: 'quantitative', scale: { domain: [4, -0.5] }, axis: null },
        text: { field: 'text' },
        size: { field: 'size', type: 'quantitative', scale: null },
        color: { field: 'color', type: 'nominal', scale: null },
      },
    };
  }
  const points = pointsOf(widget, played, duration);
  const labels = [...new Map(points.map(({ label, color }) => [label, color ?? BLUE]))];
  const bars = properties.stacked === true;
  return {
    ...size,
    title: { text: properties.title, anchor: 'start', fontSize: 13, fontWeight: 'normal' },
    data: { values: bars ? points.map((point) => ({ ...point, hour: Math.floor(point.hour) + 0.5 })) : points.filter(({ hour }) => hour <= 24) },
    mark: bars ? { type: 'bar', width: size.width / 30 } : { type: 'line', strokeWidth: 1.5 },
    encoding: {
      x: { field: 'hour', type: 'quantitative', title: null, scale: { domain: [0, 24] }, axis: { values: [0, 6, 12, 18, 24], grid: false } },
      y: {
        field: 'value',
        type: 'quantitative',
        aggregate: bars ? 'sum' : undefined,
        title: properties.yAxis?.left?.label ?? null,
        axis: { gridColor: '#eee', tickCount: 4 },
        scale: { domainMin: 0 },
      },
      color: {
        field: 'label',
        type: 'nominal',
        title: null,
        scale: { domain: labels.map(([label]) => label), range: labels.map(([, color]) => color) },
        legend: { orient: 'bottom', columns: 2, labelLimit: 0 },
      },
    },
  };
}

async function main() {
  const schedule = scheduleOf({});
  const ministack = await startMiniStack();
  const turns = Array.from({ length: 24 }, (_, index) => FAILED.has(index + 1) ? FAILED_TURN : GOOD_TURN);
  const played = await playDays(ministack, schedule, turns);
  await ministack.stop();
  await plot('dashboard.svg', {
    vconcat: rowsOfWidgets().map((row) => ({ hconcat: row.map((widget) => drawn(widget, played, schedule.duration)), resolve: { scale: { color: 'independent' } } })),
    resolve: { scale: { color: 'independent' } },
  });
}

void main();
