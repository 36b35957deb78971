import { createHash } from 'node:crypto';

/** Where clients learn how to call a registry, by its path from the endpoint. */
export const INDEX_CONFIG = 'config.json';

/**
 * What a registry serves of a crate without dependencies that `cargo publish` sent, by its path from the endpoint.
 *
 * https://doc.rust-lang.org/cargo/reference/registry-web-api.html#publish
 */
export function crateFiles(upload: Buffer): Record<string, string | Buffer> {
  const length = upload.readUInt32LE(0);
  const { name, vers } = JSON.parse(upload.subarray(4, 4 + length).toString());
  const crate = upload.subarray(4 + length + 4);
  const entry = { name, vers, deps: [], features: {}, cksum: createHash('sha256').update(crate).digest('hex'), yanked: false };
  return {
    [`${name.slice(0, 2)}/${name.slice(2, 4)}/${name}`]: JSON.stringify(entry),
    [`api/v1/crates/${name}/${vers}/download`]: crate,
  };
}
