import { DescribeSecretCommand, SecretsManagerClient, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerRotationEvent } from 'aws-lambda';
import { log, type Measurements } from './log';
import { caller, CLIENT, CURRENT, nameOfSecret, type Place, refresh, type Refreshed, setTags, withinLimit } from './refresh';
import { failed } from './refresh-error';
import { EXPIRES_AT_TAG, PENDING_TAG, type Settings, VERSION_ID_TAG } from '../../src/private/settings';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const FIELDS = ['Step', 'SecretId', 'ClientRequestToken', 'RotationToken'];

/**
 * More than the four steps take, and no more than any interval of the schedule. A token that is older was left by a rotation
 * which failed; Secrets Manager may come back to it hours later.
 */
const FRESH_MS = 10 * 60_000;

/** A new version that no reader gets yet. */
const pending = (ClientRequestToken: string): Place => ({
  version: { ClientRequestToken, VersionStages: ['AWSPENDING'] },
  tags: (expiresAt, versionId) => ({ [PENDING_TAG]: `${versionId} ${expiresAt} ${Date.now()}` }),
});

/** A rotation is over when AWSPENDING is where AWSCURRENT is, so it is taken off the version that is passed over. */
const INSTEAD_OF_PENDING: Place = { ...CURRENT, version: { VersionStages: ['AWSCURRENT', 'AWSPENDING'] } };

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html */
export function isRotationEvent(event: unknown, secretArn?: string): event is SecretsManagerRotationEvent {
  const { Step, SecretId, ClientRequestToken } = Object(event);
  return STEPS.includes(Step) && SecretId === secretArn && typeof ClientRequestToken === 'string'
    && Object.keys(Object(event)).every((key) => FIELDS.includes(key));
}

/**
 * Takes a step of a rotation. Each can be repeated, and so can the whole.
 *
 * @returns what the refresh did, from the step that made a token the current one
 */
export async function rotate(
  { Step, ClientRequestToken: versionId }: SecretsManagerRotationEvent,
  settings: Settings,
  measurements: Measurements,
): Promise<Refreshed | undefined> {
  switch (Step) {
    case 'createSecret':
      return createSecret(versionId, settings, measurements);
    case 'finishSecret':
      return finishSecret(versionId, settings, measurements);
    default:
      // CodeArtifact knows the token already, and accepts it.
      return undefined;
  }
}

async function createSecret(versionId: string, settings: Settings, measurements: Measurements): Promise<undefined> {
  try {
    const made = await refresh(settings, measurements, 0, pending(versionId));
    delete measurements.SecondsLeft;
    log('INFO', 'A rotation made a token', measurements, made);
  } catch (error) {
    // The version has its token from an attempt before, of which only the answer was lost.
    // DescribeSecret would not tell: Secrets Manager itself makes an empty version first.
    if ((error as Error).name !== 'ResourceExistsException') {
      throw error;
    }
    // Perhaps it was the tag that failed before, which must not look like a success now.
    const { SECRET_ARN: secretArn } = settings;
    const { secretsManager, tags } = await describe(secretArn);
    await setTags(caller(measurements, 0), secretsManager, secretArn, { [PENDING_TAG]: String(tags[PENDING_TAG]) });
  }
}

async function describe(secretArn: string) {
  const secretsManager = new SecretsManagerClient(CLIENT);
  const { VersionIdsToStages: stages = {}, Tags = [] } = await withinLimit((limit) => (
    secretsManager.send(new DescribeSecretCommand({ SecretId: secretArn }), limit)
  )).catch(failed('DescribeSecret', secretArn, `The secret ${secretArn} was left as it was`));
  return { secretsManager, stages, tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) };
}

async function finishSecret(versionId: string, settings: Settings, measurements: Measurements): Promise<Refreshed | undefined> {
  const { DOMAIN_ARN: domainArn, SECRET_ARN: secretArn } = settings;
  const { secretsManager, stages, tags } = await describe(secretArn);
  const current = Object.keys(stages).find((id) => stages[id].includes('AWSCURRENT'));
  const [pendingVersionId, expiresAt, madeAt] = String(tags[PENDING_TAG]).split(' ');

  const isCurrent = current === versionId;
  if (isCurrent && tags[VERSION_ID_TAG] === versionId) {
    return undefined;
  }
  // Never an older token for a newer one, nor one of which the expiry is not known.
  const isBetter = tags[VERSION_ID_TAG] === current && expiresAt >= tags[EXPIRES_AT_TAG]! && Date.now() - Number(madeAt) < FRESH_MS;
  if (pendingVersionId !== versionId || !(isCurrent || isBetter)) {
    return refresh(settings, measurements, 0, INSTEAD_OF_PENDING);
  }
  if (!isCurrent) {
    // Fails if a refresh was faster: then AWSCURRENT is no longer where it is to be removed from.
    await withinLimit((limit) => secretsManager.send(new UpdateSecretVersionStageCommand({
      SecretId: secretArn,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: versionId,
      RemoveFromVersionId: current,
    }), limit)).catch(failed('UpdateSecretVersionStage', secretArn, 'The next attempt of the rotation sees to it'));
  }
  await setTags(caller(measurements, 0), secretsManager, secretArn, CURRENT.tags(expiresAt, versionId));

  measurements.SecondsLeft = Math.round((Date.parse(expiresAt) - Date.now()) / 1000);
  return { secretName: nameOfSecret(secretArn), versionId, domain: domainArn.split('/')[1], expiresAt };
}
