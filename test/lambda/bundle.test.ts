import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { ShippedFunction } from './shipped-function';

test('the shipped bundle is at most 75 KB zipped', () => {
  const bundle = readFileSync(join(__dirname, '..', '..', 'assets', 'lambda', 'refresh-token', 'index', 'index.js'));

  expect(deflateRawSync(bundle, { level: 9 }).length).toBeLessThan(75_000);
});

test.each([['true', 'api.aws'], ['false', 'amazonaws.com']])('it calls the addresses that AWS_USE_DUALSTACK_ENDPOINT=%s means', async (dualStack, suffix) => {
  const SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-AbCdEf';
  // No name is found, and each call fails with that name for the error's code.
  const noNames = "import dns from 'node:dns';import{syncBuiltinESMExports as sync}from'node:module';dns.lookup=(name,_,done)=>done(Object.assign(Error(),{code:name}));sync()";
  const shipped = new ShippedFunction(24, {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(noNames)}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_USE_DUALSTACK_ENDPOINT: dualStack,
    DOMAIN_ARN: 'arn:aws:codeartifact:eu-west-1:111122223333:domain/acme',
    DURATION_SECONDS: '43200',
    SECRET_ARN,
    SECRET_TEMPLATE: '{{token}}',
  });
  try {
    expect((await shipped.invoke()).error!.message).toContain(`failed: codeartifact.eu-west-1.${suffix}.`);
    const rotation = { Step: 'finishSecret', SecretId: SECRET_ARN, ClientRequestToken: '6c6d1a5e-8b1c-4b8c-8d2f-111122223333' };
    expect((await shipped.invoke(rotation)).error!.message).toContain('failed: secretsmanager.eu-west-1.amazonaws.com.'); // which has IPv6 as well
  } finally {
    shipped.kill();
  }
});
