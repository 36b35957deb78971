import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { CloudFormationCustomResourceResponse } from 'aws-lambda';
import { CodeArtifactStandIn } from '../../sandbox/codeartifact';
import { ACCOUNT, type MiniStack, REGION } from '../../sandbox/ministack';
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
  public readonly cloudFormation = new CloudFormation();
  public codeartifact!: FaultyProxy;
  public secretArn!: string;
  private readonly client: SecretsManagerClient;
  private readonly functions: ShippedFunction[] = [];

  private constructor(private readonly ministack: MiniStack, private readonly node: 22 | 24, private readonly environment: Record<string, string>) {
    this.secretsManager = new FaultyProxy(ministack.endpoint);
    this.client = new SecretsManagerClient({
      endpoint: ministack.endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
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
    return [...this.functions.flatMap(({ left }) => left), ...this.cloudFormation.bodies];
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

/** Where a custom resource answers. */
class CloudFormation {
  /** How many answers it will not hear. */
  public deaf = 0;
  public readonly bodies: string[] = [];
  public readonly told: CloudFormationCustomResourceResponse[] = [];
  private readonly server: Server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    this.bodies.push(body);
    if (this.deaf-- > 0) {
      response.writeHead(503).end();
      return;
    }
    this.told.push(JSON.parse(body));
    response.writeHead(200).end();
  });

  public async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  public request(RequestType: 'Create' | 'Update' | 'Delete') {
    return {
      RequestType,
      ServiceToken: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:refresh-token`,
      ResponseURL: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/signed`,
      StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/S/1`,
      RequestId: 'request',
      LogicalResourceId: 'TokenFirstToken',
      ResourceType: 'Custom::CodeArtifactToken',
      ResourceProperties: {},
    };
  }
}
