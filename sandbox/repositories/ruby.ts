import { createHash } from 'node:crypto';

/** A gem without dependencies. */
export interface Gem {
  readonly name: string;
  readonly version: string;
  /** What `gem build` makes. */
  readonly content: Buffer;
}

/** All that a repository of one gem serves, by its path from the endpoint: the compact index and the gem. */
export function gemFiles({ name, version, content }: Gem): Record<string, string | Buffer> {
  const info = `---\n${version} |checksum:${createHash('sha256').update(content).digest('hex')}\n`;
  const infoChecksum = createHash('md5').update(info).digest('hex');
  return {
    versions: `created_at: 2026-01-01T00:00:00Z\n---\n${name} ${version} ${infoChecksum}\n`,
    [`info/${name}`]: info,
    [`gems/${name}-${version}.gem`]: content,
  };
}
