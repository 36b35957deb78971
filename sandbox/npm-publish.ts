import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Publishes a package with npm, which reads nothing of the user's.
 *
 * @param registry the URL of the repository, with its last slash
 * @param files beside its package.json
 */
export async function npmPublish(registry: string, token: string, manifest: object, files: Record<string, string> = {}): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-publish-'));
  try {
    for (const [name, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
      writeFileSync(join(directory, name), text);
    }
    writeFileSync(join(directory, '.npmrc'), `registry=${registry}\n${registry.replace(/^https?:/, '')}:_authToken=${token}\n`, { mode: 0o600 });
    await promisify(execFile)('npm', ['publish', '--loglevel', 'error'], { cwd: directory, env: { PATH: process.env.PATH, HOME: directory } });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
