import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { CodeArtifactStandIn } from '../../sandbox/codeartifact';
import { ACCOUNT, LAMBDA_NODE, REGION } from '../../sandbox/ministack';

const BUNDLE = join(__dirname, '..', '..', 'assets', 'lambda', 'refresh-token', 'index', 'index.js');
const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:token-AbCdEf`;
const ACME = `arn:aws:codeartifact:${REGION}:${ACCOUNT}:domain/acme`;

/** The error with which the shipped bundle ends in the Node of Lambda. */
async function errorOf(codeartifactEndpoint: string): Promise<{ name: string; message: string }> {
  const program = 'require(process.argv[1]).handler({}, {}).catch(({ name, message }) => console.error(JSON.stringify({ name, message })))';
  const { stderr } = await promisify(execFile)(join(LAMBDA_NODE, 'node'), ['-e', program, BUNDLE], {
    env: {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_CODEARTIFACT: codeartifactEndpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1', // nothing listens there
      DOMAIN_ARN: ACME,
      DURATION_SECONDS: '43200',
      SECRET_ARN: SECRET,
      SECRET_TEMPLATE: '{{token}}',
    },
  });
  return JSON.parse(stderr);
}

test('the shipped bundle says which call found nobody', async () => {
  expect(await errorOf('http://127.0.0.1:1')).toEqual({
    name: 'ECONNREFUSED',
    message: `codeartifact:GetAuthorizationToken on ${ACME} failed: ECONNREFUSED. The secret ${SECRET} was left as it was`,
  });

  const codeartifact = new CodeArtifactStandIn({ region: REGION, account: ACCOUNT, domains: [{ name: 'acme', repositories: [] }] });
  await codeartifact.start();
  try {
    expect(await errorOf(codeartifact.url)).toEqual({
      name: 'ECONNREFUSED',
      message: `secretsmanager:PutSecretValue on ${SECRET} failed: ECONNREFUSED. The secret ${SECRET} was left as it was`,
    });
  } finally {
    await codeartifact.stop();
  }
});

test('the shipped bundle gives up on a service that never answers, well before its own time is up', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const start = Date.now();
  try {
    expect(await errorOf(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`)).toEqual({
      name: 'TimeoutError',
      message: `codeartifact:GetAuthorizationToken on ${ACME} failed: TimeoutError. The secret ${SECRET} was left as it was`,
    });
    // The function has 100 seconds for three such calls.
    expect(Date.now() - start).toBeLessThan(25_000);
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
}, 40_000);

test('the shipped bundle is at most 75 KB zipped', () => {
  expect(deflateRawSync(readFileSync(BUNDLE), { level: 9 }).length).toBeLessThan(75_000);
});
