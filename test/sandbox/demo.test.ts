import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs the demo, with a place of its own for what it leaves behind. */
async function demo(whenItWrites: (output: string, interrupt: () => void) => void = () => undefined) {
  const directory = mkdtempSync(join(tmpdir(), 'demo-test-'));
  const child = spawn(process.execPath, [require.resolve('tsx/cli'), join(__dirname, '..', '..', 'sandbox', 'demo.ts')], {
    env: { ...process.env, TMPDIR: directory }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
      whenItWrites(output, () => child.kill('SIGINT'));
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const left = readdirSync(directory).filter((name) => name.startsWith('sandbox-'));
  rmSync(directory, { recursive: true });
  return { code, output, left };
}

test('the demo installs with the current token, is refused with the expired one, and cleans up', async () => {
  const { code, output, left } = await demo();

  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toMatch(/current token {3}.*the private package runs/);
  expect(output).toMatch(/expired token {3}.*npm error code E401/);
  expect(output.match(/waiting for/g)).toHaveLength(1); // a line a step, where there is no terminal
  expect(left).toEqual([]);
});

test('the demo leaves nothing when it is interrupted', async () => {
  let interrupted = false;
  const { code, left } = await demo((output, interrupt) => {
    if (!interrupted && output.includes('waiting for')) {
      interrupted = true;
      interrupt();
    }
  });

  expect(code).toBe(130);
  expect(left).toEqual([]);
});
