import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from './deployed';
import type { Cloud } from '../../sandbox/cloud';

const ROOT = join(__dirname, '..', '..');
const APP = 'test/e2e/organization.app.ts';
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('org');
});

afterAll(async () => {
  await cloud.stop();
});

/** What aws-cdk-lib tells those who make the roles. They write ARNs where it can only say what they are of. */
function policyReport(): { roleName: string; assumeRolePolicy: object[]; identityPolicyStatements: object[] }[] {
  const outdir = mkdtempSync(join(tmpdir(), 'organization-'));
  execFileSync(process.execPath, [require.resolve('tsx/cli'), '--tsconfig', join(ROOT, 'tsconfig.dev.json'), join(ROOT, APP)], {
    env: { ...process.env, CDK_OUTDIR: outdir, DEPLOYED_RUN: JSON.stringify(cloud.run) },
  });
  const written = readFileSync(join(outdir, 'iam-policy-report.json'), 'utf8')
    .replaceAll('(PARTITION)', 'aws')
    .replaceAll('(Organization/Token/Secret/Resource.Ref)', `arn:aws:secretsmanager:${cloud.run.region}:${cloud.run.account}:secret:${cloud.name('org/token')}-*`)
    .replaceAll(/\(Organization\/Token\/\w+\/Resource\.Arn\)/g, '*');
  return JSON.parse(written).roles;
}

test('roles that are made from the report are enough, a schedule may be in a group, and an Aspect may name the secret', async () => {
  for (const { roleName, assumeRolePolicy, identityPolicyStatements } of policyReport()) {
    const documentOf = (Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
    await cloud.aws('iam', 'create-role', '--role-name', roleName, '--assume-role-policy-document', documentOf(assumeRolePolicy));
    await cloud.aws('iam', 'put-role-policy', '--role-name', roleName, '--policy-name', 'Reported', '--policy-document', documentOf(identityPolicyStatements));
  }
  await cloud.deploy(APP);

  const { token } = await cloud.read(cloud.name('org/token'));
  expect(await cloud.opensTo(token)).toBe(true);
  expect((await cloud.resourcesOf('Organization')).filter(({ ResourceType }) => ResourceType.startsWith('AWS::IAM::'))).toEqual([]);
  const { Schedules } = await cloud.aws('scheduler', 'list-schedules', '--group-name', cloud.name('tokens'));
  expect(Schedules).toHaveLength(1);
});
