import { clients, publishers } from './clients';
import {
  environmentOf, expectSuccess, expiredToken, installs, newToken, projectOf, published, publishes, readersToken, shell, storeMavenPlugins,
} from './harness';
import { type Recipe, recipes } from './recipes';
import { testIfThere } from '../test-if-there';

test('every recipe is run, or says why not', () => {
  const run = new Set<string>([...clients, ...publishers].flatMap((one) => [one.recipe, 'several' in one ? one.several : undefined]).filter(Boolean) as string[]);

  expect(Object.entries<Recipe>(recipes).filter(([name, { untested }]) => run.has(name) === (untested !== undefined))).toEqual([]);
});

const packagesOf = (format: string) => ['greeting', format === 'npm' ? '@acme/farewell' : 'farewell'];

describe.each(publishers)('$name publishes, as in $recipe,', publisher => {
  const name = `greeting${publisher.recipe.toLowerCase()}`;

  testIfThere(publisher)('with a token that may, what a token that only reads installs', async () => {
    expectSuccess(await publishes(publisher, await newToken(), name));

    const reader = clients.find(({ format }) => format === publisher.format)!;
    await installs(reader, recipes[reader.recipe], await readersToken(), [name]);
  });

  testIfThere(publisher)('nothing with a token that only reads', async () => {
    const { code, output, requests } = await publishes(publisher, await readersToken(), `un${name}`);

    expect(code).not.toBe(0);
    expect(output).toMatch(/403|forbidden|authorized/i);
    expect(requests.filter(({ method }) => method !== 'GET')).not.toEqual([]);
  });

  testIfThere(publisher)('nothing with an expired token', async () => {
    const { code, requests } = await publishes(publisher, await expiredToken(), `un${name}`);

    expect(code === 0).toBe(publisher.unaware ?? false);
    expect(requests).not.toEqual([]);
    expect(requests.filter(({ opened }) => opened)).toEqual([]);
  });
});

describe.each(publishers.filter(({ format }) => format === 'maven'))('$name', publisher => {
  testIfThere(publisher)('publishes a snapshot, which Maven installs', async () => {
    const name = `snapshot${publisher.recipe.toLowerCase()}`;
    const maven = clients.find(({ recipe }) => recipe === 'maven')!;
    expectSuccess(await publishes(publisher, await newToken(), name, 'store', '1.0.0-SNAPSHOT'));

    await installs(maven, recipes.maven, await readersToken(), [name], { version: '1.0.0-SNAPSHOT' });
  });
});

describe.each(clients)('$name installs, as in $recipe,', client => {
  const recipe: Recipe = recipes[client.recipe];
  const [greeting, farewell] = packagesOf(client.format);

  beforeAll(async () => {
    if (client.recipe === 'mavenMirror' && !client.missing) {
      storeMavenPlugins();
    }
  });

  testIfThere(client)('with a live token, which is in no URL that it asks for', async () => {
    await published(client.format, greeting);
    const token = await readersToken();

    const { requests } = await installs(client, recipe, token, [greeting]);
    expect(requests.filter(({ path }) => path.includes(token))).toEqual([]);
  });

  testIfThere(client)('nothing with an expired token', async () => {
    await published(client.format, greeting);
    const environment = await environmentOf(await expiredToken(), client, recipe);

    const { code, requests } = await shell(recipe.command, client, projectOf(client, recipe, [greeting]), environment);
    expect(code).not.toBe(0);
    expect(requests).not.toEqual([]);
    expect(requests.filter(({ opened }) => opened)).toEqual([]);
  });

  if (client.several) {
    testIfThere(client)('packages of two repositories', async () => {
      await published(client.format, greeting);
      await published(client.format, farewell, 'own');

      const { requests } = await installs(client, recipes[client.several!], await readersToken(), [greeting, farewell]);
      expect(requests.some(({ path, opened }) => opened && path.includes('/store/'))).toBe(true);
      expect(requests.some(({ path, opened }) => opened && path.includes('/own/'))).toBe(true);
    });
  }

  for (const registry of client.names ?? []) {
    testIfThere(client)(`from a registry that the project calls ${registry}`, async () => {
      await published(client.format, greeting);
      const named = {
        ...recipe,
        packageManagers: recipe.packageManagers.replace("'store'", `'store', { name: '${registry}' }`),
        project: recipe.project && {
          ...recipe.project,
          text: recipe.project.text.replaceAll('"codeartifact"', `"${registry}"`)
            .replaceAll('CODEARTIFACT_MAVEN', `${registry.toUpperCase().replace('-', '_')}_MAVEN`),
        },
      };

      await installs(client, named, await readersToken(), [greeting]);
    });
  }
});
