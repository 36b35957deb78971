import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SecretsManagerClient, CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { ACCOUNT, REGION, startMiniStack } from '../../sandbox/ministack';

const AWS_CLI = join(__dirname, '..', '..', '.sandbox', 'python', 'bin', 'aws');

/** The processes of a group, without those that are dead and only wait to be noticed. */
function processesOf(group: number): string[] {
  return execFileSync('ps', ['-A', '-o', 'pgid=,stat=,args='], { encoding: 'utf8' }).split('\n')
    .filter(line => {
      const [pgid, state] = line.trim().split(/\s+/);
      return Number(pgid) === group && !state.startsWith('Z');
    });
}

test('it is the account and the region that it says, and leaves nothing running', async () => {
  const cloud = await startMiniStack();
  try {
    const identity = execFileSync(AWS_CLI, ['sts', 'get-caller-identity'], { env: cloud.environment, encoding: 'utf8' });
    expect(JSON.parse(identity)).toMatchObject({ Account: ACCOUNT });

    const { ARN } = await new SecretsManagerClient(cloud.client)
      .send(new CreateSecretCommand({ Name: 'example' }));
    expect(ARN).toMatch(`arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:example`);
    expect(processesOf(cloud.processGroup)).not.toEqual([]);
  } finally {
    await cloud.stop();
  }
  expect(processesOf(cloud.processGroup)).toEqual([]);
});

test('it tells why it does not start', async () => {
  await expect(startMiniStack({ environment: { GATEWAY_PORT: 'none' } })).rejects.toThrow(/ministack died while starting.*invalid literal for int\(\)/s);
});

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('it dies with the process that started it on a %s', async signal => {
  const script = `
    require(${JSON.stringify(join(__dirname, '..', '..', 'sandbox', 'ministack.ts'))}).startMiniStack()
      .then(({ processGroup }) => console.log(processGroup));
    setInterval(() => {}, 1000);
  `;
  const starter = spawn(process.execPath, ['--import', 'tsx', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await once(starter.stdout, 'data');
  const processGroup = Number(output);
  expect(processesOf(processGroup)).not.toEqual([]);

  starter.kill(signal);
  await once(starter, 'exit');
  // The kernel tells the group that its starter is gone. Jest's own limit ends the wait for one that lives on.
  while (processesOf(processGroup).length > 0) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }

  expect(processesOf(processGroup)).toEqual([]);
});
