import { timeOf } from '../../sandbox/aws-cli';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

// The alarm of a token that lives 40 minutes: there is none for a shorter life.

const MINUTE = 60;
const DURATION = 40 * MINUTE;
/** As long as there may be no refresh although none fails: src/private/refresh-plan.ts. */
const LONGEST_GAP = 20 * MINUTE;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('alarm');
  await cloud.deploy('test/acceptance/alarm.app.ts', { minutes: String(DURATION / MINUTE) });
});

afterAll(async () => {
  await cloud.stop();
});

interface Change {
  readonly state: string;
  /** In seconds. */
  readonly at: number;
}

/** The states that an alarm has had, the first one first. */
async function changesOf(alarm: string): Promise<Change[]> {
  const { AlarmHistoryItems } = await cloud.aws('cloudwatch', 'describe-alarm-history', '--alarm-name', alarm, '--history-item-type', 'StateUpdate');
  return AlarmHistoryItems
    .map(({ Timestamp, HistoryData }: any) => ({
      state: JSON.parse(HistoryData).newState.stateValue,
      at: timeOf(Timestamp) / 1000,
    }))
    .sort((one: Change, other: Change) => one.at - other.at);
}

settles('alarm-over-a-shortened-life', ['metric expressions', 'metrics of log lines'], async () => {
  const alarm = await cloud.idOf('Alarmed', 'AWS::CloudWatch::Alarm');
  const secret = await cloud.idOf('Alarmed', 'AWS::SecretsManager::Secret');
  const schedule = await cloud.scheduleOf('Alarmed');
  const becomes = async (state: string, minutes: number) => (await cloud.eventually(`the alarm is ${state}`, minutes, async () => {
    const last = (await changesOf(alarm)).at(-1);
    return last?.state === state ? last : undefined;
  })).answer;

  const first = await cloud.read(secret);
  await cloud.eventually('a refresh by the schedule', 15, async () => (await cloud.read(secret)).versionId !== first.versionId || undefined);
  await cloud.changeSchedule(schedule, { State: 'DISABLED' });
  await becomes('OK', 10);
  const { tags } = await cloud.read(secret); // by now the tags speak of the last version
  const expiry = Date.parse(tags['codeartifact:expires-at']) / 1000;

  const on = await becomes('ALARM', 40);
  const sinceRefresh = on.at - (expiry - DURATION);
  const left = expiry - on.at;
  observe('alarm-over-a-shortened-life', `on ${Math.round(sinceRefresh)} s after the last refresh, with ${Math.round(left)} of ${DURATION} s left`);

  const functionName = await cloud.idOf('Alarmed', 'AWS::Lambda::Function');
  await cloud.invoke(functionName);
  const refreshed = Date.parse((await cloud.read(secret)).tags['codeartifact:expires-at']) / 1000 - DURATION;
  const off = await becomes('OK', 10);
  observe('alarm-over-a-shortened-life', `off ${Math.round(off.at - refreshed)} s after the next refresh`);

  expect(sinceRefresh).toBeGreaterThan(LONGEST_GAP);
  expect(left).toBeGreaterThanOrEqual(DURATION / 3);
  // Off all the time before, from its first state on.
  expect((await changesOf(alarm)).map(({ state }) => state).filter((state) => state !== 'INSUFFICIENT_DATA')).toEqual(['OK', 'ALARM', 'OK']);
});
