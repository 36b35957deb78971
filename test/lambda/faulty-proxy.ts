import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What comes back in place of the service's answer. */
export interface Fault {
  readonly status: number;
  readonly body: string;
}

export function awsFault(status: number, name: string, message: string): Fault {
  return { status, body: JSON.stringify({ __type: name, message }) };
}

/** Stands before an AWS service: notes each call, and hands it on unless it is told to answer itself. */
export class FaultyProxy {
  /** The operations that were called, in their order. */
  public readonly calls: string[] = [];
  private readonly faults: { operation: string; fault: Fault; times: number }[] = [];
  private readonly server = createServer((request, response) => this.handle(request, response));

  public constructor(private readonly target: string) {}

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
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

  /** As if nothing had been called, and nothing were to fail. */
  public reset(): void {
    this.calls.length = this.faults.length = 0;
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    this.calls.push(operation);
    const planned = this.faults.find((candidate) => candidate.operation === operation && candidate.times > 0);
    if (planned) {
      planned.times--;
      request.resume();
      response.writeHead(planned.fault.status, { 'content-type': 'application/x-amz-json-1.1' }).end(planned.fault.body);
      return;
    }
    // With the Host header as it came, which is signed.
    const forwarded = httpRequest(this.target + request.url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forwarded);
  }
}
