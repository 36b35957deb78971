import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudFormationCustomResourceResponse } from 'aws-lambda';
import { ACCOUNT, REGION } from '../../sandbox/ministack';

/** Asks for what CloudFormation asks a custom resource for, and is answered to. */
export class CloudFormationEndpoint {
  /** How many answers it will not hear. */
  public deaf = 0;
  /** All that was sent, heard or not. */
  public readonly received: { method?: string; contentType?: string; contentLength: number; body: string }[] = [];
  /** The answers that it heard. */
  public readonly told: CloudFormationCustomResourceResponse[] = [];
  private readonly server = createServer(async (request, response) => {
    const { method, headers } = request;
    const body = Buffer.concat(await request.toArray()).toString();
    this.received.push({ method, contentType: headers['content-type'], contentLength: Number(headers['content-length']), body });
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

  /** As if nothing had been sent. */
  public reset(): void {
    this.deaf = this.received.length = this.told.length = 0;
  }

  public request(RequestType: 'Create' | 'Update' | 'Delete', ResourceProperties: object = {}, OldResourceProperties: object = {}) {
    return {
      RequestType,
      ServiceToken: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:refresh-token`,
      ResponseURL: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/signed`,
      StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/S/1`,
      RequestId: randomUUID(),
      LogicalResourceId: 'TokenFirstToken',
      PhysicalResourceId: 'TokenFirstToken',
      ResourceType: 'Custom::CodeArtifactToken',
      ResourceProperties,
      OldResourceProperties,
    };
  }
}
