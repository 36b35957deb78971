import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';

test('the shipped bundle is at most 75 KB zipped', () => {
  const bundle = readFileSync(join(__dirname, '..', '..', 'assets', 'lambda', 'refresh-token', 'index', 'index.js'));

  expect(deflateRawSync(bundle, { level: 9 }).length).toBeLessThan(75_000);
});
