import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';
import { partsOfTokensIn } from '../lambda/parts-of-tokens';

// CloudTrail may take a quarter of an hour.

let cloud: Cloud;
let began: string;

beforeAll(async () => {
  cloud = await startCloud('trail');
  began = new Date(Date.now() - 60_000).toISOString();
  await cloud.deploy('test/e2e/consumer.app.ts');
});

afterAll(async () => {
  await cloud.stop();
});

settles('cloudtrail-has-no-values', ['CloudTrail'], async () => {
  const { token } = await cloud.read(await cloud.idOf('Consumer', 'AWS::SecretsManager::Secret'));
  // The name of the function is that of its sessions.
  const name = await cloud.idOf('Consumer', 'AWS::Lambda::Function', 'Token');

  /** The events of the function for one of its calls, as CloudTrail has them. */
  async function eventsOf(call: string): Promise<string[]> {
    const { Events } = await cloud.aws('cloudtrail', 'lookup-events', '--lookup-attributes', `AttributeKey=EventName,AttributeValue=${call}`, '--start-time', began);
    return Events.map(({ CloudTrailEvent }: any) => CloudTrailEvent).filter((event: string) => JSON.parse(event).userIdentity?.arn?.endsWith(`/${name}`));
  }

  const events: string[] = [];
  for (const call of ['GetAuthorizationToken', 'PutSecretValue', 'TagResource']) {
    const { answer, seconds } = await cloud.eventually(`CloudTrail has ${call} of ${name}`, 30, async () => {
      const found = await eventsOf(call);
      return found.length > 0 ? found : undefined;
    });
    observe('cloudtrail-has-no-values', `${call}: ${answer.length} recorded, after ${seconds} s more`);
    events.push(...answer);
  }
  expect(partsOfTokensIn(events, [token]).length).toBe(0);
});
