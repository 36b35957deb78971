import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

// Rotations by Secrets Manager itself, which says when they come: a file of its own, so that nobody waits for them.

const ROUNDS = 4;
const REFRESHES = 8;

let cloud: Cloud;
let secret: string;
let fn: string;
let logGroup: string;

beforeAll(async () => {
  cloud = await startCloud('rotation');
  await cloud.deploy('test/acceptance/rotation.app.ts');
  secret = await cloud.idOf('Rotation', 'AWS::SecretsManager::Secret');
  fn = await cloud.idOf('Rotation', 'AWS::Lambda::Function');
  logGroup = await cloud.idOf('Rotation', 'AWS::Logs::LogGroup');
});

afterAll(async () => {
  await cloud.stop();
});

const describeSecret = () => cloud.aws('secretsmanager', 'describe-secret', '--secret-id', secret);

/** How often the function was invoked so far, and what it logged of that. */
async function log(): Promise<{ invocations: number; made: number; refreshed: number; errors: string[] }> {
  const { events } = await cloud.aws('logs', 'filter-log-events', '--log-group-name', logGroup);
  const lines: any[] = events.map(({ message }: any) => lineOf(message));
  const count = (wanted: string) => lines.filter(({ message }) => message === wanted).length;
  const invocations = lines.filter(({ type }) => ['platform.start', 'platform.report'].includes(type)).map(({ record }) => record.requestId);
  return {
    invocations: new Set(invocations).size,
    made: count('A rotation made a token'),
    refreshed: count('The token was refreshed'),
    errors: lines.filter(({ level }) => level === 'ERROR').map(({ message }) => message),
  };
}

function lineOf(message: string): object {
  try {
    return JSON.parse(message);
  } catch {
    return {};
  }
}

/** Whether AWSPENDING is on no version, or on the current one. */
const isOver = (stages: Record<string, string[]>) => Object.values(stages).every((labels) => !labels.includes('AWSPENDING') || labels.includes('AWSCURRENT'));

/** Begins a rotation, also where that has Secrets Manager finish the one before first. */
async function rotate(): Promise<{ version: string; refusals: number }> {
  let refusals = 0;
  const { answer } = await cloud.eventually('Secrets Manager begins another rotation', 15, () => (
    cloud.aws('secretsmanager', 'rotate-secret', '--secret-id', secret).catch((error: Error) => {
      if (!error.message.includes('previous rotation')) {
        throw error;
      }
      refusals++;
      return undefined;
    })
  ));
  return { version: answer.VersionId, refusals };
}

/** Rotates, and waits until Secrets Manager says that this has succeeded. */
async function rotated(): Promise<{ version: string; seconds: number }> {
  const { LastRotatedDate: before } = await describeSecret();
  const { version } = await rotate();
  const { seconds } = await cloud.eventually(`the rotation to ${version} is over`, 10, async () => {
    const { LastRotatedDate, VersionIdsToStages } = await describeSecret();
    return LastRotatedDate !== before && isOver(VersionIdsToStages) && VersionIdsToStages[version]?.includes('AWSCURRENT') || undefined;
  });
  return { version, seconds };
}

/** Fails unless the current version is a live token of which the tags speak. */
async function expectLiveToken(): Promise<{ versionId: string; expiresAt: string }> {
  const { answer: { token, versionId, tags } } = await cloud.eventually('the tags speak of the current version', 5, async () => {
    const current = await cloud.read(secret);
    return current.tags['codeartifact:version-id'] === current.versionId ? current : undefined;
  });
  const expiresAt = tags['codeartifact:expires-at'];
  expect(await cloud.opensTo(token)).toBe(true);
  expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
  return { versionId, expiresAt };
}

settles('rotation-every-four-hours', ['rotation schedules'], async () => {
  const { RotationEnabled, RotationRules, NextRotationDate } = await describeSecret();
  expect({ RotationEnabled, RotationRules }).toMatchObject({ RotationEnabled: true, RotationRules: { ScheduleExpression: 'rate(4 hours)' } });
  observe('rotation-every-four-hours', `the next rotation is due at ${typeof NextRotationDate === 'number' ? new Date(NextRotationDate * 1000).toISOString() : NextRotationDate}`);

  // That of CloudFormation, and one that makes no token.
  const { answer } = await cloud.eventually('the log has two invocations', 10, async () => {
    const logged = await log();
    return logged.invocations >= 2 ? logged : undefined;
  });
  expect(answer).toEqual({ invocations: 2, made: 0, refreshed: 1, errors: [] });
  await cloud.eventually('AWSPENDING is gone', 5, async () => isOver((await describeSecret()).VersionIdsToStages) || undefined);
  await expectLiveToken();

  const sooner = cloud.aws('secretsmanager', 'rotate-secret', '--secret-id', secret,
    '--rotation-rules', JSON.stringify({ ScheduleExpression: 'rate(3 hours)' }), '--no-rotate-immediately');
  await expect(sooner).rejects.toThrow(/\((InvalidParameter|Validation)Exception\)/);
  expect((await describeSecret()).RotationRules.ScheduleExpression).toBe('rate(4 hours)');
});

settles('rotation-succeeds', ['rotation schedules'], async () => {
  const before = await log();
  const { version, seconds } = await rotated();
  observe('rotation-succeeds', `after ${seconds} s`);

  expect(await expectLiveToken()).toMatchObject({ versionId: version });
  const { answer } = await cloud.eventually('the log has four more invocations', 10, async () => {
    const logged = await log();
    return logged.invocations >= before.invocations + 4 ? logged : undefined;
  });
  expect(answer).toEqual({ invocations: before.invocations + 4, made: before.made + 1, refreshed: before.refreshed + 1, errors: [] });
});

settles('rotation-overtaken', ['rotation schedules'], async () => {
  const { CreatedDate } = await describeSecret();
  let newest = '';
  for (let round = 1; round <= ROUNDS; round++) {
    const { version, refusals } = await rotate();
    for (let refreshes = 0; refreshes < REFRESHES; refreshes++) {
      const answer = await cloud.invoke(fn);
      expect(answer).toMatchObject({ versionId: expect.any(String) });
      newest = [newest, answer.expiresAt].sort().at(-1)!;
    }
    const { expiresAt } = await expectLiveToken();
    expect(expiresAt >= newest).toBe(true);
    const { VersionIdsToStages } = await describeSecret();
    observe('rotation-overtaken', `rotation ${round}: refused ${refusals} times, since the one before was not complete; after ${REFRESHES} refreshes its version is`
      + ` ${VersionIdsToStages[version]?.join(' and ') ?? 'without a label'}, and AWSPENDING ${isOver(VersionIdsToStages) ? 'not' : 'still'} on a version that is not current`);
  }
  // None of them is still to be finished, nor has one ended the rotations for good.
  const { version } = await rotated();
  expect(await expectLiveToken()).toMatchObject({ versionId: version });

  const ends = await endsOfRotations(CreatedDate);
  observe('rotation-overtaken', `CloudTrail has ${Object.entries(ends).map(([name, count]) => `${count} ${name}`).join(', ')}`);
  expect(ends.RotationFailed).toBe(0);
});

/** What CloudTrail knows of the rotations, as soon as it has the last one: it comes to know within 15 minutes or so. */
async function endsOfRotations(since: number | string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const all = cloud.eventually('CloudTrail has each rotation', 20, async () => {
    for (const name of ['RotationStarted', 'RotationSucceeded', 'RotationAbandoned', 'RotationFailed']) {
      const { Events } = await cloud.aws('cloudtrail', 'lookup-events', '--start-time', String(since),
        '--lookup-attributes', `AttributeKey=EventName,AttributeValue=${name}`);
      counts[name] = Events.filter(({ CloudTrailEvent }: any) => CloudTrailEvent.includes(secret)).length;
    }
    return counts.RotationSucceeded + counts.RotationAbandoned + counts.RotationFailed >= ROUNDS + 1 || undefined;
  });
  // The state of the secret says enough, where CloudTrail says nothing.
  await all.catch(() => undefined);
  return counts;
}
