import { randomUUID } from 'node:crypto';
import { unlessDenied } from './tokens-helpers';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

const APP = 'test/acceptance/secrets.app.ts';
/** What a token writes at most on one day, at the shortest interval. */
const A_DAY = 24 * 6;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('secrets');
  await cloud.deploy(APP);
});

afterAll(async () => {
  await cloud.stop();
});

const secretOf = (token: string, stack = 'Keys') => cloud.idOf(stack, 'AWS::SecretsManager::Secret', token);
const refresh = async (token: string) => cloud.invoke(await cloud.idOf('Keys', 'AWS::Lambda::Function', token));

/** Refreshes until that fails, and returns how. Few minutes: each refresh before adds a version, of which there are about a hundred. */
async function failure(token: string): Promise<{ error: string; message: string; seconds: number }> {
  const { answer: message, seconds } = await cloud.eventually<string>(`a refresh of ${token} fails`, 5, async () => (await refresh(token)).errorMessage);
  const [, error = ''] = /secretsmanager:PutSecretValue on \S+ failed: (\w+)/.exec(message) ?? [];
  return { error, message, seconds };
}

async function success(token: string): Promise<{ versionId: string; seconds: number }> {
  const { answer: versionId, seconds } = await cloud.eventually<string>(`a refresh of ${token} succeeds`, 10, async () => (await refresh(token)).versionId);
  return { versionId, seconds };
}

/** The credentials of a role that was just made, and may not be known everywhere yet. */
async function roleOf(logicalId: string): Promise<Record<string, string>> {
  const role = await cloud.idOf('Keys', 'AWS::IAM::Role', logicalId);
  const { answer } = await cloud.eventually(`the role ${role} can be assumed`, 5, () => (
    unlessDenied(cloud.credentialsOf(`arn:aws:iam::${cloud.run.account}:role/${role}`))
  ));
  return answer;
}

/** Reads a secret without getting to know its value. */
const versionThatReads = (secret: string, as: Record<string, string> = {}): Promise<string> => (
  cloud.awsAs(as, 'secretsmanager', 'get-secret-value', '--secret-id', secret, '--query', 'VersionId')
);

settles('request-token-keeps-value', [], async () => {
  const id = randomUUID();
  const put = (value: string) => cloud.aws('secretsmanager', 'put-secret-value',
    '--secret-id', cloud.name('plain'), '--client-request-token', id, '--secret-string', value);

  expect(await put('a value')).toMatchObject({ VersionId: id });
  expect(await put('a value')).toMatchObject({ VersionId: id });
  await expect(put('another value')).rejects.toThrow('ResourceExistsException');
  expect(await cloud.aws('secretsmanager', 'get-secret-value', '--secret-id', cloud.name('plain'))).toMatchObject({ VersionId: id, SecretString: 'a value' });
});

settles('secret-name-suffix', ['partial ARNs'], async () => {
  const partialArn = (name: string) => `arn:aws:secretsmanager:${cloud.run.region}:${cloud.run.account}:secret:${name}`;
  const [plain, suffixed] = ['plain', 'ends-abc123'].map((name) => cloud.name(name));
  const put = (name: string) => cloud.aws('secretsmanager', 'put-secret-value', '--secret-id', name, '--secret-string', 'a value');
  const { VersionId: ofPlain } = await put(plain);
  const { ARN: arn, VersionId: ofSuffixed } = await put(suffixed);

  expect(await versionThatReads(partialArn(plain))).toBe(ofPlain);
  expect(await versionThatReads(arn)).toBe(ofSuffixed);
  const byName = await versionThatReads(suffixed).then((version) => (version === ofSuffixed ? 'found' : 'another secret'), () => 'not found');
  observe('secret-name-suffix', `by its name it is ${byName}`);
  await expect(versionThatReads(partialArn(suffixed))).rejects.toThrow('ResourceNotFoundException');
});

settles('tag-keys-are-pinned', [], async () => {
  const secret = await secretOf('Readable');
  const asFunction = await roleOf('ReadableRole');
  const { tags } = await cloud.read(secret);
  const tag = (given: Record<string, string>) => cloud.awsAs(asFunction, 'secretsmanager', 'tag-resource',
    '--secret-id', secret, '--tags', JSON.stringify(Object.entries(given).map(([Key, Value]) => ({ Key, Value }))));
  const ours = { 'codeartifact:expires-at': tags['codeartifact:expires-at'], 'codeartifact:version-id': tags['codeartifact:version-id'] };

  await tag(ours);
  await expect(tag({ team: 'build' })).rejects.toThrow('AccessDeniedException');
  await expect(tag({ ...ours, team: 'build' })).rejects.toThrow('AccessDeniedException');
  expect((await cloud.read(secret)).tags).not.toHaveProperty('team');
});

settles('key-through-secrets-manager', ['keys'], async () => {
  const secret = await secretOf('Readable');
  const key = await cloud.idOf('Keys', 'AWS::KMS::Key', 'ReadableKey');
  expect((await cloud.aws('secretsmanager', 'describe-secret', '--secret-id', secret)).KmsKeyId).toContain(key);
  const { versionId } = await success('Readable');

  const [reader, withoutKey] = [await roleOf('Reader'), await roleOf('WithoutKey')];
  await cloud.eventually('the reader reads', 5, async () => (
    await unlessDenied(versionThatReads(secret, reader)) === versionId || undefined
  ));
  // Its policy is known, so that it is the key that refuses.
  await cloud.eventually('the other role may describe the secret', 5, () => (
    unlessDenied(cloud.awsAs(withoutKey, 'secretsmanager', 'describe-secret', '--secret-id', secret))
  ));
  await expect(versionThatReads(secret, withoutKey)).rejects.toThrow('Access to KMS is not allowed');
});

settles('denied-key-is-access-denied', [], async () => {
  const key = await cloud.idOf('Keys', 'AWS::KMS::Key', 'ReadableKey');
  const { Policy: policy } = await cloud.aws('kms', 'get-key-policy', '--key-id', key, '--policy-name', 'default');
  const put = (document: string) => cloud.aws('kms', 'put-key-policy', '--key-id', key, '--policy-name', 'default', '--policy', document);
  const { Version, Statement } = JSON.parse(policy);
  const denial = { Effect: 'Deny', Principal: { AWS: '*' }, Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' };
  await put(JSON.stringify({ Version, Statement: [...Statement, denial] }));
  const { message, seconds } = await failure('Readable').finally(() => put(policy));
  observe('denied-key-is-access-denied', `after ${seconds} s`);

  expect(message).toMatch(/^secretsmanager:PutSecretValue on \S+ failed: AccessDeniedException: Access to KMS is not allowed\. /);
  await success('Readable');
});

settles('disabled-key-is-encryption-failure', ['keys'], async () => {
  const key = await cloud.idOf('Keys', 'AWS::KMS::Key', 'DisabledKey');
  const ofKey = (command: string, ...more: string[]) => cloud.aws('kms', command, '--key-id', key, ...more);
  await success('Disabled');

  await ofKey('disable-key');
  const ofDisabled = await failure('Disabled').finally(() => ofKey('enable-key'));
  observe('disabled-key-is-encryption-failure', `disabled: ${ofDisabled.error} after ${ofDisabled.seconds} s`);
  const { seconds } = await success('Disabled');
  observe('disabled-key-is-encryption-failure', `enabled: refreshed after ${seconds} s`);

  await ofKey('schedule-key-deletion', '--pending-window-in-days', '7');
  const ofDeleted = await failure('Disabled').finally(async () => {
    await ofKey('cancel-key-deletion');
    await ofKey('enable-key');
  });
  observe('disabled-key-is-encryption-failure', `scheduled for deletion: ${ofDeleted.error} after ${ofDeleted.seconds} s`);
  await success('Disabled');

  expect({ disabled: ofDisabled.error, deleted: ofDeleted.error }).toEqual({ disabled: 'EncryptionFailure', deleted: 'EncryptionFailure' });
});

settles('deleted-secret-is-restored', [], async () => {
  const secret = await secretOf('Readable');
  await success('Readable');
  await cloud.aws('secretsmanager', 'delete-secret', '--secret-id', secret, '--recovery-window-in-days', '7');
  const [ofReading, ofWriting] = await Promise.all([versionThatReads(secret).catch((error: Error) => error.message), failure('Readable')])
    .finally(() => cloud.aws('secretsmanager', 'restore-secret', '--secret-id', secret));

  expect(ofReading).toContain('InvalidRequestException');
  expect(ofWriting.error).toBe('InvalidRequestException');
  const { versionId } = await success('Readable');
  expect(await versionThatReads(secret)).toBe(versionId);
});

settles('versions-of-a-day', ['quotas'], async () => {
  const secret = cloud.name('versions');
  const written: string[] = [];
  let refusal: string | undefined;
  while (!refusal && written.length < 2 * A_DAY) {
    await cloud.aws('secretsmanager', 'put-secret-value', '--secret-id', secret, '--secret-string', `value ${written.length}`)
      .then(({ VersionId }) => written.push(VersionId), (error: Error) => { refusal = error.message; });
  }
  const kept: string[] = [];
  let more: string | undefined;
  do {
    const page = await cloud.aws('secretsmanager', 'list-secret-version-ids', '--secret-id', secret, '--include-deprecated',
      '--max-results', '100', ...more ? ['--next-token', more] : []);
    kept.push(...page.Versions.map(({ VersionId }: any) => VersionId));
    more = page.NextToken;
  } while (more);
  const lost = written.filter((version) => !kept.includes(version)).length;
  observe('versions-of-a-day', `${written.length} versions were written, and ${lost} of them removed; then: ${refusal?.split('\n').at(-2) ?? 'no more were tried'}`);

  expect(lost).toBe(0);
  // A refresh every 10 minutes writes that many on a day.
  expect(written.length).toBeGreaterThanOrEqual(A_DAY);
});

const ours = ({ tags }: { tags: Record<string, string> }) => ['codeartifact:version-id', 'codeartifact:expires-at'].map((key) => tags[key]);

settles('our-tags-after-another-change', [], async () => {
  const secret = await secretOf('Token', 'Tags');
  const before = await cloud.read(secret);
  await cloud.deploy(APP, { description: 'another description' });
  const after = await cloud.read(secret);

  expect((await cloud.aws('secretsmanager', 'describe-secret', '--secret-id', secret)).Description).toBe('another description');
  // No other token, which would have written them anew.
  expect(after.versionId).toBe(before.versionId);
  expect(ours(before)[0]).toBe(before.versionId);
  expect(ours(after)).toEqual(ours(before));
});

settles('our-tags-after-other-tags-change', [], async () => {
  const [secret, bare] = [await secretOf('Token', 'Tags'), cloud.name('bare')];
  await cloud.aws('secretsmanager', 'tag-resource', '--secret-id', bare, '--tags', 'Key=by-hand,Value=stays');
  const deployed = async (context: Record<string, string>) => {
    await cloud.deploy(APP, { description: 'another description', ...context });
    const [{ token, versionId, tags }, { Tags = [] }] = await Promise.all([cloud.read(secret), cloud.aws('secretsmanager', 'describe-secret', '--secret-id', bare)]);
    return {
      team: tags.team,
      teamOfStack: tags['team-of-stack'],
      ours: tags['codeartifact:version-id'] === versionId && Date.parse(tags['codeartifact:expires-at']) > Date.now() && await cloud.opensTo(token),
      byHand: Tags.some(({ Key }: any) => Key === 'by-hand') ? 'kept' : 'dropped',
    };
  };
  const ofTemplate = await deployed({ tag: 'build' });
  const ofStack = await deployed({ tag: 'build', stackTag: 'build' });
  const removed = await deployed({});
  observe('our-tags-after-other-tags-change', 'a tag that is not of the template is'
    + ` ${ofTemplate.byHand} where the template's change, ${ofStack.byHand} where the stack's do, and ${removed.byHand} where both are removed`);

  expect(ofTemplate).toMatchObject({ ours: true, team: 'build' });
  expect(ofStack).toMatchObject({ ours: true, team: 'build', teamOfStack: 'build' });
  expect(removed).toMatchObject({ ours: true, team: undefined, teamOfStack: undefined });
});
