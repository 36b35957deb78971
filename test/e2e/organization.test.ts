import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedCloud } from '../../sandbox/embedded-cloud';

const ROOT = join(__dirname, '..', '..');
const APP = 'test/e2e/organization.app.ts';
let cloud: EmbeddedCloud;

beforeAll(async () => {
  cloud = await EmbeddedCloud.start();
  await cloud.cdk.bootstrap();
});

afterAll(async () => {
  await cloud.stop();
});

/** What aws-cdk-lib tells those who make the roles. They write ARNs where it can only say what they are of. */
function policyReport(): { roleName: string; assumeRolePolicy: object[]; identityPolicyStatements: object[] }[] {
  const outdir = mkdtempSync(join(tmpdir(), 'organization-'));
  execFileSync(process.execPath, [require.resolve('tsx/cli'), '--tsconfig', join(ROOT, 'tsconfig.dev.json'), join(ROOT, APP)], {
    env: { ...process.env, CDK_OUTDIR: outdir },
  });
  const written = readFileSync(join(outdir, 'iam-policy-report.json'), 'utf8')
    .replaceAll('(PARTITION)', 'aws')
    .replaceAll('(Organization/Token/Secret/Resource.Ref)', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:org/token-*')
    .replaceAll(/\(Organization\/Token\/\w+\/Resource\.Arn\)/g, '*');
  return JSON.parse(written).roles;
}

test('roles that are made from the report are enough, a schedule may be in a group, and an Aspect may name the secret', async () => {
  for (const { roleName, assumeRolePolicy, identityPolicyStatements } of policyReport()) {
    const documentOf = (Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
    await cloud.aws('iam', 'create-role', '--role-name', roleName, '--assume-role-policy-document', documentOf(assumeRolePolicy));
    await cloud.aws('iam', 'put-role-policy', '--role-name', roleName, '--policy-name', 'Reported', '--policy-document', documentOf(identityPolicyStatements));
  }
  const { succeeded, output } = await cloud.cdk.deploy(APP);
  expect({ succeeded, output }).toMatchObject({ succeeded: true });

  const { token } = await cloud.read('org/token');
  expect(await cloud.opensTo(token)).toBe(true);
  const { StackResources } = await cloud.aws('cloudformation', 'describe-stack-resources', '--stack-name', 'Organization');
  expect(StackResources.filter(({ ResourceType }: any) => ResourceType.startsWith('AWS::IAM::'))).toEqual([]);
  const { Schedules } = await cloud.aws('scheduler', 'list-schedules');
  expect(Schedules).toMatchObject([{ GroupName: 'tokens' }]);
});
