import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { nodeOf } from '../../sandbox/ministack';

const BUNDLE = join(__dirname, '..', '..', 'assets', 'lambda', 'refresh-token', 'index', 'index.js');

/** Answers each message with what the handler returned or threw, and all that it wrote by then. */
const HOST = `
  const { inspect } = require('node:util');
  const written = [];
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk) => written.push(String(chunk)) > 0;
  }
  const { handler } = require(process.argv[1]);
  process.on('message', async ({ event, remainingMilliseconds }) => {
    const context = { getRemainingTimeInMillis: () => remainingMilliseconds };
    const outcome = await Promise.resolve(handler(event, context)).then(
      (returned) => ({ returned, shown: inspect(returned, { depth: 10 }) }),
      (error) => ({ error: { name: error.name, message: error.message }, shown: inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error) }),
    );
    process.send({ ...outcome, written: written.splice(0) });
  });
`;

export interface Outcome {
  /** What the handler returned. */
  readonly returned?: any;
  /** What it threw. */
  readonly error?: { readonly name: string; readonly message: string };
  /** The lines that it logged, parsed. */
  readonly log: Record<string, any>[];
  /** Whether the process died of it. */
  readonly died: boolean;
  readonly milliseconds: number;
}

/** The shipped bundle in a process of its own, as Lambda runs it: started once, invoked many times. */
export class ShippedFunction {
  /** Everything that left it: what it returned and threw, with stacks and hidden properties, and all that it wrote. */
  public readonly left: string[] = [];
  private process?: ChildProcess;

  public constructor(private readonly node: 22 | 24, private readonly environment: Record<string, string>) {}

  public async invoke(event: unknown = {}, remainingMilliseconds = 100_000): Promise<Outcome> {
    const child = this.process ??= this.start();
    const started = Date.now();
    child.send({ event, remainingMilliseconds });
    const answer = await new Promise<any>((resolve) => {
      child.once('message', resolve).once('exit', () => resolve(undefined));
    });
    child.removeAllListeners('message').removeAllListeners('exit');
    const milliseconds = Date.now() - started;
    if (!answer) {
      return { died: true, log: [], milliseconds };
    }
    this.left.push(answer.shown, ...answer.written);
    return {
      returned: answer.returned,
      error: answer.error,
      log: answer.written.filter((line: string) => line.startsWith('{')).map((line: string) => JSON.parse(line)),
      died: false,
      milliseconds,
    };
  }

  /** Ends it at once, like a machine that fails. The next invocation starts it anew. */
  public kill(): void {
    this.process?.kill('SIGKILL');
    this.process = undefined;
  }

  private start(): ChildProcess {
    const child = spawn(nodeOf(this.node), ['-e', HOST, BUNDLE], { env: this.environment, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    // What does not go through the streams' own write, such as NODE_DEBUG.
    child.stdout!.on('data', (chunk) => this.left.push(String(chunk)));
    child.stderr!.on('data', (chunk) => this.left.push(String(chunk)));
    return child;
  }
}
