import { createHash } from 'node:crypto';
import { formatOf, installing, packageOf, publishing, type RecipeName } from './container-scripts';
import { succeeds } from './functions-helpers';
import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

// Containers on Fargate publish packages by the recipes of docs/recipes.md, and others install them. The packages of the first
// recipe of each format are those that all others install.

const APP = 'test/acceptance/containers.app.ts';
const NUGET = [...publishing, ...installing].filter((recipe) => formatOf(recipe) === 'nuget');
const SWIFT = [...publishing, ...installing].filter((recipe) => formatOf(recipe) === 'swift');
const GRADLE_SETTINGS: RecipeName[] = ['gradleSettings', 'gradleKotlin'];
const apart = [...NUGET, ...SWIFT, ...GRADLE_SETTINGS];
/** Fargate has no room for a task just now, or a new account not yet the role that ECS makes for itself. */
const LATER = /limit on the number of (vCPUs|tasks)|Capacity is unavailable|service[- ]linked role|ThrottlingException|Rate exceeded/i;

let cloud: Cloud;
let network: Record<string, string>;
/** How the container of each recipe ended. */
const ends = new Map<RecipeName, End>();

interface End {
  readonly exitCode?: number;
  readonly reason: string;
  readonly log: string;
}

beforeAll(async () => {
  cloud = await startCloud('ctr');
  const { domain } = cloud.run;
  for (const repository of ['store', 'own']) {
    await cloud.aws('codeartifact', 'create-repository', '--domain', domain, '--repository', cloud.name(repository));
  }
  // For the plug-ins of Maven and Gradle.
  await cloud.aws('codeartifact', 'associate-external-connection',
    '--domain', domain, '--repository', cloud.name('store'), '--external-connection', 'public:maven-central');
  await cloud.deploy(APP);
  network = await cloud.outputsOf('Network');
  await runAll(publishing);
  await runAll(installing);
});

afterAll(async () => {
  await cloud?.stop();
});

settles('recipes-that-publish', ['containers'], async () => {
  const recipes = publishing.filter((recipe) => !apart.includes(recipe));
  expectSuccess(recipes);
  // Yarn 1 reports success also where it published nothing.
  expect(await published()).toEqual(expect.arrayContaining(recipes.map((recipe) => `${formatOf(recipe)} ${packageOf(recipe)}`)));
});

settles('recipes-in-a-container', ['containers'], async () => {
  const recipes = installing.filter((recipe) => !apart.includes(recipe));
  expectSuccess(recipes);
  observe('recipes-in-a-container', `${recipes.length} recipes`);
});

settles('recipes-of-nuget', ['containers'], async () => {
  expectSuccess(NUGET);
});

settles('recipes-of-swift', ['containers'], async () => {
  expectSuccess(SWIFT);
  expect(await published()).toContain('swift greeting');
});

settles('recipes-of-the-gradle-command', ['containers'], async () => {
  expectSuccess(GRADLE_SETTINGS);
});

settles('tarballs-with-a-port', ['containers'], async () => {
  const { domain } = cloud.run;
  const { authorizationToken } = await cloud.aws('codeartifact', 'get-authorization-token', '--domain', domain, '--duration-seconds', '900');
  const { repositoryEndpoint } = await cloud.aws('codeartifact', 'get-repository-endpoint',
    '--domain', domain, '--repository', cloud.name('store'), '--format', 'npm');
  const names = publishing.filter((recipe) => formatOf(recipe) === 'npm').map(packageOf);
  // npm asks for the short form, and others for the long one.
  for (const accept of ['application/vnd.npm.install-v1+json', 'application/json']) {
    for (const name of names) {
      const response = await fetch(`${repositoryEndpoint}${name}`, { headers: { authorization: `Bearer ${authorizationToken}`, accept } });
      expect(response.status).toBe(200);
      const { versions } = await response.json() as any;
      expect(versions['1.0.0'].dist.tarball).toMatch(/^https:\/\/[^/:]+:443\//);
    }
  }
  expectSuccess(installing.filter((recipe) => formatOf(recipe) === 'npm'));
});

settles('ecs-reads-at-start', ['containers'], async () => {
  const { Function: fn, Secret: secret } = await readers();
  const first = await digestIn(secret);
  const before = await start('reads');
  try {
    await printed('reads/reads', before, first);
    expect(await succeeds(cloud, fn)).toBe(true);
    const second = await digestIn(secret);
    expect(second).not.toBe(first);

    const after = await start('reads');
    try {
      const { timestamp } = await printed('reads/reads', after, second);
      // The one that was started before goes on with what it has.
      const later = await cloud.eventually('the container that was started first goes on', 5, async () => {
        const lines = await linesOf('reads/reads', before);
        return lines.some((line) => line.timestamp > timestamp) ? lines : undefined;
      });
      expect(new Set(later.answer.map(({ digest }) => digest))).toEqual(new Set([first]));
    } finally {
      await stopTask(after);
    }
  } finally {
    await stopTask(before);
  }

  // The role of the task may read here, and the execution role may not.
  const denied = await start('denied');
  const { stopCode, stoppedReason } = await stopped(denied, 10);
  expect(stopCode).toBe('TaskFailedToStart');
  expect(stoppedReason).toContain('secretsmanager:GetSecretValue');
  expect(stoppedReason).toContain(cloud.name('without-reading'));
});

// App Runner has been closed to new customers since 30 April 2026: this is the half of AWS Batch.
settles('batch-reads-at-start', ['containers'], async () => {
  const { Function: fn, Secret: secret, JobQueue: queue, JobDefinition: definition } = await readers();
  const first = await digestIn(secret);
  const before = await submit(queue, definition);
  try {
    await jobPrinted(before, first);
    expect(await succeeds(cloud, fn)).toBe(true);
    const second = await digestIn(secret);
    expect(second).not.toBe(first);

    const after = await submit(queue, definition);
    try {
      const { timestamp } = await jobPrinted(after, second);
      const later = await cloud.eventually('the job that was started first goes on', 5, async () => {
        const lines = await linesOfStream(await streamOf(before));
        return lines.some((line) => line.timestamp > timestamp) ? lines : undefined;
      });
      expect(new Set(later.answer.map(({ digest }) => digest))).toEqual(new Set([first]));
    } finally {
      await terminate(after);
    }
  } finally {
    await terminate(before);
  }
});

/** Runs the containers of recipes, as many at once as the account takes, and keeps how each ended. */
async function runAll(recipes: RecipeName[]): Promise<void> {
  const waiting = [...recipes];
  const running = new Map<string, RecipeName>();
  await cloud.eventually(`the containers of ${recipes.length} recipes end`, 60, async () => {
    while (waiting.length > 0) {
      const task = await tryToStart(waiting[0]);
      if (!task) {
        break;
      }
      running.set(task, waiting.shift()!);
    }
    if (running.size > 0) {
      const { tasks } = await cloud.aws('ecs', 'describe-tasks', '--cluster', cloud.name('cluster'), '--tasks', ...running.keys());
      for (const { taskArn, lastStatus, stoppedReason, containers: [{ exitCode, reason }] } of tasks) {
        if (lastStatus !== 'STOPPED') {
          continue;
        }
        const recipe = running.get(taskArn)!;
        running.delete(taskArn);
        if (exitCode === undefined && !ends.has(recipe)) {
          waiting.push(recipe); // it did not start: an image that could not be pulled may be there the second time
        }
        const log = await endOfLog(`${recipe}/recipe/${idOf(taskArn)}`);
        ends.set(recipe, { exitCode, reason: [stoppedReason, reason].filter(Boolean).join(': '), log });
      }
    }
    return waiting.length + running.size === 0 ? true : undefined;
  });
}

function expectSuccess(recipes: RecipeName[]): void {
  const failed = recipes.filter((recipe) => ends.get(recipe)?.exitCode !== 0).map((recipe) => {
    const { exitCode = 'none', reason, log } = ends.get(recipe) ?? { reason: 'it was not run', log: '' };
    return `The container of ${recipe}: exit code ${exitCode}, ${reason}\n${log}`;
  });
  if (failed.length > 0) {
    throw new Error(failed.join('\n\n'));
  }
}

/** The packages in the repository `store`, by format and name, in the case of the recipes' names where CodeArtifact knows none. */
async function published(): Promise<string[]> {
  const { packages } = await cloud.aws('codeartifact', 'list-packages', '--domain', cloud.run.domain, '--repository', cloud.name('store'));
  return packages.map(({ format, package: name }: any) => `${format} ${name.toLowerCase()}`);
}

async function readers(): Promise<Record<string, string>> {
  await cloud.deploy(APP, { readers: 'yes' });
  return cloud.outputsOf('Network');
}

const idOf = (taskArn: string) => taskArn.slice(taskArn.lastIndexOf('/') + 1);

/** Starts the task of that name, or answers undefined where there is no room for it yet. */
async function tryToStart(name: string): Promise<string | undefined> {
  const { Subnets, SecurityGroupId } = network;
  try {
    const { tasks, failures } = await cloud.aws('ecs', 'run-task', '--cluster', cloud.name('cluster'), '--task-definition', cloud.name(name),
      '--launch-type', 'FARGATE', '--network-configuration', JSON.stringify({
        awsvpcConfiguration: { subnets: Subnets.split(','), securityGroups: [SecurityGroupId], assignPublicIp: 'ENABLED' },
      }));
    if (tasks.length === 0) {
      throw new Error(failures.map(({ reason }: any) => reason).join(', '));
    }
    return tasks[0].taskArn;
  } catch (error) {
    if (LATER.test(String(error))) {
      return undefined;
    }
    throw error;
  }
}

async function start(name: string): Promise<string> {
  return (await cloud.eventually('Fargate has room for a task: its quota of vCPUs may be used up', 15, () => tryToStart(name))).answer;
}

async function stopped(task: string, minutes: number): Promise<{ stopCode: string; stoppedReason: string }> {
  const { answer } = await cloud.eventually(`the task ${task} ends`, minutes, async () => {
    const { tasks: [described] } = await cloud.aws('ecs', 'describe-tasks', '--cluster', cloud.name('cluster'), '--tasks', task);
    return described.lastStatus === 'STOPPED' ? described : undefined;
  });
  return answer;
}

async function stopTask(task: string): Promise<void> {
  await cloud.aws('ecs', 'stop-task', '--cluster', cloud.name('cluster'), '--task', task);
}

interface Line {
  readonly timestamp: number;
  readonly digest: string;
}

/** The events of a stream of the log, or none where there is no stream yet. */
async function eventsOf(stream: string, limit: string): Promise<{ timestamp: number; message: string }[]> {
  try {
    const { events } = await cloud.aws('logs', 'get-log-events',
      '--log-group-name', cloud.name('containers'), '--log-stream-name', stream, '--limit', limit);
    return events;
  } catch (error) {
    if (String(error).includes('ResourceNotFoundException')) {
      return [];
    }
    throw error;
  }
}

async function linesOfStream(stream: string | undefined): Promise<Line[]> {
  const events = stream ? await eventsOf(stream, '1000') : [];
  return events.map(({ timestamp, message }) => ({ timestamp, digest: message.split(' ')[0] }));
}

const linesOf = (prefix: string, task: string) => linesOfStream(`${prefix}/${idOf(task)}`);

/** The end of a log. Whatever is as long as a token is taken out of it. */
async function endOfLog(stream: string): Promise<string> {
  const events = await eventsOf(stream, '60');
  return events.map(({ message }) => message.replace(/[\w.=-]{100,}/g, '<long>')).join('\n');
}

/** The first line that a task has printed, which has to be this digest. */
async function printed(prefix: string, task: string, digest: string): Promise<Line> {
  const what = `the task ${task} prints what it has in its environment`;
  const { answer } = await cloud.eventually(what, 10, async () => (await linesOf(prefix, task)).at(0));
  expect(answer.digest).toBe(digest);
  return answer;
}

/** The digest of what containers get of a secret. */
async function digestIn(secret: string): Promise<string> {
  const { token: value } = await cloud.read(secret);
  return createHash('sha256').update(JSON.parse(value).NPMRC).digest('hex');
}

async function submit(queue: string, definition: string): Promise<string> {
  const { jobId } = await cloud.aws('batch', 'submit-job', '--job-name', cloud.name('reads'), '--job-queue', queue, '--job-definition', definition);
  return jobId;
}

async function terminate(job: string): Promise<void> {
  await cloud.aws('batch', 'terminate-job', '--job-id', job, '--reason', 'the test has seen enough');
}

/** The stream of the log of a job, once it runs. */
async function streamOf(job: string): Promise<string | undefined> {
  const { jobs: [{ status, statusReason, container }] } = await cloud.aws('batch', 'describe-jobs', '--jobs', job);
  if (status === 'FAILED') {
    throw new Error(`The job failed: ${statusReason} ${container?.reason ?? ''}`);
  }
  return container?.logStreamName;
}

async function jobPrinted(job: string, digest: string): Promise<Line> {
  const what = `the job ${job} prints what it has in its environment`;
  const { answer } = await cloud.eventually(what, 15, async () => (await linesOfStream(await streamOf(job))).at(0));
  expect(answer.digest).toBe(digest);
  return answer;
}
