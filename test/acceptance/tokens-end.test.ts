import { type IssuedToken, makeRole, newToken, newTokenSoon, readerStatements, type Session, sessionOf } from './tokens-helpers';
import { PROBE } from '../../acceptance/aws-cloud';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

// A session and tokens of it that live for 15 minutes, and what opens afterwards. All tests share the wait.

const SHORTEST = 900;
const MINUTE = 60_000;

let cloud: Cloud;
let session: Session;
/** It outlives the session. */
let long: IssuedToken;
/** It ends of itself, as early as a token can. */
let short: IssuedToken;
/** It ends with the session. */
let zero: IssuedToken;

beforeAll(async () => {
  cloud = await startCloud('end');
  const role = await makeRole(cloud, cloud.name('reader'), readerStatements(cloud));
  session = await sessionOf(cloud, role, '--duration-seconds', `${SHORTEST}`);
  zero = await newTokenSoon(cloud, session, cloud.run.domain, '--duration-seconds', '0');
  [long, short] = await Promise.all([3_600, SHORTEST].map((seconds) => newToken(cloud, session.credentials, cloud.run.domain, '--duration-seconds', `${seconds}`)));
  await cloud.eventually('a new role reads from the repository', 5, async () => await cloud.opensTo(short.token) || undefined);
});

afterAll(async () => {
  await cloud.stop();
});

let ended: Promise<void> | undefined;

/** Waits once until the session and the short token have ended. */
function theEnd(): Promise<void> {
  const seconds = Math.max(session.expires, short.expires) / 1000 - Date.now() / 1000;
  return ended ??= cloud.pass(Math.ceil(seconds) + 30);
}

settles('duration-zero', ['sessions of CodeArtifact'], async () => {
  expect(Math.abs(zero.expires - session.expires)).toBeLessThan(MINUTE);
  expect(await cloud.opensTo(zero.token)).toBe(true);

  await cloud.deploy('test/e2e/consumer.app.ts', { minutes: '0' });
  const secret = await cloud.idOf('Consumer', 'AWS::SecretsManager::Secret');
  const { token, versionId, tags } = await cloud.read(secret);
  const written = (await cloud.versionsOf(secret)).find(({ id }) => id === versionId)!.created;
  const lives = Date.parse(tags['codeartifact:expires-at']) - written;
  observe('duration-zero', `a token of the function was to live for ${Math.round(lives / MINUTE)} minutes`);
  expect(await cloud.opensTo(token)).toBe(true);
  expect(lives).toBeGreaterThan(0);
  expect(lives).toBeLessThanOrEqual(720 * MINUTE);

  await theEnd();
  await cloud.eventually('a token of duration 0 ends with the session', 5, async () => await cloud.opensTo(zero.token) ? undefined : true);
});

/** How clients of each format send a token, and something that they ask for. */
const FORMATS: Record<string, { path: string; authorization: (token: string) => string }> = {
  npm: { path: PROBE, authorization: (token) => `Bearer ${token}` },
  pypi: { path: 'simple/requests/', authorization: basic },
  maven: { path: 'junit/junit/maven-metadata.xml', authorization: basic },
  nuget: { path: 'v3/index.json', authorization: basic },
  cargo: { path: 'config.json', authorization: (token) => token },
  ruby: { path: 'info/rake', authorization: (token) => `Bearer ${token}` },
  swift: { path: 'apple/swift-nio', authorization: (token) => `Bearer ${token}` },
};

function basic(token: string): string {
  return `Basic ${Buffer.from(`aws:${token}`).toString('base64')}`;
}

settles('answer-to-a-dead-token', ['minutes that pass'], async () => {
  const { token: alive } = await newToken(cloud, {}, cloud.run.domain, '--duration-seconds', '3600');
  // A token that nobody issued, of the same form.
  const wrong = [...alive].reverse().join('');
  await theEnd();
  await cloud.eventually('the short token has expired', 5, async () => await cloud.opensTo(short.token) ? undefined : true);

  const answers: number[] = [];
  for (const [format, { path, authorization }] of Object.entries(FORMATS)) {
    const url = `${await cloud.repositoryUrl(format)}${path}`;
    const statuses: number[] = [];
    for (const token of [wrong, short.token, alive]) {
      const response = await fetch(url, { headers: { authorization: authorization(token) }, redirect: 'manual' });
      await response.body?.cancel();
      statuses.push(response.status);
    }
    const [ofWrong, ofExpired, ofAlive] = statuses;
    observe('answer-to-a-dead-token', `${format}: ${ofWrong} to a wrong token, ${ofExpired} to an expired one, ${ofAlive} to one that works`);
    answers.push(ofWrong, ofExpired);
  }
  expect(answers.filter((status) => ![401, 404].includes(status))).toEqual([]);
  expect(answers).toContain(401);
});

settles('token-outlives-session', ['sessions of CodeArtifact'], async () => {
  await theEnd();

  // The session has ended, in which the token was asked for.
  await cloud.eventually('the session has ended', 5, async () => {
    const identity = await cloud.awsAs(session.credentials, 'sts', 'get-caller-identity').catch((error) => {
      expect(error.stderr).toContain('ExpiredToken');
    });
    return identity ? undefined : true;
  });
  expect(await cloud.opensTo(long.token)).toBe(true);

  // It acts as the role: what the role may do now, and no longer what it might then.
  await cloud.aws('iam', 'delete-role-policy', '--role-name', cloud.name('reader'), '--policy-name', 'Inline');
  const { seconds } = await cloud.eventually('the token loses what its role loses', 15, async () => await cloud.opensTo(long.token) ? undefined : true);
  observe('token-outlives-session', `it opens a repository after the end of the session, and no more ${seconds} s after the role has lost its policy`);
});
