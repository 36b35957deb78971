import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A table in Markdown. */
export function table(head: string[], rows: string[][], rule = '---'): string {
  return [head, head.map((_, column) => column > 0 ? rule : '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * Keeps a part of a page of docs/, between its two marks, to what a script or a test has found. In CI a part that is
 * not what was committed is an error.
 */
export function keepSection(page: string, name: string, text: string): void {
  const file = join(__dirname, '..', 'docs', page);
  const before = readFileSync(file, 'utf8');
  const begin = new RegExp(`<!-- ${name}: [^>]*-->\n`).exec(before)!;
  const start = begin.index + begin[0].length;
  const after = `${before.slice(0, start)}\n${text.trim()}\n\n${before.slice(before.indexOf(`<!-- end of ${name} -->`, start))}`;
  if (after === before) {
    return;
  }
  if (process.env.CI) {
    throw new Error(`docs/${page} does not say what was found. Run this outside of CI, which writes the part named ${name}, and commit it`);
  }
  writeFileSync(file, after);
}
