import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';

/**
 * What a repository serves of a gem without dependencies that `gem push` sent, by its path from the endpoint: the compact
 * index, with what it had before, and the gem.
 */
export async function gemFiles(gem: Buffer, versions?: string | Buffer): Promise<Record<string, string | Buffer>> {
  const [, name, version] = /^name: (\S+)\nversion: .*\n {2}version: (\S+)$/m.exec(await metadataOf(gem))!;
  const info = `---\n${version} |checksum:${createHash('sha256').update(gem).digest('hex')}\n`;
  const infoChecksum = createHash('md5').update(info).digest('hex');
  return {
    versions: `${versions ?? 'created_at: 2026-01-01T00:00:00Z\n---\n'}${name} ${version} ${infoChecksum}\n`,
    [`info/${name}`]: info,
    [`gems/${name}-${version}.gem`]: gem,
  };
}

/** A gem is a tar archive, and this the file in it that describes it. */
async function metadataOf(gem: Buffer): Promise<string> {
  const chunks: Buffer[] = [];
  const onReadEntry = (entry: ReadEntry) => entry.path === 'metadata.gz' ? entry.on('data', chunk => chunks.push(chunk)) : entry.resume();
  const parser = new Parser({ onReadEntry });
  const ended = once(parser, 'end');
  parser.end(gem);
  await ended;
  return gunzipSync(Buffer.concat(chunks)).toString();
}
