import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, newestClients, PYTHON } from './clients';
import {
  directoryWith, endpoint, environmentOf, expectSuccess, projectOf, published, readersToken, run, shell, standIn,
} from './harness';
import { lockFiles } from './lock-files';
import { type Recipe, recipes } from './recipes';
import { testIfThere } from '../test-if-there';

/** The same repository by another name, as one of another region is: no client takes the one for the other. */
const elsewhere = (repository: string, format: string) => endpoint(repository, format).replace('127.0.0.1', 'localhost');

const TEST_ONLY = {
  YARN_UNSAFE_HTTP_WHITELIST: '*',
  pnpm_config_minimum_release_age: '0', // it distrusts packages as young as these
};

const locked = new Map<Client, Promise<string>>();

/** The directory of a project that was installed with the registry elsewhere. */
function lockedElsewhere(client: Client): Promise<string> {
  const recipe: Recipe = recipes[client.recipe];
  const locking = locked.get(client) ?? (async () => {
    await published(client.format, 'greeting');
    const project = projectOf(client, recipe, ['greeting'], { repositoryUrl: elsewhere });
    const environment = await environmentOf(await readersToken(), client, recipe, elsewhere);
    expectSuccess(await shell(recipe.command, client, project, { ...environment, ...TEST_ONLY }));
    return project;
  })();
  locked.set(client, locking);
  return locking;
}

describe('a lock file of another registry', () => {
  for (const { recipe: name, file, command, works } of lockFiles) {
    const client = newestClients.find(({ recipe }) => recipe === name)!;
    testIfThere(client)(`${works ? 'installs' : 'does not install'} with ${command}`, async () => {
      const recipe: Recipe = recipes[name];
      const made = await lockedElsewhere(client);
      const project = projectOf(client, recipe, ['greeting']);
      cpSync(join(made, file), join(project, file));
      const environment = { ...await environmentOf(await readersToken(), client, recipe), ...TEST_ONLY };

      const { code, output, requests } = await shell(command, client, project, environment);
      const here = new URL(standIn.url).host;
      // Whoever asks elsewhere would get nothing there.
      const installed = code === 0 && requests.every(({ host }) => host === here);
      expect({ installed, output }).toEqual({ installed: works, output });
    });
  }
});

describe('pip-tools writes the index URL into requirements.txt,', () => {
  test.each([['pip', true], ['pipNetrc', false]] as const)('as in %s: with the token %s', async (name, leaks) => {
    await published('pypi', 'greeting');
    const client = newestClients.find(({ recipe }) => recipe === name)!;
    const token = await readersToken();
    const project = directoryWith({ 'requirements.in': 'greeting\n' });
    const environment = await environmentOf(token, client, recipes[name]);

    expectSuccess(await run([PYTHON, '-m', 'piptools', 'compile', '--quiet'], project, { ...environment, PIP_TOOLS_CACHE_DIR: join(project, 'cache') }));
    const written = readFileSync(join(project, 'requirements.txt'), 'utf8');
    expect(written).toContain('greeting==1.0.0');
    expect(written.includes(token)).toBe(leaks);
  });
});
