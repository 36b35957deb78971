import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '..');

/** The templates of an example, and its manifest. */
async function synthesised(example: string): Promise<{ templates: string[]; manifest: string }> {
  const out = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    await promisify(execFile)(process.execPath, [
      require.resolve('tsx/cli'), '--tsconfig', join(ROOT, 'tsconfig.dev.json'), join(ROOT, 'examples', example, 'app.ts'),
    ], { env: { ...process.env, CDK_OUTDIR: out } });
    const read = (file: string) => readFileSync(join(out, file), 'utf8');
    return { templates: readdirSync(out).filter((file) => file.endsWith('.template.json')).map(read), manifest: read('manifest.json') };
  } finally {
    rmSync(out, { recursive: true });
  }
}

const examples = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('app.ts') && !path.includes('node_modules'))
  .map((path) => dirname(path));

test.each(examples)('the example %s synthesises a token, without a warning', async (example) => {
  const { templates, manifest } = await synthesised(example);

  expect(templates.join()).toContain('Custom::CodeArtifactToken');
  expect(manifest).not.toMatch(/aws:cdk:(warning|error)/);
});

test('in the example release-job, the release job alone reads the token that publishes', async () => {
  const { Resources } = JSON.parse((await synthesised('release-job')).templates[0]);
  const policies = Object.entries<any>(Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Policy');
  const whoMay = (text: string) => policies.filter(([, policy]) => JSON.stringify(policy).includes(text)).map(([id]) => id.replace(/(DefaultPolicy|Policy)?[0-9A-F]{8}$/, ''));
  const firstToken = (id: string) => JSON.stringify({ 'Fn::GetAtt': [Object.keys(Resources).find((name) => name.startsWith(`${id}FirstToken`)), 'SecretArn'] });

  expect(whoMay('codeartifact:PublishPackageVersion')).toEqual(['ReleaseTokenRole']);
  expect(whoMay(firstToken('ReleaseToken'))).toEqual(['ReleaseRole']);
  expect(whoMay(firstToken('ReadersToken'))).toEqual(['TestRole', 'Developers']);
});
