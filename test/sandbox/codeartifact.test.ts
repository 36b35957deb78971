import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeartifactClient, GetAuthorizationTokenCommand, GetRepositoryEndpointCommand } from '@aws-sdk/client-codeartifact';
import { CodeArtifactStandIn } from '../../sandbox/codeartifact';
import { faults, type Fault } from '../../sandbox/codeartifact-errors';
import { fill, recipes, withEndpoints } from '../package-managers/recipes';

// The stand-in is only worth what it has in common with the service. So the clients here are those of AWS and npm.

const AWS_CLI = join(__dirname, '..', '..', '.sandbox', 'python', 'bin', 'aws');
const ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';

let standIn: CodeArtifactStandIn;
let home: string;

beforeEach(async () => {
  standIn = new CodeArtifactStandIn({
    region: 'eu-west-1',
    account: ACCOUNT,
    domains: [
      { name: 'acme', repositories: ['npm-store'] },
      { name: 'partner', owner: OTHER_ACCOUNT, repositories: ['npm-store'] },
    ],
  });
  await standIn.start();
  home = mkdtempSync(join(tmpdir(), 'codeartifact-test-'));
});

afterEach(async () => {
  await standIn.stop();
  rmSync(home, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a command that knows nothing of the developer's own settings. The stand-in answers meanwhile, so it cannot be synchronous. */
function run(command: string, args: string[], cwd = home): Promise<Outcome> {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    NPM_CONFIG_USERCONFIG: join(home, '.npmrc'),
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
    AWS_ENDPOINT_URL_CODEARTIFACT: standIn.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_MAX_ATTEMPTS: '1',
  };
  return new Promise(resolve => execFile(command, args, { cwd, env }, (error, stdout, stderr) => {
    resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
  }));
}

/** Expects a time, in whole seconds, to be so much later than a moment since `before`. */
function expectAt(time: number, later: number, before: number): void {
  expect(time).toBeGreaterThanOrEqual(Math.floor(before / 1000) + later);
  expect(time).toBeLessThanOrEqual(Date.now() / 1000 + later);
}

const codeartifact = (...args: string[]) => run(AWS_CLI, ['codeartifact', ...args, '--output', 'json']);

function client(region = 'eu-west-1', maxAttempts = 1): CodeartifactClient {
  return new CodeartifactClient({ region, maxAttempts, endpoint: standIn.url, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
}

async function newToken(domain = 'acme', domainOwner?: string): Promise<string> {
  const { authorizationToken } = await client().send(new GetAuthorizationTokenCommand({ domain, domainOwner }));
  return authorizationToken!;
}

describe('to the AWS CLI', () => {
  test.each([
    { duration: undefined, seconds: 43_200 },
    { duration: '43200', seconds: 43_200 },
    { duration: '900', seconds: 900 },
    { duration: '0', seconds: 3_600 },
  ])('a token of duration $duration lasts $seconds seconds', async ({ duration, seconds }) => {
    const before = Date.now();
    const { code, output } = await codeartifact('get-authorization-token', '--domain', 'acme', ...duration ? ['--duration-seconds', duration] : []);

    expect(code).toBe(0);
    const { authorizationToken, expiration } = JSON.parse(output);
    expect(authorizationToken).toMatch(/^eyJ[\w-]+(\.[\w-]+){4}$/);
    expect(authorizationToken.length).toBeGreaterThan(900);
    expectAt(expiration, seconds, before);
  });

  test.each(['1', '899', '43201'])('a duration of %s is refused', async duration => {
    const { output } = await codeartifact('get-authorization-token', '--domain', 'acme', '--duration-seconds', duration);

    expect(output).toContain('An error occurred (ValidationException) when calling the GetAuthorizationToken operation');
    expect(output).toContain(`'${duration}' at 'duration'`);
  });

  test('a domain that does not exist has no tokens', async () => {
    const { code, output } = await codeartifact('get-authorization-token', '--domain', 'nobody');

    expect(code).not.toBe(0);
    expect(output).toContain('An error occurred (ResourceNotFoundException) when calling the GetAuthorizationToken operation: '
      + `Domain not found. Domain 'nobody' owned by account '${ACCOUNT}' does not exist.`);
  });

  test('the endpoint of a repository is where it is served', async () => {
    const { output } = await codeartifact('get-repository-endpoint', '--domain', 'acme', '--repository', 'npm-store', '--format', 'pypi');

    expect(JSON.parse(output)).toEqual({ repositoryEndpoint: standIn.repositoryUrl('acme', 'npm-store', 'pypi') });
  });

  test('domains and repositories are listed, made once, and removed once they are empty', async () => {
    const domainNames = async () => JSON.parse((await codeartifact('list-domains')).output).domains.map(({ name }: any) => name);
    const another = ['--domain', 'new'];
    expect(await domainNames()).toEqual(['acme']); // and none of another account
    expect(await codeartifact('create-domain', ...another)).toMatchObject({ code: 0 });
    expect((await codeartifact('create-domain', ...another)).output).toContain('(ConflictException) when calling the CreateDomain operation');
    expect(await domainNames()).toEqual(['acme', 'new']);

    const store = [...another, '--repository', 'store'];
    expect(await codeartifact('create-repository', ...store)).toMatchObject({ code: 0 });
    expect((await codeartifact('create-repository', ...store)).output).toContain('(ConflictException) when calling the CreateRepository operation');
    expect(JSON.parse((await codeartifact('list-repositories-in-domain', ...another)).output).repositories).toMatchObject([{ name: 'store', domainName: 'new' }]);
    expect((await codeartifact('delete-domain', ...another)).output).toContain('(ConflictException) when calling the DeleteDomain operation');

    expect(await codeartifact('delete-repository', ...store)).toMatchObject({ code: 0 });
    expect((await codeartifact('delete-repository', ...store)).output).toContain('(ResourceNotFoundException) when calling the DeleteRepository operation');
    expect(await codeartifact('delete-domain', ...another)).toMatchObject({ code: 0 });
    expect(await domainNames()).toEqual(['acme']);
  });

  test("its login for Swift would run what the recipe says, and write the recipe's netrc file", async () => {
    const { output } = await codeartifact('login', '--tool', 'swift', '--domain', 'acme', '--repository', 'npm-store', '--dry-run');
    const endpoint = standIn.repositoryUrl('acme', 'npm-store', 'swift');
    const [set, login] = withEndpoints(recipes.swift.command, () => endpoint).split('\n');

    expect(output).toContain(set);
    expect(output).toContain(login);
    const { NETRC_CONTENT } = fill(recipes.swift, () => endpoint.replace(/:\d+/, ''), standIn.issued[0]);
    expect(output).toContain(NETRC_CONTENT.slice(0, NETRC_CONTENT.indexOf(standIn.issued[0])));
  });

  test('a private package can be published and installed after its login, until the token has expired', async () => {
    const login = await codeartifact('login', '--tool', 'npm', '--domain', 'acme', '--repository', 'npm-store');
    expect(login).toMatchObject({ code: 0, output: expect.stringContaining('Successfully configured npm to use AWS CodeArtifact repository') });

    const source = join(home, 'source');
    mkdirSync(source);
    writeFileSync(join(source, 'package.json'), JSON.stringify({ name: '@acme/greeting', version: '1.0.0', main: 'index.js' }));
    writeFileSync(join(source, 'index.js'), "module.exports = 'hello';");
    expect(await run('npm', ['publish'], source)).toMatchObject({ code: 0 });

    const install = (folder: string) => {
      mkdirSync(join(home, folder));
      writeFileSync(join(home, folder, 'package.json'), '{}');
      // An own cache: what npm has already needs no token.
      return run('npm', ['install', '@acme/greeting', '--no-audit', '--cache', join(home, folder, 'cache')], join(home, folder));
    };
    expect(await install('before')).toMatchObject({ code: 0 });
    expect(readFileSync(join(home, 'before', 'node_modules', '@acme', 'greeting', 'index.js'), 'utf8')).toContain('hello');

    standIn.advance(43_200);
    const afterExpiry = await install('after');
    expect(afterExpiry.code).not.toBe(0);
    expect(afterExpiry.output).toContain('E401');

    writeFileSync(join(home, '.npmrc'), `registry=${standIn.repositoryUrl('acme', 'npm-store', 'npm')}`);
    const withoutToken = await install('without');
    expect(withoutToken.code).not.toBe(0);
    expect(withoutToken.output).toContain('E401');
  });
});

describe('to the SDK', () => {
  test.each<{ when: string; fault: Fault; error: object }>([
    {
      when: 'without codeartifact:GetAuthorizationToken',
      fault: faults.noGetAuthorizationToken,
      error: {
        name: 'AccessDeniedException',
        $metadata: { httpStatusCode: 403 },
        message: expect.stringContaining('is not authorized to perform: codeartifact:GetAuthorizationToken '
          + `on resource: arn:aws:codeartifact:eu-west-1:${ACCOUNT}:domain/acme because`),
      },
    },
    {
      when: 'without sts:GetServiceBearerToken',
      fault: faults.noGetServiceBearerToken,
      error: {
        name: 'AccessDeniedException',
        $metadata: { httpStatusCode: 403 },
        message: expect.stringContaining('is not authorized to perform: sts:GetServiceBearerToken on resource: * because'),
      },
    },
    {
      when: 'when throttled',
      fault: faults.throttling(7),
      error: { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 }, retryAfterSeconds: 7 },
    },
    {
      when: 'when broken',
      fault: faults.internalServer,
      error: { name: 'InternalServerException', $metadata: { httpStatusCode: 500 } },
    },
    {
      when: 'when the request is wrong',
      fault: faults.validation,
      error: { name: 'ValidationException', $metadata: { httpStatusCode: 400 }, reason: 'OTHER' },
    },
    {
      when: 'when the domain is being changed',
      fault: faults.conflict,
      error: { name: 'ConflictException', $metadata: { httpStatusCode: 409 }, resourceId: 'acme' },
    },
    {
      when: 'when the domain is gone',
      fault: faults.noDomain,
      error: { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 }, resourceType: 'domain' },
    },
  ])('$when, it answers $error.name', async ({ fault, error }) => {
    standIn.failNext(fault);

    await expect(client().send(new GetAuthorizationTokenCommand({ domain: 'acme' }))).rejects.toMatchObject(error);
  });

  test('it answers again after as many failures as were asked for', async () => {
    standIn.failNext(faults.internalServer, 2);

    const { authorizationToken } = await client('eu-west-1', 3).send(new GetAuthorizationTokenCommand({ domain: 'acme', durationSeconds: 900 }));

    expect(authorizationToken).toBeDefined();
    expect(standIn.requests).toEqual(Array(3).fill({ operation: 'GetAuthorizationToken', parameters: { domain: 'acme', duration: '900' } }));
  });

  test('an answer can be anything', async () => {
    standIn.failNext(() => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '{"expiration":1}' }));

    const { authorizationToken, expiration } = await client().send(new GetAuthorizationTokenCommand({ domain: 'acme' }));

    expect(authorizationToken).toBeUndefined();
    expect(expiration).toEqual(new Date(1000));
  });

  test.each(['a', 'Acme', 'acme_', '-acme', 'acme-', 'a'.repeat(51)])('%s is no name of a domain', async domain => {
    await expect(client().send(new GetAuthorizationTokenCommand({ domain })))
      .rejects.toMatchObject({ name: 'ValidationException', reason: 'FIELD_VALIDATION_FAILED', message: expect.stringContaining("at 'domain'") });
  });

  test('an owner has twelve digits', async () => {
    await expect(client().send(new GetAuthorizationTokenCommand({ domain: 'acme', domainOwner: '1111-2222-3333' })))
      .rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining("at 'domain-owner'") });
  });

  test('the domain of another account needs its owner', async () => {
    await expect(newToken('partner')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Domain not found. Domain 'partner' owned by account '${ACCOUNT}' does not exist.`,
    });
    await expect(newToken('partner', OTHER_ACCOUNT)).resolves.toBeDefined();
  });

  test('a repository that does not exist has no endpoint', async () => {
    await expect(client().send(new GetRepositoryEndpointCommand({ domain: 'acme', repository: 'nothing', format: 'npm' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Repository not found. Repository 'nothing' in domain 'acme' owned by account '${ACCOUNT}' does not exist.`,
      resourceType: 'repository',
    });
  });

  test('credentials for another region are refused', async () => {
    await expect(client('us-east-1').send(new GetAuthorizationTokenCommand({ domain: 'acme' }))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringContaining("not 'us-east-1'"),
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('time passes as told', async () => {
    standIn.advance(86_400);

    const before = Date.now();
    const { expiration } = await client().send(new GetAuthorizationTokenCommand({ domain: 'acme', durationSeconds: 900 }));

    expectAt(expiration!.getTime() / 1000, 86_400 + 900, before);
  });
});

describe('on the wire', () => {
  test('a request without a signature is refused', async () => {
    const response = await fetch(`${standIn.url}/v1/authorization-token?domain=acme`, { method: 'POST' });

    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
  });

  test('the date is that of its own clock', async () => {
    standIn.advance(86_400);

    const before = Date.now();
    const response = await fetch(standIn.url);

    expectAt(Date.parse(response.headers.get('date')!) / 1000, 86_400, before);
  });
});

describe('a repository', () => {
  async function status(authorization: string | undefined, url = standIn.repositoryUrl('acme', 'npm-store', 'pypi')): Promise<number> {
    return (await fetch(url, { headers: authorization ? { authorization } : {} })).status;
  }
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  test('asks for the token by its domain and name', async () => {
    const response = await fetch(standIn.repositoryUrl('acme', 'npm-store', 'npm'));

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="acme/npm-store", Basic realm="acme/npm-store"');
  });

  test('opens to a token in the ways of all package managers', async () => {
    standIn.store('acme', 'npm-store', 'pypi', { '': 'open' });
    const token = await newToken();

    expect(await status(`Bearer ${token}`)).toBe(200);
    expect(await status(basic('aws', token))).toBe(200);
    expect(await status(token)).toBe(200);
  });

  test('serves what is stored in it, and nothing else', async () => {
    standIn.store('acme', 'npm-store', 'maven', { 'com/acme/greeting.pom': '<project/>' });
    const headers = { authorization: `Bearer ${await newToken()}` };
    const fetchFrom = (format: string) => fetch(`${standIn.repositoryUrl('acme', 'npm-store', format)}com/acme/greeting.pom`, { headers });

    expect(await (await fetchFrom('maven')).text()).toBe('<project/>');
    expect((await fetchFrom('ruby')).status).toBe(404);
  });

  test('remembers what it was asked for, and whether the token was good', async () => {
    await status(`Bearer ${await newToken()}`);
    await status(undefined);

    const path = `/acme-${ACCOUNT}/pypi/npm-store/`;
    const { host } = new URL(standIn.url);
    expect(standIn.repositoryRequests).toEqual([{ method: 'GET', host, path, opened: true }, { method: 'GET', host, path, opened: false }]);
  });

  test('answers as told, to a good token too', async () => {
    standIn.answerFromRepositories({ status: 503, body: '' });
    expect(await status(`Bearer ${await newToken()}`)).toBe(503);

    standIn.answerFromRepositories();
    expect(await status(undefined)).toBe(401);
  });

  test('opens to nothing else', async () => {
    const token = await newToken();

    expect(await status(undefined)).toBe(401);
    expect(await status('Bearer')).toBe(401);
    expect(await status('Basic')).toBe(401);
    expect(await status(`Bearer ${token}x`)).toBe(401);
    expect(await status(`${token}x`)).toBe(401);
    expect(await status(basic('somebody', token))).toBe(401);
    expect(await status(`Bearer ${await newToken('partner', OTHER_ACCOUNT)}`)).toBe(401);
    standIn.advance(43_200);
    expect(await status(`Bearer ${token}`)).toBe(401);
  });
});
