import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Fails when there is an advisory about a version of a package that is in the bundle, by its bill of materials.

const { components } = JSON.parse(readFileSync('assets/lambda/refresh-token/sbom.cdx.json', 'utf8'));
// Under names of their own, since a package can be in there in two versions.
const bundled: [string, { name: string; version: string }][] = components.map(({ group, name, version }: Record<string, string>, i: number) =>
  [`bundled-${i}`, { name: group ? `${group}/${name}` : name, version }]);
const dependencies = Object.fromEntries(bundled.map(([alias, { name, version }]) => [alias, `npm:${name}@${version}`]));
const packages = Object.fromEntries(bundled.map(([alias, locked]) => [`node_modules/${alias}`, locked]));

const directory = mkdtempSync(join(tmpdir(), 'audit-'));
writeFileSync(join(directory, 'package.json'), JSON.stringify({ dependencies }));
writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: { '': { dependencies }, ...packages } }));
process.exitCode = spawnSync('npm', ['audit', '--audit-level=low'], { cwd: directory, stdio: 'inherit' }).status ?? 1;
rmSync(directory, { recursive: true });
