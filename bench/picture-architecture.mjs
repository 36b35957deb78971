// Draws the architecture: `node bench/picture-architecture.mjs > docs/images/architecture.svg`.
import { readFileSync } from 'node:fs';
import { instance } from '@viz-js/viz';

const source = new URL('../docs/images/architecture.dot', import.meta.url);
process.stdout.write((await instance()).renderString(readFileSync(source, 'utf8'), { format: 'svg' }));
