import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const CDK = require.resolve('aws-cdk/bin/cdk');
const TSX = require.resolve('tsx/cli');

/** How a command of the CDK CLI ended, and all that it wrote. */
export interface CdkResult {
  readonly succeeded: boolean;
  readonly output: string;
}

/** What the CDK CLI works on. */
export interface CdkTarget {
  readonly account: string;
  readonly region: string;
  /** What it needs to get there, and reads of the user's. */
  readonly environment: Record<string, string>;
}

/** The real CDK CLI, at work on a cloud. */
export class Cdk {
  private readonly directory = mkdtempSync(join(tmpdir(), 'sandbox-cdk-'));

  constructor(private readonly target: CdkTarget) {}

  /** Prepares an account and region for deployments. */
  async bootstrap(): Promise<void> {
    const { succeeded, output } = await this.command(['bootstrap', `aws://${this.target.account}/${this.target.region}`]);
    if (!succeeded) {
      throw new Error(output);
    }
  }

  /**
   * @param app the TypeScript file of the app, from the root of the project, or the command that runs the app
   * @param context what the app reads with `tryGetContext`
   */
  async deploy(app: string, context: Record<string, string> = {}): Promise<CdkResult> {
    return this.command(['deploy', '--all', '--require-approval', 'never', '--progress', 'events', ...this.app(app, context)]);
  }

  async destroy(app: string, context: Record<string, string> = {}): Promise<CdkResult> {
    return this.command(['destroy', '--all', '--force', ...this.app(app, context)]);
  }

  /** Removes what the CLI left on this machine. */
  cleanUp(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private app(app: string, context: Record<string, string>): string[] {
    const command = app.endsWith('.ts') ? `${process.execPath} ${TSX} --tsconfig ${join(ROOT, 'tsconfig.dev.json')} ${join(ROOT, app)}` : app;
    return ['--app', command, '--output', join(this.directory, 'cdk.out'), ...Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`])];
  }

  private command(args: string[]): Promise<CdkResult> {
    return new Promise((resolve) => {
      execFile(process.execPath, [CDK, ...args], {
        cwd: this.directory,
        env: { PATH: process.env.PATH, HOME: this.directory, TMPDIR: this.directory, CI: 'true', NODE_NO_WARNINGS: '1', ...this.target.environment },
        maxBuffer: 64 * 1024 * 1024,
      }, (error, stdout, stderr) => resolve({ succeeded: !error, output: stdout + stderr }));
    });
  }
}
