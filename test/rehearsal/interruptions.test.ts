import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Rehearsal, ROOT } from './harness';

// What can go wrong around a run, with an embedded cloud in the place of AWS.

let rehearsal: Rehearsal;
let account: string;
let region: string;

beforeAll(async () => {
  rehearsal = await Rehearsal.start();
  ({ account, region } = rehearsal.cloud.run);
});

afterAll(async () => {
  await rehearsal.stop();
});

/** Begins a run, and waits until its tests have made a stack. */
async function underWay() {
  const running = rehearsal.start('command', ['--region', region], account);
  await rehearsal.cloud.eventually('a stack of the run', 10, async () => {
    const contents = await rehearsal.contents();
    return contents.some((name) => /^cdkcat-.*-(Consumer|Leak|Changes|Organization|Operations)$/.test(name)) || undefined;
  });
  return running;
}

test('after Ctrl-C nothing is left', async () => {
  const running = await underWay();
  running.signal('SIGINT');
  const { code, output } = await running.ended;

  expect({ code, output: code === 130 ? '' : output }).toEqual({ code: 130, output: '' });
  expect(output).toContain('Interrupted: stopping the tests, and then removing what they made');
  expect(await rehearsal.contents()).toEqual([]);
});

test('what a killed run leaves stops the next one, and is listed and removed by the other command', async () => {
  const running = await underWay();
  running.signal('SIGKILL');
  await running.ended;
  const left = await rehearsal.contents();
  const [prefix] = /cdkcat-\w{6}/.exec(left.join())!;
  // Its tests have not outlived it, and make nothing any more.
  await rehearsal.cloud.eventually('the end of the tests', 0.2, async () => (
    execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(join('reports', prefix)) ? undefined : true));
  rmSync(join(ROOT, 'reports', prefix), { recursive: true });
  const next = await rehearsal.run('command', ['--region', region], account);

  expect(next.code).toBe(1);
  expect(next.output).toContain(`The account ${account} has leftovers of a run that was interrupted, or another run is under way: ${prefix}. If none is under way,`
    + ' list and remove them with `npm run acceptance:leftovers`, with the same options. Nothing was made.');

  const wrong = await rehearsal.run('leftovers', ['--region', region], '999999999999');
  expect(wrong.code).toBe(1);
  expect(wrong.output).toContain(`${prefix}  domain ${prefix} in ${account}, ${region}`);
  expect(wrong.output).toContain('You typed "999999999999"');
  expect(await rehearsal.contents()).toEqual(expect.arrayContaining([prefix]));

  const removing = await rehearsal.run('leftovers', ['--region', region], account);
  expect(removing).toEqual({ code: 0, output: expect.stringContaining(`removed the domain ${prefix}`) });
  expect(await rehearsal.contents()).toEqual([]);
  expect((await rehearsal.run('leftovers', ['--region', region], '')).output).toContain(`Nothing is left in ${account}, ${region}.`);
});

describe('is refused before anything is made:', () => {
  afterEach(async () => {
    expect(await rehearsal.contents()).toEqual([]);
  });

  test.each<[string, string[], string, Record<string, string>, () => string]>([
    ['no region', [], '', {}, () => '--region is missing. Usage: npm run acceptance -- [--profile NAME] --region REGION'],
    ['an option that there is not', ['--regio', 'eu-west-1'], '', {}, () => "Unknown option '--regio'. Usage: npm run acceptance"],
    ['no credentials', ['--region', 'eu-west-1'], '', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
      () => 'There are no credentials that work: Unable to locate credentials'],
    ['a profile that is not there', ['--region', 'eu-west-1', '--profile', 'nobody'], '', {},
      () => 'There are no credentials that work in the profile nobody: The config profile (nobody) could not be found'],
    ['a reader in the same account', ['--region', 'eu-west-1', '--reader-profile', 'person'], '', {},
      () => `--reader-profile person is in the account ${account} too. Give a profile of another account. Nothing was made.`],
    ['another account than the one that was typed in', ['--region', 'eu-west-1'], '999999999999', {},
      () => `You typed "999999999999", and arn:aws:iam::${account}:root is in the account ${account}. Nothing was made or removed.`],
    ['no account typed in', ['--region', 'eu-west-1'], '', {}, () => 'You typed ""'],
    ['a region without CodeArtifact', ['--region', 'sa-east-1'], '', { AWS_ENDPOINT_URL_CODEARTIFACT: 'http://127.0.0.1:9' },
      () => 'CodeArtifact is not in the region sa-east-1: Could not connect to the endpoint URL'],
  ])('%s', async (_, args, typed, environment, message) => {
    const { code, output } = await rehearsal.run('command', args, typed, { ...rehearsal.environment, ...environment });

    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(message()) });
    expect(output).not.toMatch(/^ +at /m);
  });

  const denying = (...Action: string[]) => JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action, Resource: '*' }],
  });

  /** Makes a user who may do all but some actions, and returns the keys. */
  async function userWithout(name: string, ...actions: string[]): Promise<Record<string, string>> {
    const { cloud } = rehearsal;
    await cloud.aws('iam', 'create-user', '--user-name', name);
    await cloud.aws('iam', 'put-user-policy', '--user-name', name, '--policy-name', 'Policy', '--policy-document', denying(...actions));
    const { AccessKey } = await cloud.aws('iam', 'create-access-key', '--user-name', name);
    return { AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId, AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey };
  }

  const asSomeone = (keys: Record<string, string>) => rehearsal.run('command', ['--region', region], account, { ...rehearsal.environment, ...keys });

  test('a permission that is missing, by its name', async () => {
    const { code, output } = await asSomeone(await userWithout('tester', 'kms:CreateKey', 'ecs:RunTask'));

    expect(code).toBe(1);
    expect(output).toContain(`arn:aws:iam::${account}:user/tester lacks these permissions: ecs:RunTask, kms:CreateKey.`);
  });

  test('a permission that the role of a session is missing, by its name', async () => {
    const { cloud } = rehearsal;
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }] };
    const role = ['--role-name', 'tester'];
    const { Role } = await cloud.aws('iam', 'create-role', ...role, '--assume-role-policy-document', JSON.stringify(trust));
    await cloud.aws('iam', 'put-role-policy', ...role, '--policy-name', 'Policy', '--policy-document', denying('kms:CreateKey'));
    const { code, output } = await asSomeone(await cloud.credentialsOf(Role.Arn));
    await cloud.aws('iam', 'delete-role-policy', ...role, '--policy-name', 'Policy');
    await cloud.aws('iam', 'delete-role', ...role);

    expect(code).toBe(1);
    expect(output).toContain(`arn:aws:sts::${account}:assumed-role/tester/test lacks these permissions: kms:CreateKey.`);
  });

  test('someone of whom it cannot be found out what they may do', async () => {
    const { code, output } = await asSomeone(await userWithout('unknown', 'iam:SimulatePrincipalPolicy'));

    expect(code).toBe(1);
    expect(output).toContain(`Whether arn:aws:iam::${account}:user/unknown may do what the run does cannot be found out: `);
    expect(output).toContain('Give it iam:GetRole and iam:SimulatePrincipalPolicy. Nothing was made.');
  });
});
