import { newestClients } from './clients';
import { failures, NO_RETRIES, STATUSES } from './failures';
import { environmentOf, projectOf, readersToken, shell, standIn } from './harness';
import { type Recipe, recipes } from './recipes';
import { testIfThere } from '../test-if-there';

const CHALLENGE = { 'www-authenticate': ['Bearer realm="acme/store"', 'Basic realm="acme/store"'] };

describe('when a repository refuses', () => {
  afterEach(() => standIn.answerFromRepositories());

  describe.each(newestClients.filter(({ recipe }) => failures[recipe]))('$name, as in $recipe', client => {
    testIfThere(client).each(STATUSES.map((status, index) => [status, failures[client.recipe]![index]]))('with %i, prints `%s`, and no token', async (status, text) => {
      const recipe: Recipe = recipes[client.recipe];
      const token = await readersToken();
      const environment = { ...await environmentOf(token, client, recipe), ...NO_RETRIES };
      standIn.answerFromRepositories({
        status: status as number, headers: status === 401 ? CHALLENGE : {}, body: JSON.stringify({ message: 'User is not authorized to perform this' }),
      });

      const { code, output } = await shell(recipe.command, client, projectOf(client, recipe, ['greeting']), environment);
      expect(code).not.toBe(0);
      expect(output.replace(/\s+/g, ' ')).toContain(text);
      expect(output).not.toContain(token);
    });
  });
});
