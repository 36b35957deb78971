import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { CodeartifactClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-codeartifact';
import { CLIENTS, type Client, type Format, JVM, PATH, type Publisher, publishers } from './clients';
import { packages } from './packages';
import { fill, type Recipe, recipes, type Repository, withEndpoints } from './recipes';
import { CodeArtifactStandIn, type RepositoryRequest } from '../../sandbox/codeartifact';

// Each package manager as its users run it, in a home of its own, where it finds its access and nothing else.

const TOKEN_SECONDS = 900;
const READER = 'READER';

export let standIn: CodeArtifactStandIn;
const directories: string[] = [];
const publications = new Map<string, Promise<void>>();

beforeAll(async () => {
  if (!existsSync(CLIENTS)) {
    throw new Error('The package managers are not installed: run `node sandbox/clients.mjs` first.');
  }
  standIn = new CodeArtifactStandIn({
    region: 'eu-west-1', account: '111122223333', domains: [{ name: 'acme', repositories: ['store', 'own'] }], readerAccessKeyId: READER,
  });
  await standIn.start();
});

afterAll(async () => {
  await standIn.stop();
  directories.forEach(directory => rmSync(directory, { recursive: true, force: true }));
});

export const endpoint = (repository: string, format: string) => standIn.repositoryUrl('acme', repository, format);

/** A token that publishes, or one that only reads. */
export async function newToken(accessKeyId = 'PUBLISHER'): Promise<string> {
  const api = new CodeartifactClient({ region: 'eu-west-1', endpoint: standIn.url, credentials: { accessKeyId, secretAccessKey: 'test' } });
  const { authorizationToken } = await api.send(new GetAuthorizationTokenCommand({ domain: 'acme', durationSeconds: TOKEN_SECONDS }));
  return authorizationToken!;
}

export const readersToken = () => newToken(READER);

export async function expiredToken(): Promise<string> {
  const token = await newToken();
  standIn.advance(TOKEN_SECONDS);
  return token;
}

export function directoryWith(files: Record<string, string> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'package-managers-'));
  directories.push(directory);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

export interface Outcome {
  /** 0 when all went well. */
  readonly code: number | string;
  readonly output: string;
  /** What the package manager asked the repositories for. */
  readonly requests: RepositoryRequest[];
}

/** For every command. Java and sbt would leave files outside of the temporary directory, whatever that is. */
const BASE = { PATH, TMPDIR: tmpdir(), XDG_RUNTIME_DIR: tmpdir(), JAVA_TOOL_OPTIONS: '-XX:-UsePerfData -XX:TieredStopAtLevel=1 -XX:+UseSerialGC' };

export function run([command, ...args]: string[], cwd: string, environment: Record<string, string>): Promise<Outcome> {
  const before = standIn.repositoryRequests.length;
  return new Promise(resolve => {
    const child = execFile(command, args, { cwd, env: { ...BASE, ...environment }, timeout: 500_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code ?? String(error.signal) : 0, output: stdout + stderr, requests: standIn.repositoryRequests.slice(before) });
    });
    child.stdin!.end(); // pip asks for a password where the one that it has is refused
  });
}

/** With all that a command printed, where it did not succeed. */
export function expectSuccess({ code, output }: Outcome): void {
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
}

/** What a package manager finds in its environment: what the secret fills, in a home where the recipe was followed. */
export async function environmentOf(
  token: string, { format, testOnly }: Client | Publisher, recipe: Recipe, repositoryUrl = endpoint,
): Promise<Record<string, string>> {
  const filled = fill(recipe, (repository) => repositoryUrl(repository, format).replace('http:', 'https:'), token);
  // The stand-in has no TLS, and a port, which is no part of the name of Bundler's variable, nor of a host in a netrc file.
  const variables = Object.fromEntries(Object.entries(filled).map(([variable, value]) => [
    variable.replace(/:\d+$/, ''), value.replaceAll('https://', 'http://').replace(/^(machine [\w.]+):\d+/gm, '$1'),
  ]));
  const home = directoryWith();
  if (recipe.prepare) {
    expectSuccess(await run(['/bin/sh', '-c', recipe.prepare], home, { HOME: home, ...variables }));
  }
  return {
    HOME: home,
    JAVA_TOOL_OPTIONS: `${BASE.JAVA_TOOL_OPTIONS} -Duser.home=${home}`, // Java does not ask the environment where the home is
    YARN_CACHE_FOLDER: join(home, '.yarn-cache'), // root has another one, for which Yarn 1 does not ask HOME
    ...testOnly,
    ...variables,
  };
}

/** Runs a shell command, which finds this version of the package manager by the name that it has for its users. */
export function shell(command: string, { program }: Client | Publisher, cwd: string, environment: Record<string, string>): Promise<Outcome> {
  const programs = directoryWith(Object.fromEntries(Object.entries(program)
    .map(([name, args]) => [name, `#!/bin/sh\nexec ${args.map(arg => `'${arg}'`).join(' ')} "$@"\n`])));
  Object.keys(program).forEach(name => chmodSync(join(programs, name), 0o755));
  return run(['/bin/sh', '-c', command], cwd, { ...environment, PATH: [programs, PATH].join(delimiter) });
}

/** The text of a recipe for the project's own file, in which the package manager calls the repository by a name of the project's. */
function textOf({ project }: Recipe, format: Format, repositoryUrl = endpoint): string {
  return withEndpoints(project?.text ?? '', repository => repositoryUrl(repository, format));
}

/** Files of a project, whose packages are of a version. */
function ofVersion(version: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll('1.0.0', version)]));
}

interface Circumstances {
  readonly version?: string;
  /** Where the project finds the repositories. */
  readonly repositoryUrl?: typeof endpoint;
  /** Further variables. */
  readonly variables?: Record<string, string>;
}

/** The directory of a project that wants packages, as a recipe has it. */
export function projectOf(client: Client, recipe: Recipe, names: string[], { version = '1.0.0', repositoryUrl }: Circumstances = {}): string {
  return directoryWith(ofVersion(version, client.project(textOf(recipe, client.format, repositoryUrl), names)));
}

/** Installs by a recipe, and runs what was installed. */
export async function installs(
  client: Client, recipe: Recipe, token: string, names: string[], circumstances: Circumstances = {},
): Promise<Outcome> {
  const { version = '1.0.0', repositoryUrl, variables } = circumstances;
  const environment = { ...await environmentOf(token, client, recipe, repositoryUrl), ...variables };
  const directory = projectOf(client, recipe, names, circumstances);
  const outcome = await shell(recipe.command, client, directory, environment);
  expectSuccess(outcome);
  for (const name of names) {
    const { code, output } = await run(client.greet(name).map(arg => arg.replace('1.0.0', version)), directory, environment);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('hello') });
  }
  return outcome;
}

/** Makes a package and publishes it by a recipe. */
export async function publishes(
  publisher: Publisher, token: string, name: string, repository: Repository = 'store', version = '1.0.0',
): Promise<Outcome> {
  const recipe: Recipe = recipes[publisher.recipe];
  // What publishes to another repository is told so.
  const repositoryUrl = (of: string, format: string) => endpoint(of === 'store' ? repository : of, format);
  const { sources, make } = packages[publisher.format];
  const own = publisher.sources?.(name, textOf(recipe, publisher.format, repositoryUrl));
  const directory = directoryWith(ofVersion(version, { ...sources(name), ...own }));
  const made = make?.(name);
  if (made) {
    expectSuccess(await run(made, directory, { HOME: directoryWith() }));
  }
  return shell(recipe.command.replace('greeting-1.0.0', `${name}-1.0.0`), publisher, directory,
    await environmentOf(token, publisher, recipe, repositoryUrl));
}

/** Publishes a package, unless it is there already. */
export function published(format: Format, name: string, repository: Repository = 'store'): Promise<void> {
  const key = `${format} ${repository} ${name}`;
  const publisher = publishers.find(one => one.format === format)!;
  const publishing = publications.get(key) ?? newToken().then(token => publishes(publisher, token, name, repository))
    .then(expectSuccess);
  publications.set(key, publishing);
  return publishing;
}

/** Puts into a repository the plug-ins of Maven, as one has them that Maven Central is upstream of. */
export function storeMavenPlugins(): void {
  const root = join(JVM, 'plugins');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(file => file.isFile() && !file.name.startsWith('maven-metadata'));
  standIn.store('acme', 'store', 'maven', Object.fromEntries(files.map(({ parentPath, name }) =>
    [join(parentPath, name).slice(root.length + 1), readFileSync(join(parentPath, name))])));
}
