import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { awsCli, environmentOfPerson } from '../sandbox/aws-cli';

/** An account on AWS, or in a rehearsal the embedded cloud, in which the person who runs the command is signed in. */
export interface Account {
  readonly id: string;
  readonly region: string;
  /** The profile of the AWS CLI, if one was named. */
  readonly profile?: string;
  /** Who is signed in. */
  readonly arn: string;
  /** What commands and tests need to work in it. */
  readonly environment: Record<string, string>;
  /** Whether an embedded cloud takes the part of AWS. */
  readonly rehearsal: boolean;
  /** Runs a command of the AWS CLI. */
  aws(...command: string[]): Promise<any>;
}

/** What a person can do something about: it is printed without a stack trace, and nothing was made. */
export class Refusal extends Error {}

/** What the AWS CLI says of an error, on one line and without its full stop. */
export const reasonOf = (error: any): string => String(error.stderr || error.message).trim().replace(/\s+/g, ' ').replace(/\.$/, '');

/** @throws Refusal where there are no credentials */
async function signIn({ profile, region }: { profile?: string; region: string }): Promise<Account> {
  const environment: Record<string, string> = {
    ...environmentOfPerson(), // and nothing else: what the tests run must not depend on it
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_PAGER: '',
    AWS_RETRY_MODE: 'standard',
    AWS_MAX_ATTEMPTS: '8',
  };
  if (profile) {
    environment.AWS_PROFILE = profile;
    // The CLI would prefer them to a profile that it only finds in the environment.
    ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].forEach((name) => delete environment[name]);
  }
  const aws = (...command: string[]) => awsCli(environment, command);
  try {
    const { Account: id, Arn: arn } = await aws('sts', 'get-caller-identity');
    return { id, arn, region, profile, environment, rehearsal: 'AWS_ENDPOINT_URL' in environment, aws };
  } catch (error) {
    throw new Refusal(`There are no credentials that work${profile ? ` in the profile ${profile}` : ''}: ${reasonOf(error)}. Sign in, for example with \`aws sso login\``
      + ' or `aws configure`, and name the profile with --profile. Nothing was made.');
  }
}

/**
 * The account that the options of a command name, and that of a reader if they name one.
 *
 * @throws Refusal where an option is missing, or does not lead to an account
 */
export async function accountsOf(usage: string): Promise<readonly [Account, ...Account[]]> {
  const { profile, region, 'reader-profile': readerProfile } = optionsOf(usage);
  if (!region) {
    throw new Refusal(`--region is missing. ${usage}`);
  }
  const account = await signIn({ profile, region });
  if (!readerProfile) {
    return [account];
  }
  const reader = await signIn({ profile: readerProfile, region });
  if (reader.id === account.id) {
    throw new Refusal(`--reader-profile ${readerProfile} is in the account ${account.id} too. Give a profile of another account. Nothing was made.`);
  }
  return [account, reader];
}

function optionsOf(usage: string) {
  try {
    return parseArgs({ options: { 'profile': { type: 'string' }, 'region': { type: 'string' }, 'reader-profile': { type: 'string' } } }).values;
  } catch (error) {
    throw new Refusal(`${(error as Error).message}. ${usage}`);
  }
}

/** The same account, where commands work in another region. */
export function inRegion(account: Account, region: string): Account {
  return { ...account, region, aws: (...command) => account.aws(...command, '--region', region) };
}

/** Has the person type the number of the account. @throws Refusal where it is not this one */
export async function confirm({ id, arn }: Account, toDo: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const typed = await new Promise<string>((resolve) => {
      terminal.once('close', () => resolve('')); // the end of the input
      void terminal.question(`Type the number of the account to ${toDo}: `).then(resolve);
    });
    if (typed.trim() !== id) {
      throw new Refusal(`You typed "${typed.trim()}", and ${arn} is in the account ${id}. Nothing was made or removed.`);
    }
  } finally {
    terminal.close();
  }
}
