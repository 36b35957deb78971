import { Refusal } from './account';

/** Runs a command, and ends it with an error as people read it: without a stack trace where they can do something about it. */
export function runCommand(command: () => Promise<void>): void {
  command().catch((error) => {
    console.error(error instanceof Refusal ? error.message : error);
    process.exitCode = 1;
  });
}
