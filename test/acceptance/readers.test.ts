import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

// Readers of the secret in CodeBuild and Lambda, and the AWS CLI, which gets its own token.

const APP = 'test/acceptance/readers.app.ts';

let cloud: Cloud;
let deployed: Promise<Record<string, string>> | undefined;

/** The outputs of the stack, which is deployed for the first test that needs it. */
function outputs(): Promise<Record<string, string>> {
  return deployed ??= cloud.deploy(APP).then(() => cloud.outputsOf('Readers'));
}

beforeAll(async () => {
  cloud = await startCloud('readers');
});

afterAll(async () => {
  await cloud?.stop();
});

settles('wire-format-of-get-authorization-token', [], async () => {
  const { domain, on } = cloud.run;
  const repository = cloud.name('login');
  await cloud.aws('codeartifact', 'create-repository', '--domain', domain, '--repository', repository);
  const directory = mkdtempSync(join(tmpdir(), 'acceptance-login-'));
  // For npm and for the login, which writes to that file. HOME stays, where the AWS CLI has its profile.
  const npm = { NPM_CONFIG_USERCONFIG: join(directory, '.npmrc'), NPM_CONFIG_CACHE: join(directory, 'cache'), NPM_CONFIG_UPDATE_NOTIFIER: 'false' };
  const inFolder = (name: string, commands: string) => cloud.shell(npm, `cd ${join(directory, name)}\n${commands}`);
  const write = (folder: string, files: Record<string, string>) => Object.entries(files).forEach(([file, text]) => {
    mkdirSync(join(directory, folder), { recursive: true });
    writeFileSync(join(directory, folder, file), text);
  });
  try {
    const login = await cloud.shell(npm, `aws codeartifact login --tool npm --domain ${domain} --repository ${repository}`);
    expect(login).toContain('Successfully configured npm');
    write('source', {
      'package.json': JSON.stringify({ name: 'acceptance-login', version: '1.0.0', main: 'index.js', license: 'UNLICENSED' }),
      'index.js': "module.exports = 'hello';\n",
    });
    await inFolder('source', 'npm publish');
    write('project', { 'package.json': JSON.stringify({ name: 'project', private: true }) });
    await inFolder('project', 'npm install acceptance-login@1.0.0 --no-audit --no-fund');
    expect(await inFolder('project', 'node --print \'require("acceptance-login")\'')).toContain('hello');
    if (on === 'AWS') {
      const { registry } = JSON.parse(await cloud.shell(npm, 'npm config list --json'));
      const { repositoryEndpoint } = await cloud.aws('codeartifact', 'get-repository-endpoint',
        '--domain', domain, '--repository', repository, '--format', 'npm');
      expect(registry).toBe(repositoryEndpoint);
      expect(readFileSync(npm.NPM_CONFIG_USERCONFIG, 'utf8')).toContain(':_authToken=');
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

settles('codebuild-reads-at-start', ['CodeBuild'], async () => {
  const { Function: fn, Secret: secret } = await outputs();
  const first = await digestIn(secret);
  expect(await build('opens')).toMatchObject({ status: 'SUCCEEDED', exported: { STATUS: '200', DIGEST: first } });
  await invoke(fn, {});
  const second = await digestIn(secret);
  expect(second).not.toBe(first);
  expect(await build('opens')).toMatchObject({ status: 'SUCCEEDED', exported: { STATUS: '200', DIGEST: second } });

  // The same project with a role that may not read the secret.
  const denied = await build('denied');
  expect(denied.status).toBe('FAILED');
  expect(denied.messages).toMatch(/secretsmanager:GetSecretValue|Secrets Manager/i);
});

settles('five-minutes-of-cache', ['CodeBuild', 'layers of AWS'], async () => {
  const { ExtensionFunction, PowertoolsFunction } = await outputs();
  const [extension, powertools, agent] = await Promise.all([kept(ExtensionFunction), kept(PowertoolsFunction), build('agent')]);
  observe('five-minutes-of-cache',
    `the extension ${Math.round(extension.seconds)} s, Powertools ${powertools.seconds.toFixed(1)} s, the agent ${agent.exported.KEPT} s`);

  // It was read again from where it is kept, and what came after that was another one. Lambda stops the clock of a function that does nothing.
  expect(extension.reads).toBeGreaterThan(0);
  expect(extension.seconds).toBeGreaterThan(290);
  expect(extension.seconds).toBeLessThan(360);
  expect(powertools.reads).toBeGreaterThan(0);
  expect(powertools.seconds).toBeGreaterThan(4.5);
  expect(powertools.seconds).toBeLessThan(7);
  expect(agent).toMatchObject({ status: 'SUCCEEDED', exported: { REFRESH_NOW: 'yes' } });
  expect(Number(agent.exported.KEPT)).toBeGreaterThan(290);
  expect(Number(agent.exported.KEPT)).toBeLessThan(330);
});

interface Build {
  readonly status: string;
  /** The variables that it exports. */
  readonly exported: Record<string, string>;
  /** What its phases say. */
  readonly messages: string;
}

async function build(project: string): Promise<Build> {
  const { build: { id } } = await cloud.aws('codebuild', 'start-build', '--project-name', cloud.name(project));
  const { answer } = await cloud.eventually(`the build ${id} ends`, 45, async () => {
    const { builds: [one] } = await cloud.aws('codebuild', 'batch-get-builds', '--ids', id);
    return one.buildComplete ? one : undefined;
  });
  return {
    status: answer.buildStatus,
    exported: Object.fromEntries((answer.exportedEnvironmentVariables ?? []).map(({ name, value }: any) => [name, value])),
    messages: answer.phases.flatMap(({ contexts = [] }: any) => contexts.map(({ message }: any) => message)).filter(Boolean).join('\n'),
  };
}

/** How long a function got a value that was not the current one any more, and how often. */
async function kept(functionName: string): Promise<{ seconds: number; reads: number }> {
  const first = await invoke(functionName, { begin: true });
  const { answer } = first.seconds ? { answer: first } : await cloud.eventually(`${functionName} gets the current token`, 10, async () => {
    const next = await invoke(functionName, {});
    return next.seconds ? next : undefined;
  });
  return answer;
}

async function invoke(functionName: string, payload: object): Promise<any> {
  const answer = await cloud.invoke(functionName, payload);
  if (answer.errorMessage) {
    throw new Error(`${functionName}: ${JSON.stringify(answer)}`);
  }
  return answer;
}

async function digestIn(secret: string): Promise<string> {
  return createHash('sha256').update((await cloud.read(secret)).token).digest('hex');
}
