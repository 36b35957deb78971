import { appendFileSync } from 'node:fs';
import { type Ability, ABILITIES, type Lacks } from './abilities';
import { AwsCloud } from '../../acceptance/aws-cloud';
import type { Cloud, Run } from '../../sandbox/cloud';
import { EmbeddedCloud } from '../../sandbox/embedded-cloud';
import { claims } from '../confirmed/claims';

// Deployed tests say what must be true. Where they run is said by the command that runs them (acceptance/command.ts), or it is the embedded cloud.

const run: Run | undefined = process.env.DEPLOYED_RUN ? JSON.parse(process.env.DEPLOYED_RUN) : undefined;
const on = run?.on ?? 'the embedded cloud';

/**
 * Starts the embedded cloud, or goes to the account of the run.
 *
 * @param name of the test file, in short: in an account its names must not be those of others
 */
export async function startCloud(name: string): Promise<Cloud> {
  if (run) {
    return new AwsCloud({ ...run, prefix: `${run.prefix}-${name}` });
  }
  const cloud = await EmbeddedCloud.start();
  await cloud.cdk.bootstrap();
  return cloud;
}

/** The embedded cloud, in a test that needs what can be done there alone: 'faults'. */
export function embedded(cloud: Cloud): EmbeddedCloud {
  if (!(cloud instanceof EmbeddedCloud)) {
    throw new Error(`${on} is not the embedded cloud`);
  }
  return cloud;
}

/** Why something cannot be shown where the tests run, if it cannot. */
function lack(needs: Ability[]): string | undefined {
  const reasons = needs.map((ability) => (ABILITIES[ability] as Lacks)[on] ?? (ability === 'a second account' && !run?.readerProfile ? 'no --reader-profile was given' : undefined));
  return reasons.find((reason) => reason !== undefined);
}

/** `test` for what needs more than a deployment, or where it is lacking, `test.skip` with the reason in the title, which the last lines of the run repeat. */
export function testNeeding(...needs: Ability[]): typeof test {
  const reason = lack(needs);
  if (!reason) {
    return test;
  }
  const skip = (title: string) => test.skip(`${title} [not on ${on}: ${reason}]`, () => undefined);
  return Object.assign(skip, { each: (cases: any[]) => (title: string) => test.skip.each(cases)(`${title} [not on ${on}: ${reason}]`, () => undefined) }) as any;
}

/** A test that settles a claim of docs/confirmed.md: the command writes there what came of it. */
export function settles(claimId: string, needs: Ability[], body: () => Promise<void>): void {
  const claim = claims.find(({ id }) => id === claimId);
  if (!claim) {
    throw new Error(`test/confirmed/claims.ts has no ${claimId}`);
  }
  testNeeding(...needs)(`${claimId}: ${claim.claim}`, body);
}

/** Writes beside the outcome of a claim what was seen, such as how long something took. On AWS alone: elsewhere it says nothing. */
export function observe(claimId: string, text: string): void {
  if (process.env.OBSERVATIONS) {
    appendFileSync(process.env.OBSERVATIONS, `${JSON.stringify({ claimId, text })}\n`);
  }
}
