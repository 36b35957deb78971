import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNT, type MiniStack, REGION } from './ministack';

const ROOT = join(__dirname, '..');
const CDK = require.resolve('aws-cdk/bin/cdk');
const TSX = require.resolve('tsx/cli');

/** How a command of the CDK CLI ended, and all that it wrote. */
export interface CdkResult {
  readonly succeeded: boolean;
  readonly output: string;
}

/** The real CDK CLI, at work on an embedded cloud. */
export class Cdk {
  private readonly directory = mkdtempSync(join(tmpdir(), 'sandbox-cdk-'));

  constructor(private readonly cloud: MiniStack) {}

  /** Prepares the embedded cloud for deployments, as an account is on AWS. */
  async bootstrap(): Promise<void> {
    const { succeeded, output } = await this.run(['bootstrap', `aws://${ACCOUNT}/${REGION}`]);
    if (!succeeded) {
      throw new Error(output);
    }
  }

  /**
   * @param app the TypeScript file of the app, from the root of the project, or the command that runs the app
   * @param context what the app reads with `tryGetContext`
   */
  async deploy(app: string, context: Record<string, string> = {}): Promise<CdkResult> {
    return this.run(['deploy', '--all', '--require-approval', 'never', '--progress', 'events', ...this.app(app, context)]);
  }

  async destroy(app: string, context: Record<string, string> = {}): Promise<CdkResult> {
    return this.run(['destroy', '--all', '--force', ...this.app(app, context)]);
  }

  /** Removes what the CLI left on this machine. */
  cleanUp(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private app(app: string, context: Record<string, string>): string[] {
    const command = app.endsWith('.ts') ? `${process.execPath} ${TSX} --tsconfig ${join(ROOT, 'tsconfig.dev.json')} ${join(ROOT, app)}` : app;
    return ['--app', command, '--output', join(this.directory, 'cdk.out'), ...Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`])];
  }

  private run(args: string[]): Promise<CdkResult> {
    return new Promise((resolve) => {
      execFile(process.execPath, [CDK, ...args], {
        cwd: this.directory,
        env: { ...this.cloud.environment, PATH: process.env.PATH, HOME: this.directory, TMPDIR: this.directory, CI: 'true', NODE_NO_WARNINGS: '1' },
        maxBuffer: 64 * 1024 * 1024,
      }, (error, stdout, stderr) => resolve({ succeeded: !error, output: stdout + stderr }));
    });
  }
}
