import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { CodeartifactClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-codeartifact';
import { type Client, clients, PATH, type Publisher, publishers } from './clients';
import { packages } from './packages';
import { fill, type Recipe, recipes } from './recipes';
import { CodeArtifactStandIn, type RepositoryRequest } from '../../sandbox/codeartifact';

// Each package manager as its users run it, in a home of its own, where it finds its access and nothing else.

jest.setTimeout(60_000);

const TOKEN_SECONDS = 900;

let standIn: CodeArtifactStandIn;
const directories: string[] = [];
const publications = new Map<Client['format'], Promise<void>>();

beforeAll(async () => {
  standIn = new CodeArtifactStandIn({ region: 'eu-west-1', account: '111122223333', domains: [{ name: 'acme', repositories: ['store'] }] });
  await standIn.start();
});

afterAll(async () => {
  await standIn.stop();
  directories.forEach(directory => rmSync(directory, { recursive: true, force: true }));
});

const endpoint = (format: Client['format']) => standIn.repositoryUrl('acme', 'store', format);

async function newToken(): Promise<string> {
  const api = new CodeartifactClient({ region: 'eu-west-1', endpoint: standIn.url, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  const { authorizationToken } = await api.send(new GetAuthorizationTokenCommand({ domain: 'acme', durationSeconds: TOKEN_SECONDS }));
  return authorizationToken!;
}

async function expiredToken(): Promise<string> {
  const token = await newToken();
  standIn.advance(TOKEN_SECONDS);
  return token;
}

function directoryWith(files: Record<string, string> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'package-managers-'));
  directories.push(directory);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

interface Outcome {
  /** 0 when all went well. */
  readonly code: number | string;
  readonly output: string;
  /** What the package manager asked the repository for. */
  readonly requests: RepositoryRequest[];
}

/** For every command. Java would leave a file outside of the temporary directory, whatever that is. */
const BASE = { PATH, TMPDIR: tmpdir(), JAVA_TOOL_OPTIONS: '-XX:-UsePerfData' };

function run([command, ...args]: string[], cwd: string, environment: Record<string, string>): Promise<Outcome> {
  const before = standIn.repositoryRequests.length;
  return new Promise(resolve => execFile(command, args, { cwd, env: { ...BASE, ...environment } }, (error, stdout, stderr) => {
    resolve({ code: error?.code ?? 0, output: stdout + stderr, requests: standIn.repositoryRequests.slice(before) });
  }));
}

/** What a package manager finds in its environment: what the secret fills, in a home where the recipe was followed. */
async function environmentOf(token: string, { recipe: name, format, testOnly }: Client | Publisher): Promise<Record<string, string>> {
  const recipe: Recipe = recipes[name];
  const { variables: secure } = fill(recipe, () => endpoint(format).replace('http:', 'https:'), token);
  // The stand-in has no TLS, and a port, which is no part of the name of Bundler's variable.
  const variables = Object.fromEntries(Object.entries(secure).map(([variable, value]) =>
    [variable.replace(/:\d+$/, ''), value.replaceAll('https://', 'http://')]));
  const home = directoryWith();
  if (recipe.prepare) {
    expect(await run(['/bin/sh', '-c', recipe.prepare], home, { HOME: home, ...variables })).toMatchObject({ code: 0 });
  }
  return {
    HOME: home,
    JAVA_TOOL_OPTIONS: `${BASE.JAVA_TOOL_OPTIONS} -Duser.home=${home}`, // Java does not ask the environment where the home is
    ...testOnly,
    ...variables,
  };
}

/** Runs the command of the recipe, which finds this version of the package manager by the name that it has there. */
function follow({ recipe, program }: Client | Publisher, cwd: string, environment: Record<string, string>): Promise<Outcome> {
  const programs = directoryWith(Object.fromEntries(Object.entries(program)
    .map(([name, args]) => [name, `#!/bin/sh\nexec ${args.map(arg => `'${arg}'`).join(' ')} "$@"\n`])));
  Object.keys(program).forEach(name => chmodSync(join(programs, name), 0o755));
  return run(['/bin/sh', '-c', recipes[recipe].command], cwd, { ...environment, PATH: [programs, PATH].join(delimiter) });
}

const project = ({ recipe, format, project: files }: Client) => {
  const { project: own }: Recipe = recipes[recipe];
  return directoryWith(files(own?.text.replaceAll('ENDPOINT', endpoint(format)) ?? ''));
};

/** Makes the package, in a directory that it returns. */
async function make(format: Client['format']): Promise<string> {
  const directory = directoryWith(packages[format].sources);
  const command = packages[format].make;
  if (command) {
    expect(await run(command, directory, { HOME: directoryWith() })).toMatchObject({ code: 0 });
  }
  return directory;
}

/** Makes the package and brings it into the repository of its format, with a client if one can do that here. */
async function publish(format: Client['format']): Promise<void> {
  const directory = await make(format);
  const publisher = publishers.find(client => client.format === format);
  if (publisher) {
    expect(await follow(publisher, directory, await environmentOf(await newToken(), publisher))).toMatchObject({ code: 0 });
  } else {
    standIn.store('acme', 'store', format, packages[format].files!(directory, endpoint(format)));
  }
}

/** Publishes the package, unless it is there already. */
function published(format: Client['format']): Promise<void> {
  const publishing = publications.get(format) ?? publish(format);
  publications.set(format, publishing);
  return publishing;
}

// That what they publish is there is proven by those who install it.
describe.each(publishers)('$name', publisher => {
  test('publishes with a live token', () => published(publisher.format));

  test('publishes nothing with an expired token', async () => {
    const { code, requests } = await follow(publisher, await make(publisher.format), await environmentOf(await expiredToken(), publisher));

    expect(code).not.toBe(0);
    expect(requests).not.toEqual([]);
    expect(requests.filter(({ opened }) => opened)).toEqual([]);
  });
});

describe.each(clients)('$name', client => {
  const testIfThere = client.missing ? test.skip : test;
  if (client.missing) {
    console.warn(`${client.name} is not tested: this machine lacks ${client.missing}.`);
  }

  testIfThere('installs with a live token', async () => {
    await published(client.format);
    const token = await newToken();
    const environment = await environmentOf(token, client);
    const directory = project(client);

    const { code, output, requests } = await follow(client, directory, environment);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(requests.filter(({ path }) => path.includes(token))).toEqual([]);
    expect(await run(client.greet, directory, environment)).toMatchObject({ code: 0, output: expect.stringContaining('hello') });
  });

  testIfThere('installs nothing with an expired token', async () => {
    await published(client.format);
    const environment = await environmentOf(await expiredToken(), client);

    const { code, requests } = await follow(client, project(client), environment);
    expect(code).not.toBe(0);
    expect(requests).not.toEqual([]);
    expect(requests.filter(({ opened }) => opened)).toEqual([]);
  });
});
