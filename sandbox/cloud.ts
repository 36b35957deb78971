import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { awsCli, timeOf, withAwsCli } from './aws-cli';
import { Cdk } from './cdk';

/** Where deployed tests are at work, and under which names. The CDK CLI hands it on to their apps, as JSON in `DEPLOYED_RUN`. */
export interface Run {
  /** A rehearsal has the driver for AWS at work on an embedded cloud. */
  readonly on: 'the embedded cloud' | 'a rehearsal' | 'AWS';
  readonly account: string;
  readonly region: string;
  /** Another region of the account, for replicas. */
  readonly otherRegion: string;
  /** What every name begins with that the tests give, so that those of two runs never collide, and leftovers are found. */
  readonly prefix: string;
  /** The domain of CodeArtifact, which has the repository `npm-store`. */
  readonly domain: string;
  /** The bucket for the assets of the apps. @default - that of `cdk bootstrap` */
  readonly assetsBucket?: string;
  /** The profile of the AWS CLI for an account that reads from this one. @default - there is none */
  readonly readerProfile?: string;
}

/** A resource of a stack, as CloudFormation knows it. */
export interface StackResource {
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
}

/** A cloud that a test deploys to: the account on AWS, or the embedded one. */
export abstract class Cloud {
  readonly cdk: Cdk;

  /** @param environment what the AWS CLI and the CDK CLI need to work on it */
  protected constructor(readonly run: Run, private readonly environment: Record<string, string>) {
    this.cdk = new Cdk({ account: run.account, region: run.region, environment: { ...environment, DEPLOYED_RUN: JSON.stringify(run) } });
  }

  /** The URL by which package managers reach the repository `npm-store`, with its last slash. */
  abstract repositoryUrl(format: string): Promise<string>;

  /** Whether the repository lets a token in. */
  abstract opensTo(token: string): Promise<boolean>;

  /** How many tokens were asked for so far for a secret, as far as the cloud tells. */
  abstract tokensAskedFor(secret: string): Promise<number>;

  /** Lets time pass for tokens: moves the clock, or waits. */
  abstract pass(seconds: number): Promise<void>;

  /** A name for something that a test makes. */
  name(part: string): string {
    return `${this.run.prefix}-${part}`;
  }

  /** Runs a command of the AWS CLI, and reads its answer. */
  async aws(...command: string[]): Promise<any> {
    return this.awsAs({}, ...command);
  }

  /** The same as someone else, with `credentialsOf()`. */
  async awsAs(environment: Record<string, string>, ...command: string[]): Promise<any> {
    return awsCli({ ...this.environment, ...environment }, command);
  }

  /** Runs commands of the shell that call the AWS CLI, up to the first that fails, and returns what they print. */
  async shell(environment: Record<string, string>, commands: string): Promise<string> {
    // Through a pipe, because our end is a socket, which a command cannot open as /dev/stdout.
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-eo', 'pipefail', '-c', `{\n${commands}\n} | cat`], {
      env: withAwsCli({ ...this.environment, ...environment }),
    });
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

  /** Deploys an app of the tests, and fails with all that the CDK CLI says if that fails. */
  async deploy(app: string, context: Record<string, string> = {}): Promise<void> {
    const { succeeded, output } = await this.cdk.deploy(app, context);
    if (!succeeded) {
      throw new Error(output);
    }
  }

  /** The resources of a stack of this run, by the id that the stack has in its app. */
  async resourcesOf(stack: string): Promise<StackResource[]> {
    const { StackResourceSummaries } = await this.aws('cloudformation', 'list-stack-resources', '--stack-name', this.name(stack));
    return StackResourceSummaries.filter(({ ResourceStatus }: any) => ResourceStatus !== 'DELETE_COMPLETE');
  }

  /** The physical id of the only resource of a type in a stack, or of the first whose logical id begins so. */
  async idOf(stack: string, type: string, logicalId = ''): Promise<string> {
    const resources = await this.resourcesOf(stack);
    const found = resources.find(({ ResourceType, LogicalResourceId }) => ResourceType === type && LogicalResourceId.startsWith(logicalId));
    if (!found) {
      throw new Error(`${this.name(stack)} has no ${type} ${logicalId}, only ${resources.map(({ ResourceType }) => ResourceType).join(', ')}`);
    }
    return found.PhysicalResourceId;
  }

  async outputsOf(stack: string): Promise<Record<string, string>> {
    const { Stacks: [{ Outputs = [] }] } = await this.aws('cloudformation', 'describe-stacks', '--stack-name', this.name(stack));
    return Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }: any) => [OutputKey, OutputValue]));
  }

  /** The current value of a secret, as readers get it. */
  async valueOf(secret: string): Promise<string> {
    return this.aws('secretsmanager', 'get-secret-value', '--secret-id', secret, '--query', 'SecretString');
  }

  /** The current value of a secret, and what its tags say. */
  async read(secret: string): Promise<{ token: string; versionId: string; tags: Record<string, string> }> {
    const [{ SecretString, VersionId }, { Tags }] = await Promise.all([
      this.aws('secretsmanager', 'get-secret-value', '--secret-id', secret),
      this.aws('secretsmanager', 'describe-secret', '--secret-id', secret),
    ]);
    return { token: SecretString, versionId: VersionId, tags: Object.fromEntries(Tags.map(({ Key, Value }: any) => [Key, Value])) };
  }

  /** All versions that a secret has had, the oldest first, and when they were made, in milliseconds. There is one for each refresh. */
  async versionsOf(secret: string): Promise<{ id: string; created: number }[]> {
    const { Versions } = await this.aws('secretsmanager', 'list-secret-version-ids', '--secret-id', secret, '--include-deprecated');
    return Versions.map(({ VersionId, CreatedDate }: any) => ({ id: VersionId, created: timeOf(CreatedDate) }))
      .sort((one: { created: number }, other: { created: number }) => one.created - other.created);
  }

  /** The name of the only schedule of a stack, or of the first whose logical id begins so. */
  async scheduleOf(stack: string, logicalId?: string): Promise<string> {
    return this.idOf(stack, 'AWS::Scheduler::Schedule', logicalId);
  }

  /** Changes a schedule in the group `default`, for instance to a rate that the library does not let it have: its own takes too long to wait for. */
  async changeSchedule(name: string, changes: object): Promise<void> {
    const { GroupName, KmsKeyArn, FlexibleTimeWindow, ScheduleExpression, Target } = await this.aws('scheduler', 'get-schedule', '--name', name);
    await this.aws('scheduler', 'update-schedule', '--cli-input-json', JSON.stringify({
      Name: name, GroupName, KmsKeyArn, FlexibleTimeWindow, ScheduleExpression, Target, ...changes,
    }));
  }

  /** Makes a schedule fire every minute, as often as there is. */
  async speedUpSchedule(name: string): Promise<void> {
    await this.changeSchedule(name, { ScheduleExpression: 'rate(1 minute)', FlexibleTimeWindow: { Mode: 'OFF' } });
  }

  /** The secret once a refresh has replaced a version of it and the tags speak of the new one, within ten minutes. */
  async readAfter(secret: string, versionId: string, waiting?: (seconds: number) => void): ReturnType<Cloud['read']> {
    const { answer } = await this.eventually(`another version of ${secret} than ${versionId}`, 10, async () => {
      const current = await this.read(secret);
      return current.versionId !== versionId && current.tags['codeartifact:version-id'] === current.versionId ? current : undefined;
    }, waiting);
    return answer;
  }

  /**
   * Asks until there is an answer.
   *
   * @param what for the error when there is none in that time
   * @param ask answers undefined as long as there is none
   * @returns the answer, and how long it took
   */
  async eventually<T>(
    what: string, minutes: number, ask: () => Promise<T | undefined>, waiting: (seconds: number) => void = () => undefined,
  ): Promise<{ answer: T; seconds: number }> {
    const start = performance.now();
    for (;;) {
      const answer = await ask();
      const seconds = Math.round((performance.now() - start) / 1000);
      if (answer !== undefined) {
        return { answer, seconds };
      }
      if (seconds > minutes * 60) {
        throw new Error(`Not in ${minutes} minutes: ${what}`);
      }
      waiting(seconds);
      await new Promise((resolve) => setTimeout(resolve, this.run.on === 'AWS' ? 5_000 : 1_000));
    }
  }

  /** What a function answers to an event: of a token, what its refresh did. One that fails answers with an `errorMessage`. */
  async invoke(functionName: string, event: object = {}): Promise<any> {
    // The CLI's own words are not wanted, only the answer.
    return JSON.parse(await this.shell({ EVENT: JSON.stringify(event) },
      `aws lambda invoke --function-name ${functionName} --cli-read-timeout 120 --payload "$EVENT" /dev/fd/3 3>&1 >/dev/null`));
  }

  /** Removes what it has on this machine. What tests have made in an account stays there. */
  async stop(): Promise<void> {
    this.cdk.cleanUp();
  }
}
