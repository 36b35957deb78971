import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Client, clients, type Publisher, publishers, PYTHON, UV } from './clients';
import { directoryWith, endpoint, environmentOf, expectSuccess, newToken, readersToken, shell } from './harness';
import { recipes } from './recipes';
import { type EndpointOf, installing, publishing, type RecipeName, scriptOf, setUpOf } from '../acceptance/container-scripts';
import { testIfThere } from '../test-if-there';

// What test/acceptance/containers.test.ts runs in containers: here without them, with the clients of this machine.

const REALM = 'acme/store';
const https: EndpointOf = (repository, format) => `https://acme-111122223333.d.codeartifact.eu-west-1.amazonaws.com/${format}/${repository}/`;
const SHELLS = ['sh', 'bash', 'dash'].filter((name) => existsSync(`/bin/${name}`));

test.each([...publishing, ...installing])('the script of %s is one that the shells of the images can read', (recipe) => {
  const script = setUpOf(recipe, https) + scriptOf(recipe, https, REALM);
  for (const program of SHELLS) {
    expect(spawnSync(program, ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  }
  expect(script).not.toMatch(/STORE_|OWN_(URL|HOST|NAME)|undefined/);
});

// Each needs what those before it have published.
const RUN = ['npmPublish', 'npm', 'npmSeveral', 'uvPublish', 'twine', 'pip', 'pipNetrc', 'uvSeveral', 'cargoPublish', 'cargoSeveral'] as const;
for (const recipe of RUN) {
  const client = [...publishers, ...clients].find((one) => one.recipe === recipe || ('several' in one && one.several === recipe))!;
  testIfThere(client)(`the script of ${recipe} does what it is to do`, async () => {
    await runs(recipe, client);
  });
}

/** As in a container, but that the program of the package manager is that of this machine, and that the stand-in has no TLS. */
async function runs(recipe: RecipeName, client: Client | Publisher): Promise<void> {
  const token = await (publishing.includes(recipe) ? newToken() : readersToken());
  // What the recipe prepares is prepared by the script, in a home of its own.
  const environment = { ...await environmentOf(token, client, recipes[recipe]), PYTHONPATH: 'packages', HOME: directoryWith() };
  const script = scriptOf(recipe, endpoint, REALM);
  expectSuccess(await shell(script, { ...client, program: { python: [PYTHON], uv: UV, ...client.program } }, directoryWith(), environment));
}
