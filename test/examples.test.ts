import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '..');

test.each(readdirSync(join(ROOT, 'examples')))('the example %s synthesises a token, without a warning', async (example) => {
  const out = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    await promisify(execFile)(process.execPath, [
      require.resolve('tsx/cli'), '--tsconfig', join(ROOT, 'tsconfig.dev.json'), join(ROOT, 'examples', example, 'app.ts'),
    ], { env: { ...process.env, CDK_OUTDIR: out } });
    const templates = readdirSync(out).filter((file) => file.endsWith('.template.json')).map((file) => readFileSync(join(out, file), 'utf8'));

    expect(templates.join()).toContain('Custom::CodeArtifactToken');
    expect(readFileSync(join(out, 'manifest.json'), 'utf8')).not.toMatch(/aws:cdk:(warning|error)/);
  } finally {
    rmSync(out, { recursive: true });
  }
}, 60_000);
