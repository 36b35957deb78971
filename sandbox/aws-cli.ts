import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = join(__dirname, '..', '.sandbox', 'python', 'bin', 'aws');

/** The variables with which a command of the shell finds the AWS CLI. */
export const withAwsCli = (environment: Record<string, string>) => ({ ...environment, PATH: `${dirname(PROGRAM)}:${process.env.PATH}` });

/** What the AWS CLI and the CDK CLI read of the person's: who that is, and in a rehearsal where the embedded cloud is. */
export const environmentOfPerson = () => (
  Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_') || name === 'HOME')) as Record<string, string>);

/** Runs a command of the AWS CLI, and reads its answer. */
export async function awsCli(environment: Record<string, string>, command: readonly string[]): Promise<any> {
  const { stdout } = await promisify(execFile)(PROGRAM, [...command, '--output', 'json'], {
    env: withAwsCli(environment), maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout || '{}');
}

/** A time in an answer, in milliseconds. Of services that speak JSON the AWS CLI writes it in seconds, of the others as ISO 8601. */
export const timeOf = (answer: number | string): number => typeof answer === 'number' ? answer * 1000 : Date.parse(answer);
