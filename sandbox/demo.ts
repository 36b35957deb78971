/**
 * The main job, for real but for AWS: deploys `examples/ecs-service` to the embedded cloud, waits for its schedule to
 * replace the token, and installs a private package with it as the container would. Cleans up after itself.
 *
 *     npm run demo
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { color, Listr, PRESET_TIMER } from 'listr2';
import { EmbeddedCloud } from './embedded-cloud';
import { npmPublish } from './npm-publish';

const APP = 'examples/ecs-service/app.ts';
const PACKAGE = '@acme/server';
const EXPIRES_AT = 'codeartifact:expires-at';

type SecretState = Awaited<ReturnType<EmbeddedCloud['read']>>;

interface Context {
  cloud: EmbeddedCloud;
  secretArn: string;
  first: SecretState;
  second: SecretState;
  installed: string;
  refused: string;
}

const home = mkdtempSync(join(tmpdir(), 'sandbox-demo-'));
let cloud: EmbeddedCloud | undefined;

async function cleanUp(): Promise<void> {
  await cloud?.stop();
  rmSync(home, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
}

const tasks = new Listr<Context>([
  {
    title: 'Start the embedded cloud: MiniStack with IAM enforced, and a stand-in for CodeArtifact',
    task: async (context) => {
      context.cloud = cloud = await EmbeddedCloud.start();
    },
  },
  {
    title: `npm publish ${PACKAGE}, a private package, to the repository npm-store`,
    task: async (context) => {
      const { authorizationToken } = await context.cloud.aws('codeartifact', 'get-authorization-token', '--domain', 'acme');
      const manifest = { name: PACKAGE, version: '1.0.0', bin: { 'acme-server': 'server.js' } };
      await npmPublish(await context.cloud.repositoryUrl('npm'), authorizationToken, manifest, {
        'server.js': '#!/usr/bin/env node\nconsole.log("the private package runs");\n',
      });
    },
  },
  {
    title: `cdk deploy ${APP}`,
    task: async (context, task) => {
      task.output = 'bootstrapping';
      await context.cloud.cdk.bootstrap();
      task.output = 'deploying';
      const { succeeded, output } = await context.cloud.cdk.deploy(APP);
      if (!succeeded) {
        throw new Error(output);
      }
    },
  },
  {
    title: 'The secret that the ECS task definition points at holds the first token',
    task: async (context, task) => {
      context.secretArn = (await container(context.cloud)).secrets[0].valueFrom;
      context.first = await context.cloud.read(context.secretArn);
      task.title += color.dim(` (version ${context.first.versionId.slice(0, 8)})`);
    },
  },
  {
    title: 'The schedule replaces it (sped up from an hour to a minute)',
    task: async (context, task) => {
      const { Schedules: [{ Name }] } = await context.cloud.aws('scheduler', 'list-schedules');
      await context.cloud.speedUpSchedule(Name);
      task.output = 'waiting for the schedule';
      context.second = await context.cloud.readAfter(context.secretArn, context.first.versionId, (seconds) => {
        if (process.stdout.isTTY) { // elsewhere each of these is a line of its own
          task.output = `waiting for ${Math.round(seconds / 10)}0 s`;
        }
      });
      task.title += color.dim(` (version ${context.second.versionId.slice(0, 8)})`);
    },
  },
  {
    title: `The command of the container, with its variables: npm install ${PACKAGE}, and run it`,
    task: async (context) => {
      context.installed = await runContainer(context.cloud, context.second.token);
    },
  },
  {
    title: 'Twelve hours after the deployment, the first token is refused and the current one is not',
    task: async (context) => {
      const { codeartifact } = context.cloud;
      codeartifact.advance((Date.parse(context.first.tags[EXPIRES_AT]) - codeartifact.now) / 1000 + 10);
      context.refused = await runContainer(context.cloud, context.first.token).then(
        () => { throw new Error('the expired token still works'); },
        ({ stderr }) => stderr.split('\n').find((line: string) => line.startsWith('npm error')),
      );
      await runContainer(context.cloud, (await context.cloud.read(context.secretArn)).token);
    },
  },
  {
    title: `cdk destroy ${APP}`,
    task: async (context) => {
      const { succeeded, output } = await context.cloud.cdk.destroy(APP);
      if (!succeeded) {
        throw new Error(output);
      }
    },
  },
], {
  registerSignalListeners: false, // its own leave at once, and nothing would be cleaned up
  rendererOptions: { collapseErrors: false, timer: PRESET_TIMER },
  fallbackRendererOptions: { timer: PRESET_TIMER },
});

/** The container of the only task definition, as ECS has it. */
async function container(embedded: EmbeddedCloud): Promise<any> {
  const { taskDefinitionArns: [arn] } = await embedded.aws('ecs', 'list-task-definitions');
  const { taskDefinition } = await embedded.aws('ecs', 'describe-task-definition', '--task-definition', arn);
  return taskDefinition.containerDefinitions[0];
}

/** Runs the command of the container on this machine, with the address of CodeArtifact replaced by that of the stand-in. */
async function runContainer(embedded: EmbeddedCloud, token: string): Promise<string> {
  const { command, environment, secrets } = await container(embedded);
  const registry = embedded.codeartifact.repositoryUrl('acme', 'npm-store', 'npm');
  const here = (text: string) => text
    .replace(/https:\/\/acme-[^/]+\/npm\/npm-store\//g, registry)
    .replace(/\/\/acme-[^/]+\/npm\/npm-store\//g, registry.replace('http:', ''));
  const directory = mkdtempSync(join(home, 'container-'));
  const { stdout } = await promisify(execFile)(command[0], command.slice(1).map(here), {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      ...Object.fromEntries(environment.map(({ name, value }: any) => [name, here(value)])),
      [secrets[0].name]: token,
    },
  });
  return stdout.trim().split('\n').at(-1)!;
}

tasks.run().then(({ secretArn, first, second, installed, refused }) => {
  console.log(`
${color.bold('The secret')}        ${secretArn}
  tag             ${EXPIRES_AT} = ${second.tags[EXPIRES_AT]}
  AWSPREVIOUS     ${first.versionId}  ${color.dim('made by the deployment')}
  AWSCURRENT      ${second.versionId}  ${color.dim('made by the schedule')}
${color.bold(`npm install ${PACKAGE}`)}
  current token   ${color.green(installed)}
  expired token   ${color.red(refused)}
`);
}, () => { process.exitCode = 1; }).finally(cleanUp);
