import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Cdk } from './cdk';
import { CodeArtifactStandIn } from './codeartifact';
import { ACCOUNT, type MiniStack, REGION, startMiniStack } from './ministack';

const AWS_CLI = join(__dirname, '..', '.sandbox', 'python', 'bin', 'aws');

/** MiniStack and the CodeArtifact stand-in, where every Lambda function finds it, with the domain `acme` in it. */
export class EmbeddedCloud {
  /** @param environment goes to every Lambda function */
  static async start(environment: Record<string, string> = {}): Promise<EmbeddedCloud> {
    const codeartifact = new CodeArtifactStandIn({
      region: REGION,
      account: ACCOUNT,
      domains: [{ name: 'acme', repositories: ['npm-store'] }],
    });
    await codeartifact.start();
    const ministack = await startMiniStack({ environment: { AWS_ENDPOINT_URL_CODEARTIFACT: codeartifact.url, ...environment } });
    return new EmbeddedCloud(codeartifact, ministack);
  }

  readonly cdk: Cdk;

  private constructor(readonly codeartifact: CodeArtifactStandIn, readonly ministack: MiniStack) {
    this.cdk = new Cdk(ministack);
  }

  /** Runs a command of the AWS CLI, and reads its answer. */
  async aws(...command: string[]): Promise<any> {
    const { stdout } = await promisify(execFile)(AWS_CLI, [...command, '--output', 'json'], { env: this.environment });
    return JSON.parse(stdout || '{}');
  }

  /** Runs commands of the shell that call the AWS CLI, up to the first that fails, and returns what they print. */
  async shell(environment: Record<string, string>, commands: string): Promise<string> {
    // Through a pipe, because our end is a socket, which a command cannot open as /dev/stdout.
    const { stdout } = await promisify(execFile)('bash', ['-eo', 'pipefail', '-c', `{\n${commands}\n} | cat`], { env: { ...this.environment, ...environment } });
    return stdout;
  }

  /** What a command of the shell needs to act as a role. */
  async credentialsOf(roleArn: string): Promise<Record<string, string>> {
    const { Credentials } = await this.aws('sts', 'assume-role', '--role-arn', roleArn, '--role-session-name', 'test');
    return {
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
    };
  }

  private get environment() {
    return { ...this.ministack.environment, AWS_ENDPOINT_URL_CODEARTIFACT: this.codeartifact.url, PATH: `${dirname(AWS_CLI)}:${process.env.PATH}` };
  }

  /** The token in a secret and what its tags say. */
  async read(secret: string): Promise<{ token: string; versionId: string; tags: Record<string, string> }> {
    const [{ SecretString, VersionId }, { Tags }] = await Promise.all([
      this.aws('secretsmanager', 'get-secret-value', '--secret-id', secret),
      this.aws('secretsmanager', 'describe-secret', '--secret-id', secret),
    ]);
    return { token: SecretString, versionId: VersionId, tags: Object.fromEntries(Tags.map(({ Key, Value }: any) => [Key, Value])) };
  }

  /** Makes the only schedule fire every minute, as often as there is: its own interval is too long to wait for. */
  async speedUpSchedule(): Promise<void> {
    const { Schedules: [{ Name }] } = await this.aws('scheduler', 'list-schedules');
    const { FlexibleTimeWindow, Target } = await this.aws('scheduler', 'get-schedule', '--name', Name);
    await this.aws('scheduler', 'update-schedule', '--cli-input-json', JSON.stringify({
      Name, FlexibleTimeWindow, Target, ScheduleExpression: 'rate(1 minute)',
    }));
  }

  /** The secret once a refresh has replaced a version of it and the tags speak of the new one, within two minutes. */
  async readAfter(secret: string, versionId: string, waiting: (seconds: number) => void = () => undefined): ReturnType<EmbeddedCloud['read']> {
    const start = Date.now();
    while (Date.now() - start < 120_000) {
      waiting((Date.now() - start) / 1000);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const current = await this.read(secret);
      if (current.versionId !== versionId && current.tags['codeartifact:version-id'] === current.versionId) {
        return current;
      }
    }
    throw new Error('the schedule did not fire in two minutes');
  }

  /** Whether the repository lets a token in. */
  async opensTo(token: string): Promise<boolean> {
    const { status } = await fetch(this.codeartifact.repositoryUrl('acme', 'npm-store', 'npm'), { headers: { authorization: `Bearer ${token}` } });
    return status !== 401;
  }

  async stop(): Promise<void> {
    this.cdk.cleanUp();
    await Promise.all([this.ministack.stop(), this.codeartifact.stop()]);
  }
}
