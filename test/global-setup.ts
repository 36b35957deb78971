import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What tests and the programs that they run have left in the temporary directory. Other programs may be using it too. Not the locks of
 * pnpm 12, which keeps them in /tmp for all of its processes, whatever TMPDIR says.
 */
const OURS = /^\.?(cdk|jest|jsii|lark|node-compile-cache|v8-compile-cache|tsx|uv-|hsperfdata|ministack|sandbox|sbt)/;

/**
 * Gives a run a temporary directory of its own, for its workers and all that they start, and removes it when the run ends, however
 * it ends: each synthesis makes a folder, and a server that is killed leaves its own.
 */
export default function setUp(): void {
  const outer = tmpdir();
  const own = mkdtempSync(join(outer, 'cdk-codeartifact-token-'));
  const before = new Set(readdirSync(outer));
  process.env.TMPDIR = own;
  process.once('SIGINT', () => process.exit(130));
  process.once('exit', () => {
    rmSync(own, { recursive: true, force: true });
    const left = process.env.CI ? readdirSync(outer).filter((name) => OURS.test(name) && !before.has(name)) : [];
    if (left.length > 0) {
      console.error(`The tests left in ${outer}: ${left.join(', ')}`);
      process.exitCode = 1;
    }
  });
}
