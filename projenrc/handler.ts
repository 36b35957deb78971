import type { awscdk } from 'projen';

/** What esbuild says that it put into the bundle. */
const METAFILE = 'dist/refresh-token.metafile.json';

/** Bundles the shipped handler, and says what is in it. The figures behind these settings: bench/. */
export function bundleHandler(project: awscdk.AwsCdkConstructLibrary): void {
  project.bundler.addBundle('lambda/refresh-token/index.ts', {
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    minify: true,
    mainFields: ['module', 'main'],
    watchTask: false,
    esbuildArgs: { '--alias:@aws-sdk/credential-provider-node': './lambda/refresh-token/credentials.ts', '--metafile': METAFILE },
  });

  // For those who ship it on. Beside its folder, because all in that is deployed.
  const listBundled = `cyclonedx-esbuild --output-reproducible --validate ${METAFILE}`;
  const licenses = 'assets/lambda/refresh-token/THIRD-PARTY-LICENSES.txt';
  project.bundler.bundleTask.exec(`${listBundled} --output-file assets/lambda/refresh-token/sbom.cdx.json`);
  project.bundler.bundleTask.exec(`${listBundled} --gather-license-texts | tsx projenrc/third-party-licenses.ts > ${licenses}`);

  // The packages in the bundle are nobody's dependencies, so that no audit of those would look at them.
  project.tasks.tryFind('audit')!.exec('tsx projenrc/audit-bundle.ts');
}
