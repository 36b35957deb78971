import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The tarball that is published. Built by the task `test:all`. An app that has nothing else of this project: test/newest.

const ROOT = join(__dirname, '..');
const METAFILE = join(ROOT, 'dist', 'refresh-token.metafile.json');
const HANDLER = 'assets/lambda/refresh-token';
const LICENSES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

let directory: string;
let packed: { filename: string; size: number; files: { path: string }[] };
/** The text of a file in the tarball. */
let read: (path: string) => string;
let own: { dependencies?: object; peerDependencies: Record<string, string>; scripts: object };

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'package-'));
  [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', directory], { cwd: ROOT, encoding: 'utf8' }));
  execFileSync('tar', ['-xzf', packed.filename], { cwd: directory });
  read = (path) => readFileSync(join(directory, 'package', path), 'utf8');
  own = JSON.parse(read('package.json'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

test('it holds the library, the handler and what is read about them, and nothing else', () => {
  const others = packed.files.map(({ path }) => path).filter((path) => !/^lib\/.*\.(js|d\.ts)$/.test(path));

  expect(others.sort()).toEqual([
    '.jsii',
    'API.md',
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    `${HANDLER}/THIRD-PARTY-LICENSES.txt`,
    `${HANDLER}/index/index.js`,
    `${HANDLER}/sbom.cdx.json`,
    'package.json',
    'rosetta/default.ts-fixture',
  ]);
  expect(packed.files.map(({ path }) => path)).toContain('lib/index.js');
});

test('it is a download of at most 200 KB', () => {
  // Of which the handler is 75. A second copy of that, or its source map, would be too much.
  expect(packed.size).toBeLessThan(200_000);
});

test('it brings no dependency but its peers, and runs nothing when it is installed', () => {
  expect(Object.keys(own).filter((field) => /dependencies$/i.test(field)).sort()).toEqual(['devDependencies', 'peerDependencies']);
  expect(Object.keys(own.peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
  expect(Object.keys(own.scripts).filter((script) => /install|prepare|prepublish/.test(script))).toEqual([]);
});

describe('what is bundled in the handler', () => {
  /** By esbuild's own account, which counts what it left out of a package, or the package itself, as no bytes. */
  const bundled = () => {
    const metafile = JSON.parse(readFileSync(METAFILE, 'utf8'));
    const { bytes, inputs } = metafile.outputs[`${HANDLER}/index/index.js`];
    expect(bytes).toBe(Buffer.byteLength(read(`${HANDLER}/index/index.js`)));
    const folders = Object.keys(inputs)
      .filter((path) => inputs[path].bytesInOutput > 0)
      .flatMap((path) => path.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []);
    return [...new Set(folders)].map((folder) => JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')));
  };

  test('is in the bill of materials, each package with its version and a licence that may be shipped', () => {
    const { components } = JSON.parse(read(`${HANDLER}/sbom.cdx.json`));
    const stated = components.map(({ group, name, version, licenses, purl }: any) => {
      expect(decodeURIComponent(purl)).toContain(`pkg:npm/${group}/${name}@${version}`);
      expect(LICENSES).toContain(licenses[0].license.id);
      return `${group}/${name} ${version} ${licenses.map(({ license }: any) => license.id)}`;
    });

    expect(stated.sort()).toEqual(bundled().map(({ name, version, license }) => `${name} ${version} ${license}`).sort());
    expect(stated.length).toBeGreaterThan(0);
  });

  test('comes with the text of each licence', () => {
    const sections = read(`${HANDLER}/THIRD-PARTY-LICENSES.txt`).split(/^=+\n/m).slice(1);

    expect(sections.map((section) => section.split('\n')[0]).sort())
      .toEqual(bundled().map(({ name, version, license }) => `${name} ${version} (${license})`).sort());
    for (const section of sections) {
      expect(section).toMatch(/Copyright|Apache License/);
      expect(section.length).toBeGreaterThan(500);
    }
  });

  test('is told in the same bytes by every build of the same source', () => {
    const sbom = read(`${HANDLER}/sbom.cdx.json`);
    const again = execFileSync('npx', ['cyclonedx-esbuild', '--output-reproducible', METAFILE], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });

    expect(again.trim()).toBe(sbom.trim());
    expect(sbom).not.toMatch(/"(timestamp|serialNumber)"/);
  });
});

test('everything here is compiled and tested with the lowest aws-cdk-lib and constructs that it supports', () => {
  for (const peer of ['aws-cdk-lib', 'constructs']) {
    const installed = JSON.parse(readFileSync(join(ROOT, 'node_modules', peer, 'package.json'), 'utf8')).version;
    expect(own.peerDependencies[peer]).toBe(`^${installed}`);
  }
});
