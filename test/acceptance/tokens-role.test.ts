import {
  errorOf, makeDomain, makeRole, newToken, newTokenSoon, policyOf, publish, readerStatements, secondsUntilClosed,
  sessionOf, statusOf,
} from './tokens-helpers';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

// A role can only be deleted without its policies, which ends its tokens as a deny does. So it is the policy of the repository
// that lets the role read here.

const PACKAGE = 'cdk-codeartifact-token-test';

let cloud: Cloud;
let domain: string;
let roleName: string;
let url: string;

beforeAll(async () => {
  cloud = await startCloud('role');
  domain = cloud.name('own');
  roleName = cloud.name('leaked');
  [url] = await makeDomain(cloud, domain, ['own']);
});

afterAll(async () => {
  await cloud.stop();
});

/** Makes the role, which may ask for tokens by its own policy, and read by that of the repository. */
async function makeRoleThatReads(): Promise<string> {
  const [authorize, bearer] = readerStatements(cloud, domain, 'own');
  const role = await makeRole(cloud, roleName, [authorize, bearer]);
  const policy = policyOf({ Effect: 'Allow', Principal: { AWS: role }, Action: 'codeartifact:ReadFromRepository', Resource: '*' });
  await cloud.eventually('the policy of the repository takes the new role', 5, async () => {
    const error = await errorOf(cloud.aws('codeartifact', 'put-repository-permissions-policy',
      '--domain', domain, '--repository', 'own', '--policy-document', policy));
    expect(error).toMatch(/^$|ValidationException/);
    return error === '' || undefined;
  });
  return role;
}

settles('token-after-role-deleted', ['policies of CodeArtifact'], async () => {
  const { token: callers } = await newToken(cloud, {}, domain, '--duration-seconds', '7200');
  expect(await publish(url, callers, PACKAGE)).toBe('');
  const session = await sessionOf(cloud, await makeRoleThatReads());
  const { token } = await newTokenSoon(cloud, session, domain);
  const opens = async () => await statusOf(url, token, PACKAGE) === 200;
  await cloud.eventually('the token opens the repository', 5, async () => await opens() || undefined);

  // Once the role gets no more tokens, the loss of its own policy has arrived. The token still opens what the repository's policy gives.
  await cloud.aws('iam', 'delete-role-policy', '--role-name', roleName, '--policy-name', 'Inline');
  await secondsUntilClosed(cloud, 'a role without a policy gets no token', 10, async () => (
    await errorOf(cloud.awsAs(session.credentials, 'codeartifact', 'get-authorization-token', '--domain', domain, '--query', 'expiration')) === ''
  ));
  const openedBefore = await opens();
  await cloud.aws('iam', 'delete-role', '--role-name', roleName);
  const seconds = await secondsUntilClosed(cloud, 'a token ends with its role', 30, opens);
  observe('token-after-role-deleted', openedBefore ? `after ${seconds} s` : 'the token had ended before, with the policy of the role');
  expect(await statusOf(url, callers, PACKAGE)).toBe(200);

  // Nobody promises anything about a new role of the same name.
  const { token: fresh } = await newTokenSoon(cloud, await sessionOf(cloud, await makeRoleThatReads()), domain);
  await cloud.eventually('the new role reads', 5, async () => await statusOf(url, fresh, PACKAGE) === 200 || undefined);
  observe('token-after-role-deleted', `a new role of the same name ${await opens() ? 'revives' : 'does not revive'} it`);
});
