import { App, Stack } from 'aws-cdk-lib';
import {
  errorOf, type IssuedToken, makeDomain, newToken, newTokenSoon, publish, type Session, sessionOf, statusOf, unlessDenied,
} from './tokens-helpers';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';
import { CodeArtifactDomain, EndpointType, PackageFormat } from 'cdk-codeartifact-token';

// What tokens are, and what they open. Files beside this one have what takes long: how tokens end, and what CloudTrail says of them.

const MINUTE = 60_000;
const PACKAGE = 'cdk-codeartifact-token-test';

let cloud: Cloud;
let domain: string;
/** A domain of this file's own, where its tests may publish, and one of the same name in another region. */
let own: string;
let elsewhere: string[];
let ownUrl: string;
let otherUrl: string;

beforeAll(async () => {
  cloud = await startCloud('tokens');
  ({ domain } = cloud.run);
  own = cloud.name('own');
  elsewhere = ['--region', cloud.run.otherRegion];
  [ownUrl, otherUrl] = await makeDomain(cloud, own, ['own', 'other']);
  await cloud.deploy('test/acceptance/tokens.app.ts', { own });
});

afterAll(async () => {
  await cloud.stop();
});

/** A session of one of the roles, once its policy has arrived. */
async function sessionAs(role: string): Promise<Session> {
  const session = await sessionOf(cloud, `arn:aws:iam::${cloud.run.account}:role/${cloud.name(role)}`);
  await cloud.eventually(`the policy of ${role}`, 5, () => unlessDenied(cloud.awsAs(session.credentials, 'codeartifact', 'list-domains')));
  return session;
}

/** Why a role gets no token for the domain of the run, or nothing if it gets one. */
async function refusalOf(role: string): Promise<string> {
  const { credentials } = await sessionAs(role);
  return errorOf(cloud.awsAs(credentials, 'codeartifact', 'get-authorization-token', '--domain', domain, '--query', 'expiration'));
}

const ACCESS_DENIED = /^An error occurred \(AccessDeniedException\)/;

settles('both-permissions', ['policies of CodeArtifact'], async () => {
  const { token } = await newTokenSoon(cloud, await sessionAs('both'), domain);
  expect(token.length).toBeGreaterThan(0);

  expect(await refusalOf('no-authorize')).toMatch(ACCESS_DENIED);
  expect(await refusalOf('other-domain')).toMatch(ACCESS_DENIED);
  expect(await refusalOf('no-bearer')).toMatch(ACCESS_DENIED);
  expect(await refusalOf('other-service')).toMatch(ACCESS_DENIED);
  const refusal = await refusalOf('bearer-on-domain');
  observe('both-permissions', `sts:GetServiceBearerToken on the domain's ARN: ${refusal ? 'denied' : 'enough'}`);
  expect(refusal).toMatch(ACCESS_DENIED);
});

settles('token-may-what-its-role-may', ['policies of CodeArtifact'], async () => {
  const { token: callers } = await newToken(cloud, {}, own);
  expect(await publish(ownUrl, callers, PACKAGE)).toBe('');
  expect(await publish(otherUrl, callers, PACKAGE)).toBe('');

  // It reads with ReadFromRepository, there and nowhere else.
  const { token: readers } = await newTokenSoon(cloud, await sessionAs('reader'), own);
  await cloud.eventually('the token of a reader opens the repository', 5, async () => await statusOf(ownUrl, readers, PACKAGE) === 200 || undefined);
  const elsewhereStatus = await statusOf(otherUrl, readers, PACKAGE);
  const { token: nobodys } = await newTokenSoon(cloud, await sessionAs('nobody'), own);
  const nobodysStatus = await statusOf(ownUrl, nobodys, PACKAGE);
  observe('token-may-what-its-role-may', `without ReadFromRepository: ${nobodysStatus}, of another repository: ${elsewhereStatus}`);
  expect([401, 403, 404]).toContain(elsewhereStatus);
  expect([401, 403, 404]).toContain(nobodysStatus);
  const readersAttempt = await publish(ownUrl, readers, `${PACKAGE}-of-a-reader`);
  expect(readersAttempt).toMatch(REFUSED);

  // It publishes with the other two as well, there and nowhere else.
  const { token: publishers } = await newTokenSoon(cloud, await sessionAs('publisher'), own);
  const published = `${PACKAGE}-of-a-publisher`;
  await cloud.eventually('the token of a publisher publishes', 5, async () => await publish(ownUrl, publishers, published) === '' || undefined);
  expect(await statusOf(ownUrl, publishers, published)).toBe(200);
  expect(await publish(otherUrl, publishers, published)).toMatch(REFUSED);
  expect(await statusOf(otherUrl, callers, published)).toBe(404);
  expect(await statusOf(ownUrl, callers, `${PACKAGE}-of-a-reader`)).toBe(404);

  const { token: withoutMetadata } = await newTokenSoon(cloud, await sessionAs('without-metadata'), own);
  const attempt = await publish(ownUrl, withoutMetadata, `${PACKAGE}-without-metadata`);
  observe('token-may-what-its-role-may', `npm publish by a reader: ${codeOf(readersAttempt)}, without PutPackageMetadata: ${codeOf(attempt)}`);
});

/** What npm says when a repository refuses to take a package. */
const REFUSED = /code E4\d\d/;
const codeOf = (error: string): string => error === '' ? 'succeeds' : /code (\w+)/.exec(error)?.[1] ?? 'fails';

settles('token-of-one-domain-and-region', ['several regions of CodeArtifact'], async () => {
  const [urlElsewhere] = await makeDomain(cloud, own, ['own'], ...elsewhere);
  const here = await newToken(cloud, {}, own);
  const there = await newToken(cloud, {}, own, ...elsewhere);
  const ofTheRun = await newToken(cloud, {}, domain);
  const published = `${PACKAGE}-of-one-region`;
  expect(await publish(ownUrl, here.token, published)).toBe('');
  expect(await publish(urlElsewhere, there.token, published)).toBe('');

  // All three are of one caller, who may do everything in all three places.
  const status = (url: string, { token }: IssuedToken) => statusOf(url, token, published);
  expect(await status(ownUrl, here)).toBe(200);
  expect(await status(urlElsewhere, there)).toBe(200);
  expect(await cloud.opensTo(ofTheRun.token)).toBe(true);

  const inAnotherDomain = await status(ownUrl, ofTheRun);
  const inAnotherRegion = [await status(urlElsewhere, here), await status(ownUrl, there)];
  observe('token-of-one-domain-and-region', `in another domain: ${inAnotherDomain}, in another region: ${inAnotherRegion.join(' and ')}`);
  expect(await cloud.opensTo(here.token)).toBe(false);
  [inAnotherDomain, ...inAnotherRegion].forEach((answer) => expect([401, 403, 404]).toContain(answer));
});

settles('duration-limits', [], async () => {
  const session = await sessionAs('both');
  const { expires: first } = await newTokenSoon(cloud, session, domain, '--duration-seconds', '900');
  const lives = async (...flags: string[]): Promise<number> => {
    const asked = Date.now();
    return (await newToken(cloud, session.credentials, domain, ...flags)).expires - asked;
  };
  const far = (life: number, seconds: number) => Math.abs(life - seconds * 1000);

  expect(first).toBeGreaterThan(Date.now());
  for (const seconds of [900, 3_601, 43_200]) {
    expect(far(await lives('--duration-seconds', `${seconds}`), seconds)).toBeLessThan(5 * MINUTE);
  }
  expect(far(await lives(), 43_200)).toBeLessThan(5 * MINUTE);
  expect(await lives('--duration-seconds', '0')).toBeGreaterThan(0);
  for (const seconds of [1, 899, 43_201]) {
    const command = ['codeartifact', 'get-authorization-token', '--domain', domain, '--duration-seconds', `${seconds}`, '--query', 'expiration'];
    expect(await errorOf(cloud.awsAs(session.credentials, ...command))).toMatch(/^An error occurred \(ValidationException\)/);
  }
});

settles('token-fits-everywhere', [], async () => {
  const { token: value } = await cloud.read(await cloud.idOf('Tokens', 'AWS::SecretsManager::Secret'));
  const { password, ...texts } = JSON.parse(value) as Record<string, string>;
  const longest = Math.max(...Object.values(texts).map((text) => text.length));
  observe('token-fits-everywhere', `a token of ${password.length} characters, a secret of ${Buffer.byteLength(value)} bytes`);

  // URL-safe base64 and the dots of a JWT: nothing that a URL, a shell or XML would want escaped.
  expect(/^[A-Za-z0-9_.-]+$/.test(password)).toBe(true);
  expect(longest).toBeLessThan(32_767); // what Windows has room for in a variable
  expect(Buffer.byteLength(value)).toBeLessThan(65_536 / 2);
  const { token: callers } = await newToken(cloud, {}, domain);
  expect(/^[A-Za-z0-9_.-]+$/.test(callers)).toBe(true);
});

settles('repository-endpoint-is-computed', ['addresses of CodeArtifact'], async () => {
  const { account, region } = cloud.run;
  const stack = new Stack(new App(), 'Stack', { env: { account, region } });
  for (const endpointType of Object.values(EndpointType)) {
    const computed = CodeArtifactDomain.fromDomainName(stack, endpointType, domain, { endpointType });
    for (const format of Object.values(PackageFormat)) {
      const { repositoryEndpoint } = await cloud.aws('codeartifact', 'get-repository-endpoint',
        '--domain', domain, '--repository', 'npm-store', '--format', format, '--endpoint-type', endpointType);
      expect({ endpointType, format, url: computed.repositoryEndpoint('npm-store', format) }).toEqual({ endpointType, format, url: repositoryEndpoint });
    }
  }
});

// https://docs.aws.amazon.com/general/latest/gr/codeartifact.html
const REGIONS = [
  'ap-northeast-1', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'eu-central-1', 'eu-north-1', 'eu-south-1',
  'eu-west-1', 'eu-west-2', 'eu-west-3', 'us-east-1', 'us-east-2', 'us-west-2',
];

settles('regions-with-codeartifact', ['several regions of CodeArtifact'], async () => {
  // AWS's own list, with the regions of other partitions.
  const { Parameters } = await cloud.aws('ssm', 'get-parameters-by-path',
    '--path', '/aws/service/global-infrastructure/services/codeartifact/regions', '--region', 'us-east-1');
  const listed = Parameters.map(({ Value }: any) => Value).sort();
  observe('regions-with-codeartifact', `AWS's public parameters list ${listed.length} regions`);

  const { Regions } = await cloud.aws('ec2', 'describe-regions', '--all-regions');
  const answering: string[] = [];
  for (const { RegionName: region } of Regions) {
    const error = await errorOf(cloud.awsAs({ AWS_MAX_ATTEMPTS: '2' }, 'codeartifact', 'list-domains', '--region', region, '--query', 'length(domains)'));
    // A region that the account has not enabled knows no credentials of it, and says so.
    if (error === '' || /^An error occurred \(/.test(error)) {
      answering.push(region);
    } else {
      expect(error).toMatch(/Could not connect to the endpoint URL|Invalid endpoint/);
    }
  }
  expect(answering.sort()).toEqual(REGIONS);
  expect(listed).toEqual(REGIONS);
});

settles('quota-of-tokens', ['quotas'], async () => {
  const quotaOf = async (service: string, name: RegExp): Promise<number> => {
    const { Quotas } = await cloud.aws('service-quotas', 'list-aws-default-service-quotas', '--service-code', service);
    const found = Quotas.find(({ QuotaName }: any) => name.test(QuotaName));
    if (!found) {
      throw new Error(`Service Quotas has nothing of ${service} that is called ${name}, only ${Quotas.map(({ QuotaName }: any) => QuotaName).join(', ')}`);
    }
    return found.Value;
  };

  expect(await quotaOf('codeartifact', /^GetAuthorizationToken/)).toBe(40);
  expect(await quotaOf('secretsmanager', /\bPutSecretValue\b/)).toBe(50);
});
