import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fences, inline } from './pages';
import { EmbeddedCloud } from '../../sandbox/embedded-cloud';
import { ACCOUNT, REGION } from '../../sandbox/ministack';

const ROOT = join(__dirname, '..', '..');
const NAME = 'build/token';

/** Each command of the pages, on one line. Not those of a part that a test writes, which runs them, or says that nothing does. */
const commands = [...new Set([
  ...fences.filter(({ language }) => language === 'sh')
    .flatMap(({ writtenBy, text }) => text.replaceAll(/\\\n\s*/g, '').split('\n').map((line) => ({ writtenBy, text: line }))),
  ...inline.filter(({ text }) => /^(aws|cdk|curl|docker|node|npm|npx) /.test(text)),
].filter(({ writtenBy }) => !writtenBy?.startsWith('test/')).map(({ text }) => text.replace(/\s+#.*/, '')).filter(Boolean))];

const NO_PORT = 'needs the server on port 2773 that it asks, which is of AWS';
const MEASURES = 'measures, for minutes, and writes the page';

/** Why a command is not run here, or where it is. */
const NOT_RUN: Record<string, string> = {
  'npm run demo': 'test/sandbox/demo.test.ts',
  'npm run acceptance -- --profile NAME --region REGION': 'test/rehearsal/rehearsal.test.ts',
  'npm run acceptance:leftovers -- --profile NAME --region REGION': 'test/rehearsal/interruptions.test.ts',
  'npm test': 'this is a part of it',
  'npx jest test/package-managers': 'the same',
  'npx tsx --tsconfig tsconfig.dev.json bench/cost.ts': MEASURES,
  'npx tsx --tsconfig tsconfig.dev.json bench/performance.ts': MEASURES,
  'npx tsx --tsconfig tsconfig.dev.json bench/plot-freshness.ts': MEASURES,
  'npx tsx --tsconfig tsconfig.dev.json bench/soak.ts': MEASURES,
  'cdk bootstrap': 'is what this test begins with',
  'cdk deploy': 'is what this test begins with',
  ['aws iam put-role-policy --role-name ROLE --policy-name Leaked --policy-document '
    + '\'{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"codeartifact:*","Resource":"*"}]}\'']: 'test/e2e/leak.test.ts',
  'aws iam delete-role-policy --role-name ROLE --policy-name Leaked': 'test/e2e/leak.test.ts',
  'aws iam delete-role --role-name ROLE': 'test/e2e/leak.test.ts',
  'curl -H "X-Aws-Parameters-Secrets-Token: $AWS_SESSION_TOKEN" "http://localhost:2773/secretsmanager/get?secretId=$SECRET_ARN"': NO_PORT,
  ['curl -H "X-Aws-Parameters-Secrets-Token: $(cat /var/run/awssmatoken)" '
    + "'http://localhost:2773/secretsmanager/get?secretId=build/token&refreshNow=true'"]: NO_PORT,
  'docker build --secret id=npmrc,src=.npmrc.secret .': 'needs Docker',
};

let cloud: EmbeddedCloud;
let home: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'docs-commands-'));
  cloud = await EmbeddedCloud.start();
  await cloud.cdk.bootstrap();
  const { succeeded, output } = await cloud.cdk.deploy('test/docs/commands.app.ts');
  expect({ succeeded, output }).toMatchObject({ succeeded: true });
});

afterAll(async () => {
  await cloud.stop();
  rmSync(home, { recursive: true });
});

/** Runs a command in an empty directory, which is also the home. */
const run = (command: string, environment: Record<string, string> = {}) => cloud.shell({ HOME: home, ...environment }, `cd ${home}\n${command}`);

const valueOf = async (secret: string): Promise<Record<string, string>> => JSON.parse((await cloud.read(secret)).token);

const read = 'aws secretsmanager get-secret-value --secret-id build/token --query SecretString --output text';
const replicate = 'aws secretsmanager replicate-secret-to-regions --secret-id NAME --add-replica-regions Region=REGION --force-overwrite-replica-secret';

/** What is asserted of each command that is run. */
const RUN: Record<string, (command: string) => Promise<void>> = {
  "echo '{}' | aws lambda invoke --function-name NAME --region REGION --payload fileb:///dev/stdin /dev/stdout": async (command) => {
    const { Functions } = await cloud.aws('lambda', 'list-functions');
    const { FunctionName } = Functions.find(({ Environment }: any) => Environment?.Variables.SECRET_ARN?.includes(NAME));
    const before = await cloud.read(NAME);
    const output = await run(command.replace('NAME', FunctionName).replace('REGION', REGION), await cloud.credentialsOf(`arn:aws:iam::${ACCOUNT}:role/operator`));
    const { versionId } = await cloud.read(NAME);

    expect(versionId).not.toBe(before.versionId);
    expect(output).toContain(versionId);
  },
  [replicate]: async (command) => {
    expect(JSON.parse(await run(command.replace('NAME', NAME).replace('REGION', 'us-east-1'))).ReplicationStatus).toMatchObject([{ Region: 'us-east-1' }]);
  },
  "aws secretsmanager describe-secret --secret-id NAME --query 'ReplicationStatus[].[Region,Status,StatusMessage]' --output text": async (command) => {
    await run(replicate.replace('NAME', NAME).replace('REGION', 'us-east-1'));

    expect(await run(command.replace('NAME', NAME))).toMatch(/^us-east-1\tInSync\t/);
  },
  'aws secretsmanager restore-secret': async (command) => {
    await cloud.aws('secretsmanager', 'delete-secret', '--secret-id', 'build/own');
    await expect(cloud.read('build/own')).rejects.toThrow('InvalidRequestException');
    await run(`${command} --secret-id build/own`);

    expect(Object.keys(await valueOf('build/own'))).toContain('NPMRC');
  },
  'aws cloudformation continue-update-rollback': async (command) => {
    // No rollback has failed here, which is all that is wrong with it.
    await expect(run(`${command} --stack-name Commands`)).rejects.toThrow('cannot be called from current stack status');
  },
  'aws ec2 describe-network-interfaces --filters Name=group-id,Values=GROUP': async (command) => {
    const { SecurityGroups: [{ GroupId }] } = await cloud.aws('ec2', 'describe-security-groups');

    expect(JSON.parse(await run(command.replace('GROUP', GroupId)))).toEqual({ NetworkInterfaces: [] });
  },
  'aws codeartifact login': async (command) => {
    await run(`${command} --tool npm --domain acme --repository npm-store`);
    const npmrc = readFileSync(join(home, '.npmrc'), 'utf8');

    expect(npmrc).toMatch(/^registry=.*\/npm\/npm-store\/$/m);
    expect(await cloud.opensTo(/:_authToken=(.*)$/m.exec(npmrc)![1])).toBe(true);
  },
  'export AWS_ENDPOINT_URL_CODEARTIFACT=https://vpce-0123456789abcdef0-abcdefgh.api.codeartifact.eu-west-1.vpce.amazonaws.com': async (command) => {
    const ask = 'aws codeartifact get-authorization-token --domain acme --query authorizationToken --output text';
    const token = await run(`${command.replace(/=.*/, `=${cloud.codeartifact.url}`)}\n${ask}`, { AWS_ENDPOINT_URL_CODEARTIFACT: 'http://127.0.0.1:9' });

    expect(await cloud.opensTo(token.trim())).toBe(true);
  },
  'printf \'%s\' "$NPMRC" "$OWN_NPMRC" > ~/.npmrc': async (command) => {
    const { NPMRC } = await valueOf(NAME);
    const { NPMRC: OWN_NPMRC } = await valueOf('build/own');
    await run(command, { NPMRC, OWN_NPMRC });
    const ask = (key: string) => run(`npm config get ${key}`);

    expect(readFileSync(join(home, '.npmrc'), 'utf8')).toBe(NPMRC + OWN_NPMRC);
    expect([await ask('registry'), await ask('@acme:registry')].map((url) => new URL(url).pathname)).toEqual(['/npm/npm-store/', '/npm/npm-store/']);
  },
  "curl -u \"aws:$CODEARTIFACT_AUTH_TOKEN\" -so /dev/null -w '%{http_code}\\n' URL": async (command) => {
    const url = cloud.codeartifact.repositoryUrl('acme', 'npm-store', 'npm');
    const { CODEARTIFACT_AUTH_TOKEN } = await valueOf(NAME);
    const statusOf = (token: string) => run(command.replace('URL', url), { CODEARTIFACT_AUTH_TOKEN: token });

    expect([await statusOf(CODEARTIFACT_AUTH_TOKEN), await statusOf('wrong')]).toEqual(['404\n', '401\n']); // nothing is in the repository
  },
  // What the CLI of Databricks would get.
  [`${read} | jq -j .PIP_INDEX_URL | databricks secrets put-secret codeartifact pip-index-url`]: async (command) => {
    expect(await run(`databricks() { cat; }\n${command}`)).toBe((await valueOf(NAME)).PIP_INDEX_URL);
  },
  [`${read} | jq -j .NPMRC > .npmrc.secret`]: async (command) => {
    await run(command);

    expect(readFileSync(join(home, '.npmrc.secret'), 'utf8')).toBe((await valueOf(NAME)).NPMRC);
  },
};

test('no command of the pages is run by nobody without a reason', () => {
  expect(commands.filter((command) => !(command in RUN) && !(command in NOT_RUN))).toEqual([]);
  expect(Object.keys({ ...RUN, ...NOT_RUN }).filter((command) => !commands.includes(command))).toEqual([]);
});

test('the files of this repository that commands name are there', () => {
  const files = commands.flatMap((command) => command.match(/(?<= )(bench|test|sandbox)\/[\w./-]+/g) ?? []);

  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test.each(Object.entries(RUN))('%s', (command, check) => check(command));
