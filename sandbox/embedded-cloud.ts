import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Cloud } from './cloud';
import { CodeArtifactStandIn } from './codeartifact';
import { ACCOUNT, type MiniStack, REGION, startMiniStack } from './ministack';

/** MiniStack and the CodeArtifact stand-in, where every Lambda function finds it, with the domain `acme` in it. */
export class EmbeddedCloud extends Cloud {
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

  private readonly secretsManager: SecretsManagerClient;

  private constructor(readonly codeartifact: CodeArtifactStandIn, readonly ministack: MiniStack) {
    super(
      { on: 'the embedded cloud', account: ACCOUNT, region: REGION, otherRegion: 'eu-central-1', prefix: 'test', domain: 'acme' },
      { ...ministack.environment, AWS_ENDPOINT_URL_CODEARTIFACT: codeartifact.url },
    );
    this.secretsManager = new SecretsManagerClient(ministack.client);
  }

  async repositoryUrl(format: string): Promise<string> {
    return this.codeartifact.repositoryUrl('acme', 'npm-store', format);
  }

  // Many times a second, for which the AWS CLI is too slow.
  async valueOf(secret: string): Promise<string> {
    return (await this.secretsManager.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString!;
  }

  async opensTo(token: string): Promise<boolean> {
    const { status } = await fetch(await this.repositoryUrl('npm'), { headers: { authorization: `Bearer ${token}` } });
    return status !== 401;
  }

  async tokensAskedFor(): Promise<number> {
    return this.codeartifact.requests.length;
  }

  async pass(seconds: number): Promise<void> {
    this.codeartifact.advance(seconds);
  }

  async stop(): Promise<void> {
    await super.stop();
    this.secretsManager.destroy();
    await Promise.all([this.ministack.stop(), this.codeartifact.stop()]);
  }
}
