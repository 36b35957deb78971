import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CodeArtifactStandIn } from '../../sandbox/codeartifact';
import { ACCOUNT, type MiniStack, REGION } from '../../sandbox/ministack';
import { CloudFormationEndpoint } from '../lambda/cloudformation-endpoint';
import { FaultyProxy } from '../lambda/faulty-proxy';
import { ShippedFunction } from '../lambda/shipped-function';

export const domainArn = (name: string) => `arn:aws:codeartifact:${REGION}:${ACCOUNT}:domain/${name}`;

/** What is in a secret and its tags. */
export interface Stored {
  readonly token: string;
  readonly versionId: string;
  readonly tags: Record<string, string>;
  readonly createdAt: number;
}

/** One secret, the services around it, each behind a proxy that can fail, and the shipped function that refreshes it. */
export class Play {
  public static async start(ministack: MiniStack, node: 22 | 24, environment: Record<string, string> = {}): Promise<Play> {
    const play = new Play(ministack, node, environment);
    await Promise.all([play.standIn.start(), play.secretsManager.start(), play.cloudFormation.start()]);
    play.codeartifact = new FaultyProxy(play.standIn.url);
    await play.codeartifact.start();
    play.secretArn = (await play.client.send(new CreateSecretCommand({ Name: `play/${randomUUID()}` }))).ARN!;
    return play;
  }

  public readonly standIn = new CodeArtifactStandIn({ region: REGION, account: ACCOUNT, domains: [{ name: 'acme', repositories: ['npm-store'] }] });
  public readonly secretsManager: FaultyProxy;
  public readonly cloudFormation = new CloudFormationEndpoint();
  public codeartifact!: FaultyProxy;
  public secretArn!: string;
  private readonly client: SecretsManagerClient;
  private readonly functions: ShippedFunction[] = [];

  private constructor(private readonly ministack: MiniStack, private readonly node: 22 | 24, private readonly environment: Record<string, string>) {
    this.secretsManager = new FaultyProxy(ministack.endpoint);
    this.client = new SecretsManagerClient(ministack.client);
  }

  /** One more environment of the function, as Lambda has when it runs side by side with itself. */
  public function(changed: Record<string, string> = {}): ShippedFunction {
    const { AWS_ENDPOINT_URL: _, ...environment } = this.ministack.environment;
    const added = new ShippedFunction(this.node, {
      ...environment,
      AWS_LAMBDA_FUNCTION_NAME: 'refresh-token',
      AWS_ENDPOINT_URL_CODEARTIFACT: this.codeartifact.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: this.secretsManager.url,
      DOMAIN_ARN: domainArn('acme'),
      DURATION_SECONDS: '43200',
      SECRET_ARN: this.secretArn,
      SECRET_TEMPLATE: '{{token}}',
      ...this.environment,
      ...changed,
    });
    this.functions.push(added);
    return added;
  }

  /** All that left the function, wherever to. */
  public get left(): string[] {
    return [...this.functions.flatMap(({ left }) => left), ...this.cloudFormation.received.map(({ body }) => body)];
  }

  /** The calls since `forget()`, for a table. */
  public get calls(): string {
    const calls = [...this.codeartifact.calls, ...this.secretsManager.calls];
    return [...new Set(calls)]
      .map((operation) => ({ operation, times: calls.filter((call) => call === operation).length }))
      .map(({ operation, times }) => times > 1 ? `${operation} ×${times}` : operation)
      .join(', ') || 'none';
  }

  /** As if no call had been made. */
  public forget(): void {
    this.codeartifact.reset();
    this.secretsManager.reset();
  }

  /** Undefined for a secret that is not there, or is to be deleted. */
  public async stored(): Promise<Stored | undefined> {
    const SecretId = this.secretArn;
    try {
      const [value, description] = await Promise.all([
        this.client.send(new GetSecretValueCommand({ SecretId })),
        this.client.send(new DescribeSecretCommand({ SecretId })),
      ]);
      return {
        token: value.SecretString!,
        versionId: value.VersionId!,
        tags: Object.fromEntries((description.Tags ?? []).map(({ Key, Value }) => [Key!, Value!])),
        createdAt: description.CreatedDate!.getTime(),
      };
    } catch (error) {
      if (['InvalidRequestException', 'ResourceNotFoundException'].includes((error as Error).name)) {
        return undefined;
      }
      throw error;
    }
  }

  public async deleteSecret(forGood: boolean): Promise<void> {
    await this.client.send(new DeleteSecretCommand({ SecretId: this.secretArn, ForceDeleteWithoutRecovery: forGood || undefined }));
  }

  public async stop(): Promise<void> {
    this.functions.forEach((each) => each.kill());
    await Promise.all([this.standIn.stop(), this.codeartifact.stop(), this.secretsManager.stop(), this.cloudFormation.stop()]);
  }
}
