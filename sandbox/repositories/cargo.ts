import { createHash } from 'node:crypto';

/** A crate without dependencies. */
export interface Crate {
  readonly name: string;
  readonly version: string;
  /** What `cargo package` makes. */
  readonly content: Buffer;
}

/** All that a repository of one crate serves, by its path from the endpoint. */
export function crateFiles(endpoint: string, { name, version, content }: Crate): Record<string, string | Buffer> {
  const entry = {
    name,
    vers: version,
    deps: [],
    features: {},
    cksum: createHash('sha256').update(content).digest('hex'),
    yanked: false,
  };
  return {
    // A repository of the service sends no client its index without a token.
    'config.json': JSON.stringify({ 'dl': `${endpoint}api/v1/crates`, 'api': endpoint, 'auth-required': true }),
    [`${name.slice(0, 2)}/${name.slice(2, 4)}/${name}`]: JSON.stringify(entry),
    [`api/v1/crates/${name}/${version}/download`]: content,
  };
}
