import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** A piece of code, as a page has it. */
export interface Piece {
  /** As in `docs/readers.md, ECS`. */
  readonly where: string;
  /** What a fence says behind its ticks. */
  readonly language: string;
  readonly text: string;
  /** The script that writes the part of the page that it is in. */
  readonly writtenBy?: string;
}

const FENCE = /^( *)```(.*)\n([^]*?)^ *```$/gm;

const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)]
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));

/** What a pattern finds in each page, behind the last heading and within the last mark of a part that a script writes. */
function find(textOf: (text: string) => string, pattern: RegExp, pieceOf: (match: RegExpExecArray) => { language: string; text: string }): Piece[] {
  return pages.flatMap(({ name, text: whole }) => {
    const text = textOf(whole);
    const headings = [...text.replace(FENCE, (fence) => ' '.repeat(fence.length)).matchAll(/^#+ (.*)$/gm)];
    return [...text.matchAll(pattern)].map((match) => {
      const heading = headings.filter(({ index }) => index < match.index).at(-1)?.[1];
      const mark = [...text.slice(0, match.index).matchAll(/<!-- (?:.*: written by (\S+)|end of .*) -->/g)].at(-1);
      return { where: [name, heading].filter(Boolean).join(', '), writtenBy: mark?.[1], ...pieceOf(match) };
    });
  });
}

/** The code in fences, without the indentation of the list that it is in. */
export const fences = find((text) => text, FENCE, ([, indentation, language, text]) => ({
  language, text: text.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
}));

/** The code between backticks, on one line. */
export const inline = find((text) => text.replace(FENCE, ''), /(`+)(.+?)\1/gs, ([, , text]) => ({ language: '', text: text.replaceAll(/\s+/g, ' ') }));

/** What a link may name behind its `#` on a page: GitHub makes it of each heading. */
export const anchorsOf = (text: string) => [...text.matchAll(/^#+ (.*)$/gm)]
  .map(([, heading]) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));
