import { CodeartifactClient, GetAuthorizationTokenCommand, type GetAuthorizationTokenResult } from '@aws-sdk/client-codeartifact';
import { PutSecretValueCommand, type PutSecretValueRequest, SecretsManagerClient, TagResourceCommand } from '@aws-sdk/client-secrets-manager';
import type { Measurements } from './log';
import { failed, nameOf, reasonOf, RefreshError } from './refresh-error';
import { EXPIRES_AT_PLACEHOLDER, EXPIRES_AT_TAG, type Settings, TOKEN_PLACEHOLDER, VERSION_ID_TAG } from '../../src/private/settings';

/** What a refresh did. It is logged, returned, and so sent to a destination. */
export interface Refreshed {
  readonly secretName: string;
  readonly versionId: string;
  readonly domain: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  /** The attempt of the SDK that got the token: 1, unless it had to repeat the request. Unknown where an earlier step got it. */
  readonly attempt?: number;
}

/** As which version a token gets into the secret, and which tags say when it expires. */
export interface Place {
  readonly version: Pick<PutSecretValueRequest, 'ClientRequestToken' | 'VersionStages'>;
  readonly tags: (expiresAt: string, versionId: string) => Record<string, string>;
}

/** A new version, which every reader gets. */
export const CURRENT: Place = {
  version: {},
  tags: (expiresAt, versionId) => ({ [EXPIRES_AT_TAG]: expiresAt, [VERSION_ID_TAG]: versionId }),
};

// Three calls, each with its three attempts, end well before the function's own limit of 100 seconds.
const CALL_MS = 20_000;
export const CLIENT = {
  maxAttempts: 3,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, socketTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/**
 * RFC 6750. None of its characters needs an escape in JSON, in XML or in a line of a settings file. In a URL the slash
 * would, which AWS's tokens, in URL-safe base64, do not have.
 */
const BEARER_TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const SECRET_BYTES = 65_536;

/** How much longer than it was asked for a token may live: the service rounds, and clocks differ. */
const TOLERANCE_MS = 5 * 60_000;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;

/**
 * Asks for a token, and writes it to the secret and its expiry to the secret's tags.
 *
 * @param measurements gets what there is to measure, also of a refresh that fails
 * @param waitForPermissionsMs how long to repeat what is denied, since the policy of a new role takes a while to be believed
 */
export async function refresh(
  settings: Settings,
  measurements: Measurements,
  waitForPermissionsMs: number,
  { version, tags }: Place = CURRENT,
): Promise<Refreshed> {
  const { DOMAIN_ARN: domainArn, SECRET_ARN: secretArn } = settings;
  const [, , , region, owner, domain] = domainArn.replace('domain/', '').split(':');
  const durationSeconds = Number(settings.DURATION_SECONDS);
  const kept = `The secret ${secretArn} was left as it was`;

  const call = caller(measurements, waitForPermissionsMs);

  const codeartifact = new CodeartifactClient({ ...CLIENT, region });
  const answer = await call('GetAuthorizationTokenLatency', (limit) => codeartifact.send(new GetAuthorizationTokenCommand({
    domain,
    domainOwner: owner,
    durationSeconds,
  }), limit)).catch((error) => {
    throw new RefreshError(nameOf(error), `codeartifact:GetAuthorizationToken on ${domainArn} failed: ${reasonOf(error)}. ${hintOf(error)}${kept}`);
  });
  // The service's clock where the SDK has seen that ours is wrong.
  const now = Date.now() + codeartifact.config.systemClockOffset;
  const invalid = (what: string) => new RefreshError('InvalidResponse', `codeartifact:GetAuthorizationToken on ${domainArn} answered ${what}. ${kept}`);
  const { token, expiration } = usable(answer, now, durationSeconds, invalid);
  const expiresAt = expiration.toISOString();
  const value = settings.SECRET_TEMPLATE
    .replaceAll(TOKEN_PLACEHOLDER, token)
    .replaceAll(EXPIRES_AT_PLACEHOLDER, String(Math.floor(expiration.getTime() / 1000)));
  if (Buffer.byteLength(value) > SECRET_BYTES) {
    throw invalid(`with a token that would make the secret longer than ${SECRET_BYTES} bytes`);
  }

  const secretsManager = new SecretsManagerClient(CLIENT);
  const { VersionId: versionId } = await call('PutSecretValueLatency', (limit) => secretsManager.send(new PutSecretValueCommand({
    SecretId: secretArn,
    SecretString: value,
    ...version,
  }), limit)).catch(failed('PutSecretValue', secretArn, kept));
  await setTags(call, secretsManager, secretArn, tags(expiresAt, versionId!));

  measurements.SecondsLeft = Math.round((expiration.getTime() - now) / 1000);
  return {
    secretName: nameOfSecret(secretArn),
    versionId: versionId!,
    domain,
    expiresAt,
    attempt: answer.$metadata.attempts!,
  };
}

type Limited<T> = (limit: { abortSignal: AbortSignal }) => Promise<T>;
type Call = <T>(latency: keyof Measurements, send: Limited<T>) => Promise<T>;

/** Measures how long a call takes, and repeats it for a while if it is denied. */
export function caller(measurements: Measurements, waitForPermissionsMs: number): Call {
  const deadline = Date.now() + waitForPermissionsMs;
  return async (latency, send) => {
    const start = Date.now();
    try {
      return await permitted(deadline, () => withinLimit(send));
    } finally {
      measurements[latency] = Date.now() - start;
    }
  };
}

export async function setTags(call: Call, secretsManager: SecretsManagerClient, secretArn: string, tags: Record<string, string>): Promise<void> {
  await call('TagResourceLatency', (limit) => secretsManager.send(new TagResourceCommand({
    SecretId: secretArn,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  }), limit)).catch((error) => {
    throw new RefreshError('TagFailed', `secretsmanager:TagResource on ${secretArn} failed: ${reasonOf(error)}.`
      + ' The secret holds the new token, and its tags still speak of the one before');
  });
}

export function nameOfSecret(secretArn: string): string {
  return secretArn.split(':')[6].replace(/-.{6}$/, '');
}

/** The SDK's own limits are on silence: an answer that comes a byte at a time would keep them waiting for good. */
export async function withinLimit<T>(send: Limited<T>): Promise<T> {
  const abortSignal = AbortSignal.timeout(CALL_MS);
  try {
    return await send({ abortSignal });
  } catch (error) {
    throw abortSignal.aborted ? abortSignal.reason : error;
  }
}

/** Repeats a call that is denied, until the deadline. */
async function permitted<T>(deadline: number, call: () => Promise<T>): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await call();
    } catch (error) {
      if (nameOf(error) !== 'AccessDeniedException' || Date.now() + pause > deadline) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function hintOf(error: unknown): string {
  return nameOf(error) === 'AccessDeniedException'
    ? 'The role of the function needs codeartifact:GetAuthorizationToken on that domain and sts:GetServiceBearerToken for'
      + ' codeartifact.amazonaws.com, and a domain of another account must allow the role in its own policy. '
    : '';
}

function usable(
  { authorizationToken, expiration }: GetAuthorizationTokenResult,
  now: number,
  durationSeconds: number,
  invalid: (what: string) => RefreshError,
) {
  if (!authorizationToken) {
    throw invalid('without a token');
  }
  if (!BEARER_TOKEN.test(authorizationToken)) {
    throw invalid('with a token that has characters which no bearer token has');
  }
  if (!expiration || Number.isNaN(expiration.getTime())) {
    throw invalid('without an expiry');
  }
  if (expiration.getTime() <= now) {
    throw invalid(`with a token that expired at ${expiration.toISOString()}`);
  }
  if (durationSeconds > 0 && expiration.getTime() > now + durationSeconds * 1000 + TOLERANCE_MS) {
    throw invalid(`with a token that claims to expire at ${expiration.toISOString()}, when ${durationSeconds} seconds were asked for`);
  }
  return { token: authorizationToken, expiration };
}
