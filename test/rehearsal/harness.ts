import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsCli } from '../../sandbox/aws-cli';
import { EmbeddedCloud } from '../../sandbox/embedded-cloud';

export const ROOT = join(__dirname, '..', '..');

/** An embedded cloud in the place of AWS, which the commands of acceptance/ reach through its endpoints alone. */
export class Rehearsal {
  static async start(): Promise<Rehearsal> {
    return new Rehearsal(await EmbeddedCloud.start());
  }

  /** The account by its keys, and the same by the profile `person`. */
  readonly environment: Record<string, string>;
  private readonly home = mkdtempSync(join(tmpdir(), 'rehearsal-'));

  private constructor(readonly cloud: EmbeddedCloud) {
    const credentials = join(this.home, 'credentials');
    writeFileSync(credentials, '[person]\naws_access_key_id = test\naws_secret_access_key = test\n');
    this.environment = {
      ...cloud.ministack.environment, AWS_ENDPOINT_URL_CODEARTIFACT: cloud.codeartifact.url, AWS_SHARED_CREDENTIALS_FILE: credentials,
    };
  }

  async stop(): Promise<void> {
    await this.cloud.stop();
    rmSync(this.home, { recursive: true });
  }

  /** Starts a command as a person does, who then types something. It is a process group, as in a terminal. */
  start(name: 'command' | 'leftovers', args: string[], typed: string, environment = this.environment): Running {
    const child = spawn(process.execPath, [
      require.resolve('tsx/cli'), '--tsconfig', join(ROOT, 'tsconfig.dev.json'), join(ROOT, 'acceptance', `${name}.ts`), ...args,
    ], { env: { PATH: process.env.PATH, HOME: this.home, TMPDIR: tmpdir(), ...environment }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    child.stdin.end(`${typed}\n`);
    return new Running(child);
  }

  /** Runs a command to its end. */
  async run(...args: Parameters<Rehearsal['start']>): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** All that is in the cloud, and could be of a run. */
  async contents(): Promise<string[]> {
    const aws = (...command: string[]) => awsCli(this.environment, command);
    const lists = await Promise.all([
      aws('cloudformation', 'describe-stacks').then(({ Stacks }) => Stacks.map(({ StackName }: any) => StackName)),
      aws('iam', 'list-roles').then(({ Roles }) => Roles.map(({ RoleName }: any) => RoleName)),
      aws('secretsmanager', 'list-secrets', '--include-planned-deletion').then(({ SecretList }) => SecretList.map(({ Name }: any) => Name)),
      aws('logs', 'describe-log-groups').then(({ logGroups }) => logGroups.map(({ logGroupName }: any) => logGroupName)),
      aws('s3api', 'list-buckets').then(({ Buckets = [] }) => Buckets.map(({ Name }: any) => Name)),
      aws('lambda', 'list-functions').then(({ Functions }) => Functions.map(({ FunctionName }: any) => FunctionName)),
      aws('scheduler', 'list-schedules').then(({ Schedules }) => Schedules.map(({ Name }: any) => Name)),
      aws('codeartifact', 'list-domains').then(({ domains }) => domains.map(({ name }: any) => name)),
    ]);
    return lists.flat().filter((name) => name !== 'acme'); // which is there from the start
  }
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

class Running {
  output = '';
  readonly ended: Promise<Ended>;

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk) => { this.output += chunk; });
    }
    this.ended = new Promise((resolve) => child.once('close', (code) => resolve({ code, output: this.output })));
  }

  /** Sends a signal to the whole process group, as a terminal does. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-this.child.pid!, signal);
  }
}
