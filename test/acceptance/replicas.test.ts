import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

const APP = 'test/acceptance/replicas.app.ts';

let cloud: Cloud;
let key: string;
let disabledKey: string;

beforeAll(async () => {
  cloud = await startCloud('replicas');
  await cloud.deploy(APP);
  const { Stacks: [{ Outputs }] } = await cloud.aws('cloudformation', 'describe-stacks', '--stack-name', cloud.name('Elsewhere'), ...there());
  [key, disabledKey] = ['KeyArn', 'DisabledArn'].map((name) => Outputs.find(({ OutputKey }: any) => OutputKey === name).OutputValue);
  await cloud.deploy(APP, { key });
});

afterAll(async () => {
  await cloud.stop();
});

const there = () => ['--region', cloud.run.otherRegion];
const secretOf = (token: string, stack = 'Replicas') => cloud.idOf(stack, 'AWS::SecretsManager::Secret', token);
const refresh = async (token: string, stack = 'Replicas'): Promise<{ versionId: string }> => {
  const answer = await cloud.invoke(await cloud.idOf(stack, 'AWS::Lambda::Function', token));
  expect(answer).toMatchObject({ versionId: expect.any(String) });
  return answer;
};

/** What becomes of the replica of a secret after a refresh: 'updated', 'Failed: ' with the reason, or its state after ten minutes without either. */
async function outcome(secret: string): Promise<{ outcome: string; seconds: number }> {
  const replica = secret.replace(cloud.run.region, cloud.run.otherRegion);
  const currentOf = ({ VersionIdsToStages = {} }: any) => Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes('AWSCURRENT'));
  let last = '';
  return cloud.eventually(`the replica of ${secret} is updated or fails`, 10, async () => {
    const primary = await cloud.aws('secretsmanager', 'describe-secret', '--secret-id', secret);
    const { Status, StatusMessage } = primary.ReplicationStatus[0];
    last = Status;
    if (Status === 'Failed') {
      return `Failed: ${StatusMessage}`;
    }
    const secondary = await cloud.aws('secretsmanager', 'describe-secret', '--secret-id', replica, ...there()).catch(() => ({}));
    return Status === 'InSync' && currentOf(secondary) === currentOf(primary) ? 'updated' : undefined;
  }).then(({ answer, seconds }) => ({ outcome: answer, seconds }), () => ({ outcome: `${last} and not updated`, seconds: 600 }));
}

settles('replica-has-the-same-name', [], async () => {
  const secret = await secretOf('SameName');
  const name = cloud.name('replicated');
  const { versionId } = await refresh('SameName');
  const replica = (command: string, ...more: string[]) => cloud.aws('secretsmanager', command, '--secret-id', name, ...there(), ...more);
  const { seconds } = await cloud.eventually('the replica has the new version', 10, async () => (
    await replica('get-secret-value', '--query', 'VersionId').catch(() => undefined) === versionId || undefined
  ));
  observe('replica-has-the-same-name', `the new value after ${seconds} s`);

  const { Name, ARN } = await replica('describe-secret');
  expect({ Name, ARN }).toEqual({ Name: name, ARN: secret.replace(cloud.run.region, cloud.run.otherRegion) });
  const [value, { token }] = await Promise.all([replica('get-secret-value', '--query', 'SecretString'), cloud.read(secret)]);
  expect(value === token).toBe(true);
  expect(await cloud.opensTo(value)).toBe(true);
  const tagged = await cloud.eventually('the tags of the replica speak of its version', 10, async () => {
    const { Tags = [] } = await replica('describe-secret');
    return Tags.some(({ Key, Value }: any) => Key === 'codeartifact:version-id' && Value === versionId) || undefined;
  }).then(({ seconds: later }) => `too, ${later} s later`, () => 'not');
  observe('replica-has-the-same-name', `the tags are replicated ${tagged}`);
});

settles('replica-with-its-own-key', ['keys'], async () => {
  const tokens = ['OwnKey', 'WithoutGenerateDataKey', 'WithoutEncrypt', 'NotViaHere', 'NotViaThere'];
  const outcomes = Object.fromEntries(await Promise.all(tokens.map(async (token) => {
    await refresh(token);
    const { outcome: result, seconds } = await outcome(await secretOf(token));
    observe('replica-with-its-own-key', `${token}: ${result}, after ${seconds} s`);
    return [token, result];
  })));

  const { KmsKeyId } = await cloud.aws('secretsmanager', 'describe-secret',
    '--secret-id', (await secretOf('OwnKey')).replace(cloud.run.region, cloud.run.otherRegion), ...there());
  expect(KmsKeyId).toBe(key);
  const notUpdated = expect.not.stringMatching(/^updated$/);
  expect(outcomes).toMatchObject({ OwnKey: 'updated', WithoutGenerateDataKey: notUpdated, WithoutEncrypt: notUpdated });
});

settles('failed-replica-fails-nothing-else', ['keys'], async () => {
  // One that cannot be made.
  await cloud.deploy(APP, { key, disabled: disabledKey });
  await refresh('Token', 'Failed');
  const failedSecret = await secretOf('Token', 'Failed');
  const notMade = await outcome(failedSecret);
  observe('failed-replica-fails-nothing-else', `with a disabled key: ${notMade.outcome}, after ${notMade.seconds} s`);
  expect(await cloud.opensTo((await cloud.read(failedSecret)).token)).toBe(true);

  // One that cannot be updated.
  const secret = await secretOf('OwnKey');
  await cloud.aws('kms', 'disable-key', '--key-id', key, ...there());
  const { answer: notUpdated, seconds } = await cloud.eventually('the replica whose key was disabled is not updated', 5, async () => {
    const { versionId } = await refresh('OwnKey');
    expect((await cloud.read(secret)).versionId).toBe(versionId);
    const { outcome: result } = await outcome(secret);
    return result === 'updated' ? undefined : result;
  }).finally(() => cloud.aws('kms', 'enable-key', '--key-id', key, ...there()));
  observe('failed-replica-fails-nothing-else', `after its key was disabled: ${notUpdated}, after ${seconds} s`);
  const healed = await cloud.eventually('the replica is updated again', 5, async () => {
    await refresh('OwnKey');
    return (await outcome(secret)).outcome === 'updated' || undefined;
  }).then(({ seconds: later }) => `is updated again after ${later} s`, () => 'is still not updated');
  observe('failed-replica-fails-nothing-else', `after its key was enabled again, it ${healed}`);

  expect({ notMade: notMade.outcome, notUpdated }).toEqual({ notMade: expect.stringMatching(/^Failed: ./), notUpdated: expect.stringMatching(/^Failed: ./) });
});
