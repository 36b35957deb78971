import { startCloud, testNeeding } from './deployed';
import type { Cloud } from '../../sandbox/cloud';

// Real deployments of one change after another. Networks and the policies of keys are imitated: sandbox/ministack_like_aws.py.

const APP = 'test/e2e/changes.app.ts';
let cloud: Cloud;
let secret: string;

beforeAll(async () => {
  cloud = await startCloud('changes');
  await cloud.deploy(APP);
  secret = await cloud.idOf('Changes', 'AWS::SecretsManager::Secret');
});

afterAll(async () => {
  await cloud.stop();
});

/** Deploys a change, while a reader reads all the time, and tells what became of it. */
async function deploy(change?: string) {
  const reads: boolean[] = [];
  let deploying = true;
  const reading = (async () => {
    while (deploying) {
      reads.push(await cloud.valueOf(secret).then((token) => cloud.opensTo(token), () => false));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  const before = await cloud.tokensAskedFor(secret);
  const { succeeded, output } = await cloud.cdk.deploy(APP, change ? { change } : {});
  deploying = false;
  await reading;
  const { Stacks: [{ StackStatus }] } = await cloud.aws('cloudformation', 'describe-stacks', '--stack-name', cloud.name('Changes'));
  const { token, versionId, tags } = await cloud.read(secret);
  expect(reads.length).toBeGreaterThan(0);
  return {
    succeeded,
    status: StackStatus,
    output: output.replace(/\s+/g, ' '),
    asked: await cloud.tokensAskedFor(secret) - before,
    deadReads: reads.filter((opened) => !opened).length,
    opens: await cloud.opensTo(token),
    tagged: tags['codeartifact:version-id'] === versionId,
    tags,
  };
}

describe('design.md 3.4: a deployment of the same source asks for nothing, nor does one of what a refresh does not depend on', () => {
  test.each([['the same source', undefined], ['another interval', 'interval']])('%s', async (_, change) => {
    expect(await deploy(change)).toMatchObject({ succeeded: true, asked: 0, deadReads: 0, opens: true, tagged: true });
  });
});

test('design.md 3.4: a change of the tags of the secret makes a new token, and its tags', async () => {
  const { tags, ...rest } = await deploy('tag');

  expect(rest).toMatchObject({ succeeded: true, asked: 1, deadReads: 0, opens: true, tagged: true });
  expect(tags).toMatchObject({ team: 'build' });
});

describe('design.md 3.4: a change with which no token can be made is rolled back with the reason, and readers notice nothing', () => {
  test.each([
    ['code that throws', 'code', () => 'TypeError: a defect of this version'],
    ['a key that it may not use', 'key', () => `failed: AccessDeniedException: Access to KMS is not allowed. The secret ${secret}`],
    ['a role that is denied', 'role', () => 'is not authorized to perform: secretsmanager:PutSecretValue'],
  ])('%s', rollsBack);

  testNeeding('the subnet subnet-closed').each([
    ['a network that it cannot leave', 'network', () => {
      const { account, region, domain } = cloud.run;
      return `codeartifact:GetAuthorizationToken on arn:aws:codeartifact:${region}:${account}:domain/${domain} failed: ECONNREFUSED.`;
    }],
  ])('%s', rollsBack);

  async function rollsBack(_: string, change: string, reason: () => string): Promise<void> {
    const { output, ...rest } = await deploy(change);

    expect(rest).toMatchObject({ succeeded: false, status: 'UPDATE_ROLLBACK_COMPLETE', deadReads: 0, opens: true, tagged: true });
    expect(output).toContain(reason());
  }
});
