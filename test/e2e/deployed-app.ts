import { App, CliCredentialsStackSynthesizer, Stack, type StackProps } from 'aws-cdk-lib';
import type * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Run } from '../../sandbox/cloud';
import { CodeArtifactDomain, type CodeArtifactToken, type ICodeArtifactDomain } from 'cdk-codeartifact-token';

/** An app of the deployed tests: its stacks are in the account and the region of the run, and have its prefix before their names. */
export class DeployedApp extends App {
  readonly run: Run = JSON.parse(process.env.DEPLOYED_RUN!);

  /** A stack of the run, named after its id. */
  stack(id: string, props: StackProps = {}): Stack {
    const { account, region, assetsBucket } = this.run;
    return new Stack(this, id, {
      stackName: this.name(id),
      env: { account, region },
      // On AWS, no `cdk bootstrap` is asked for, nor used: the run has a bucket of its own.
      synthesizer: assetsBucket ? new CliCredentialsStackSynthesizer({ fileAssetsBucketName: assetsBucket }) : undefined,
      ...props,
    });
  }

  /** A name for what a stack makes. */
  name(part: string): string {
    return `${this.run.prefix}-${part}`;
  }

  /** The domain of the run, which has the repository `npm-store`. */
  domain(scope: Construct): ICodeArtifactDomain {
    return CodeArtifactDomain.fromDomainName(scope, 'Domain', this.run.domain);
  }

  /** What the command line gave with `--context`. */
  context(key: string): string | undefined {
    return this.node.tryGetContext(key);
  }

  /** A token whose secret changes only where a test says so: its schedule has no turns. */
  withoutTurns(token: CodeArtifactToken): CodeArtifactToken {
    (token.schedule.node.defaultChild as scheduler.CfnSchedule).state = 'DISABLED';
    return token;
  }
}
