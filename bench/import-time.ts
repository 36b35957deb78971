/**
 * How long the shipped handler takes to import, against the same code with the SDK as separate packages: fresh
 * processes of Lambda's Node, one after the other in turns. Prints both medians and their ratio,
 * and fails when it is over 0.6.
 *
 *     npx tsx bench/import-time.ts
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { nodeOf } from '../sandbox/ministack';

const ROOT = join(__dirname, '..');
const ROUNDS = 15;
const LARGEST_RATIO = 0.6;

const shipped = join(ROOT, 'assets', 'lambda', 'refresh-token', 'index', 'index.js');
const unbundled = join(ROOT, '.sandbox', 'bench', 'unbundled.js');
buildSync({
  entryPoints: [join(ROOT, 'lambda', 'refresh-token', 'index.ts')],
  outfile: unbundled,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'cjs',
});

function importMilliseconds(file: string): number {
  const program = 'const start = performance.now(); require(process.argv[1]); console.log(performance.now() - start)';
  return Number(execFileSync(nodeOf(24), ['-e', program, file], { encoding: 'utf8' }));
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const times: Record<'shipped' | 'unbundled', number[]> = { shipped: [], unbundled: [] };
for (let round = 0; round < ROUNDS; round++) {
  times.shipped.push(importMilliseconds(shipped));
  times.unbundled.push(importMilliseconds(unbundled));
}
const result = { shipped: median(times.shipped), unbundled: median(times.unbundled) };
console.log(`import of the shipped bundle   ${result.shipped.toFixed(0)} ms`);
console.log(`with the SDK as packages       ${result.unbundled.toFixed(0)} ms`);
const ratio = result.shipped / result.unbundled;
console.log(`ratio                          ${ratio.toFixed(2)}`);
process.exitCode = ratio > LARGEST_RATIO ? 1 : 0;
