/** Writes the recipes that the tests run into docs/package-managers.md, between its two marks. */
import { keepSection } from '../generated-section';
import { fill, type Recipe, recipes } from './recipes';

const HOST = 'acme-111122223333.d.codeartifact.eu-west-1.amazonaws.com';

const block = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;

function section(recipe: Recipe): string {
  const { endpoint, variables } = fill(recipe, (format) => `https://${HOST}/${format}/store/`, '<token>');
  const lines = Object.entries(variables)
    .filter(([variable]) => variable !== 'CODEARTIFACT_AUTH_TOKEN')
    .map(([variable, value]) => `${variable}=${value}`);
  return [
    `### ${recipe.title}\n`,
    recipe.untested ? `(${recipe.untested})\n` : undefined,
    block('ts', `format: SecretFormat.json(${recipe.packageManager}),`),
    block('ini', lines.join('\n')),
    recipe.project ? `In \`${recipe.project.file}\`:\n\n${block(recipe.project.language, recipe.project.text.replaceAll('ENDPOINT', endpoint))}` : undefined,
    block('sh', [recipe.prepare, recipe.command.replaceAll('ENDPOINT', endpoint)].filter(Boolean).join('\n')),
  ].filter(Boolean).join('\n');
}

keepSection('package-managers.md', 'the recipes', Object.values<Recipe>(recipes).map(section).join('\n'));
