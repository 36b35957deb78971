import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server that runs beside us for as long as we do. */
export interface BackgroundServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Its process group: the server and all that it starts. */
  readonly processGroup: number;
  /** All that it has written so far; gone after `stop()`. */
  log(): string;
  stop(): Promise<void>;
}

export interface BackgroundServerProps {
  readonly name: string;
  /** The path that answers 200 once the server is ready. */
  readonly readyPath: string;
  /** The command for a port and a directory of its own, which is removed in the end. */
  command(port: number, directory: string): { args: string[]; environment: Record<string, string> };
}

/**
 * The leash: the server's group dies when our end of the pipe closes, however we come to our end. The kernel
 * closes it on a SIGKILL too, which no signal handler sees. It also dies as a whole when the server itself dies.
 */
const LEASH = '{ "$@"; kill -KILL 0; } & cat; kill -KILL 0';

const START_TIMEOUT_MS = 120_000;

export async function startInBackground(props: BackgroundServerProps): Promise<BackgroundServer> {
  const { name, command, readyPath } = props;
  const directory = mkdtempSync(join(tmpdir(), `sandbox-${name}-`));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { args, environment } = command(port, directory);

  const logFile = join(directory, 'log');
  const logDescriptor = openSync(logFile, 'a');
  const child = spawn('/bin/sh', ['-c', LEASH, 'leash', ...args], {
    cwd: directory,
    env: environment,
    stdio: ['pipe', logDescriptor, logDescriptor],
    detached: true, // a process group of its own
  });
  closeSync(logDescriptor);
  // A server that nobody stopped must not keep a finished script or test run alive.
  child.unref();

  const processGroup = child.pid!;
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const log = () => readFileSync(logFile, 'utf8');
  const stop = async () => {
    child.ref();
    child.stdin!.destroy();
    await exited;
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 }); // the last of the group may still be dying
  };

  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!await answers(url + readyPath)) {
    const died = child.exitCode !== null || child.signalCode !== null;
    if (died || Date.now() > deadline) {
      const tail = log().split('\n').slice(-30).join('\n');
      await stop();
      if (died && /address already in use|EADDRINUSE/i.test(tail)) {
        return startInBackground(props); // another process took the port in between
      }
      throw new Error(`${name} ${died ? 'died while starting' : 'did not start in time'}. The end of its log:\n${tail}`);
    }
    await pause(50);
  }
  return { url, processGroup, log, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));
