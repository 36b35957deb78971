import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

// What SECURITY.md tells those to do who want to know that the shipped handler is made of these sources.

const ROOT = join(__dirname, '..', '..');
const HANDLER = 'assets/lambda/refresh-token/index/index.js';
const [, COMMANDS] = /```sh\n[\s\S]*?\n(npm ci && [^\n]*)\n/.exec(readFileSync(join(ROOT, 'SECURITY.md'), 'utf8'))!;

const hashOf = (folder: string) => createHash('sha256').update(readFileSync(join(folder, HANDLER))).digest('hex');

/** The hash of the handler that is built from a copy of the sources, with its own dependencies. */
async function rebuild(folder: string): Promise<string> {
  const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  sources.filter((path) => existsSync(join(ROOT, path))).forEach((path) => cpSync(join(ROOT, path), join(folder, path)));
  await promisify(execFile)('bash', ['-c', COMMANDS], { cwd: folder });
  return hashOf(folder);
}

test('the handler is the same, byte for byte, whoever builds it, and wherever', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rebuild-'));
  try {
    const hashes = await Promise.all(['here', 'there/and/deeper'].map((folder) => rebuild(join(directory, folder))));

    expect(hashes).toEqual([hashOf(ROOT), hashOf(ROOT)]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
