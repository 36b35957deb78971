import { createServer, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Answer } from '../../sandbox/codeartifact-errors';

/**
 * What comes in place of the service's answer: another one; none (`hang`); half of one (`stall`); one that comes a byte a
 * second (`drip`); a closed connection, before the service gets the request (`reset`) or after (`loseAnswer`).
 */
export type Fault = Answer | 'hang' | 'stall' | 'drip' | 'reset' | 'loseAnswer';

export function awsFault(status: number, name: string, message: string): Answer {
  return { status, body: JSON.stringify({ __type: name, message }) };
}

/** A call that reached the proxy. */
export interface Call {
  readonly operation: string;
  /** What names the version that PutSecretValue makes, the same for the same. */
  readonly clientRequestToken?: string;
  /** The time that the request is signed for. */
  readonly signedAt: string;
}

/** Stands before an AWS service: notes each call, and hands it on unless it is told otherwise. */
export class FaultyProxy {
  /** The calls so far, in their order. */
  public readonly received: Call[] = [];
  private readonly faults: { operation: string; fault: Fault; times: number }[] = [];
  private readonly interruptions = new Map<string, () => Promise<unknown>>();
  private readonly server = createServer((request, response) => {
    this.handle(request, response).catch((error) => response.destroy(error));
  });

  /** @param target may be set later, but before the first call */
  public constructor(public target = '') {}

  /** Says what comes of a call of which nothing else is said. */
  public otherwise: (operation: string) => Fault | undefined = () => undefined;

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The operations that were called, in their order. */
  public get calls(): string[] {
    return this.received.map(({ operation }) => operation);
  }

  public async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  public failNext(operation: string, fault: Fault, times = 1): void {
    this.faults.push({ operation, fault, times });
  }

  /** Does something just before the next call of an operation reaches the service. */
  public beforeNext(operation: string, action: () => Promise<unknown>): void {
    this.interruptions.set(operation, action);
  }

  /** As if nothing had been called, and nothing were to fail. */
  public reset(): void {
    this.received.length = this.faults.length = 0;
    this.interruptions.clear();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    // CodeArtifact is called by paths, Secrets Manager by this header.
    const operation = request.headers['x-amz-target']?.toString().split('.')[1] ?? 'GetAuthorizationToken';
    const clientRequestToken = body.length > 0 ? JSON.parse(body.toString()).ClientRequestToken : undefined;
    this.received.push({ operation, clientRequestToken, signedAt: String(request.headers['x-amz-date']) });
    const interruption = this.interruptions.get(operation);
    this.interruptions.delete(operation);
    await interruption?.();
    const planned = this.faults.find((candidate) => candidate.operation === operation && candidate.times > 0);
    if (planned) {
      planned.times--;
    }
    const fault = planned?.fault ?? this.otherwise(operation);
    if (fault === 'hang') {
      return;
    }
    if (fault === 'reset') {
      request.socket.destroy();
    } else if (fault === 'stall' || fault === 'drip') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 }).write('{"');
      const drop = setInterval(() => fault === 'drip' && response.write('a'), 1_000);
      response.on('close', () => clearInterval(drop));
    } else if (typeof fault === 'object') {
      response.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.1', ...this.date(request), ...fault.headers }).end(fault.body);
    } else {
      this.forward(request, body, response, fault === 'loseAnswer' ? request.socket : undefined);
    }
  }

  /** Secrets Manager's clock is the caller's, which tests move: the SDK repeats a refused request when it sees that its own is wrong. */
  private date(request: IncomingMessage): OutgoingHttpHeaders {
    return 'x-amz-target' in request.headers ? { date: new Date(Date.now()).toUTCString() } : {};
  }

  private forward(request: IncomingMessage, body: Buffer, response: ServerResponse, toClose?: Socket): void {
    // With the Host header as it came, which is signed.
    const forwarded = httpRequest(this.target + request.url, { method: request.method, headers: request.headers }, (answer) => {
      if (toClose) {
        answer.resume().on('end', () => toClose.destroy());
      } else {
        response.writeHead(answer.statusCode!, { ...answer.headers, ...this.date(request) });
        answer.pipe(response);
      }
    });
    forwarded.on('error', (error) => response.destroy(error));
    forwarded.end(body);
  }
}
