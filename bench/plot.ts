import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** Draws a plot into a file of docs/images/, or into another, in the style that all of them have. */
export async function plot(file: string, layers: Record<string, unknown>): Promise<void> {
  const { spec } = compile({
    width: 720,
    height: 260,
    padding: 12,
    background: 'white',
    config: { font: 'Helvetica, Arial, sans-serif', view: { stroke: null }, axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal' } },
    ...layers,
  } as TopLevelSpec);
  const svg = await new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG();
  writeFileSync(resolve(__dirname, '..', 'docs', 'images', file), `${svg}\n`);
}

/** An axis of numbers. */
export const quantitative = (field: string, title: string, rest = {}) => ({ field, type: 'quantitative', title, ...rest });
