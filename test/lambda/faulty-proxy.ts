import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What comes back in place of the service's answer. */
export interface Fault {
  readonly status: number;
  readonly body: string;
}

/** The service does what it is asked to, and nobody hears of it. */
export const ANSWER_LOST = 'answer lost';

export function awsFault(status: number, name: string, message: string): Fault {
  return { status, body: JSON.stringify({ __type: name, message }) };
}

/** Stands before an AWS service: notes each call, and hands it on unless it is told to answer itself. */
export class FaultyProxy {
  /** The operations that were called, in their order. */
  public readonly calls: string[] = [];
  private readonly faults: { operation: string; fault: Fault | typeof ANSWER_LOST; times: number }[] = [];
  private readonly interruptions = new Map<string, () => Promise<unknown>>();
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

  public failNext(operation: string, fault: Fault | typeof ANSWER_LOST, times = 1): void {
    this.faults.push({ operation, fault, times });
  }

  /** Does something just before the next call of an operation reaches the service. */
  public beforeNext(operation: string, action: () => Promise<unknown>): void {
    this.interruptions.set(operation, action);
  }

  /** As if nothing had been called, and nothing were to fail. */
  public reset(): void {
    this.calls.length = this.faults.length = 0;
    this.interruptions.clear();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    this.calls.push(operation);
    const interruption = this.interruptions.get(operation);
    this.interruptions.delete(operation);
    await interruption?.();
    const planned = this.faults.find((candidate) => candidate.operation === operation && candidate.times > 0);
    const fault = planned?.fault;
    if (planned) {
      planned.times--;
    }
    // By the caller's clock, which tests move: the SDK repeats a refused request when it sees that its clock is wrong.
    const date = new Date(Date.now()).toUTCString();
    if (fault && fault !== ANSWER_LOST) {
      request.resume();
      response.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.1', date }).end(fault.body);
      return;
    }
    // With the Host header as it came, which is signed.
    const forwarded = httpRequest(this.target + request.url, { method: request.method, headers: request.headers }, (answer) => {
      if (fault) {
        answer.resume().on('end', () => request.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode!, { ...answer.headers, date });
      answer.pipe(response);
    });
    request.pipe(forwarded);
  }
}
