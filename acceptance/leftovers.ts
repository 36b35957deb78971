import { accountsOf, confirm, Refusal } from './account';
import { belongings, remove, runOf } from './belongings';
import { runCommand } from './run-command';

const USAGE = 'Usage: npm run acceptance:leftovers -- [--profile NAME] --region REGION [--reader-profile NAME]';

/** Lists what interrupted runs have left in an account, and removes it. */
async function leftovers(): Promise<void> {
  const accounts = await accountsOf(USAGE);
  const [account] = accounts;
  const left = await belongings(accounts);
  if (left.length === 0) {
    console.log(`Nothing is left in ${accounts.map(({ id, region }) => `${id}, ${region}`).join(' and ')}.`);
    return;
  }
  for (const belonging of left) {
    console.log(`${runOf(belonging)}  ${belonging.kind} ${belonging.name} in ${belonging.where}`);
  }
  await confirm(account, 'remove all of that, also if a run is under way,');
  const stillThere = await remove(accounts, undefined, (line) => console.log(line));
  if (stillThere.length > 0) {
    throw new Refusal(`Still there: ${stillThere.map(({ kind, name }) => `${kind} ${name}`).join(', ')}. Run this once more, or remove them by hand.`);
  }
}

runCommand(leftovers);
