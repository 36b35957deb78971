/** Writes the recipes that the tests run into docs/recipes.md, and what they prove into docs/package-managers.md, between their marks. */
import { keepSection, table } from '../generated-section';
import { clients, publishers } from './clients';
import { failures, STATUSES } from './failures';
import { lockFiles } from './lock-files';
import { fill, type Recipe, recipes, withEndpoints } from './recipes';

const HOST = 'acme-111122223333.d.codeartifact.eu-west-1.amazonaws.com';

const block = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;

const shown = new Set<string>();

function section(recipe: Recipe): string {
  let format = 'pypi'; // of Pipenv, which needs no package manager
  const endpointOf = (repository: string, of = format) => `https://${HOST}/${format = of}/${repository}/`;
  const variables = Object.entries(fill(recipe, endpointOf, '<token>'))
    .filter(([variable]) => variable !== 'CODEARTIFACT_AUTH_TOKEN')
    .map(([variable, value]) => `${variable}=${value}`)
    .join('\n');
  const { project } = recipe;
  const isNew = variables !== '' && !shown.has(variables);
  shown.add(variables);
  return [
    `### ${recipe.title}\n`,
    recipe.note && `${recipe.note}\n`,
    recipe.untested && `(${recipe.untested})\n`,
    block('ts', `${recipe.publishes ? "publishTo: ['store'],\n" : ''}format: SecretFormat.json(${recipe.packageManagers.replaceAll('), ', '),\n  ')}),`),
    isNew && block('ini', variables),
    project && `In \`${project.file}\`:\n\n${block(project.language, withEndpoints(project.text, endpointOf))}`,
    block('sh', withEndpoints([recipe.prepare, recipe.command].filter(Boolean).join('\n'), endpointOf)),
  ].filter(Boolean).join('\n');
}

keepSection('recipes.md', 'the recipes', Object.values<Recipe>(recipes).map(section).join('\n'));

interface Row {
  readonly manager: string;
  readonly factories: string;
  readonly several: string;
  readonly names: string;
  /** How the tests call its versions, and its recipes. */
  readonly clients: RegExp;
}

const SCOPES = 'one without a scope, and scopes';
const DOTS = 'letters, digits, `.`, `-`, `_`';
const HYPHENS = 'letters, digits, `-`, `_`';
const ROWS: Row[] = [
  { manager: 'npm', factories: 'npm', several: SCOPES, names: '', clients: /^npm/ },
  { manager: 'pnpm', factories: 'pnpm', several: SCOPES, names: '', clients: /^pnpm/ },
  { manager: 'Yarn 1', factories: 'yarnClassic', several: SCOPES, names: '', clients: /^yarnClassic/ },
  { manager: 'Yarn 2+', factories: 'yarn', several: SCOPES, names: '', clients: /^yarn(Publish)?$/ },
  { manager: 'Bun', factories: 'npm', several: SCOPES, names: '', clients: /^bun(Publish)?$/ },
  { manager: 'pip', factories: 'pip', several: 'by an upstream', names: '', clients: /^pip(Netrc)?$/ },
  { manager: 'Pipenv', factories: '', several: 'in `Pipfile`', names: '', clients: /^pipenv$/ },
  { manager: 'uv', factories: 'uv', several: 'a default and further indexes', names: DOTS, clients: /^uv/ },
  { manager: 'Poetry', factories: 'poetry', several: 'sources', names: HYPHENS, clients: /^poetry/ },
  { manager: 'PDM', factories: 'pdm', several: 'by an upstream', names: '', clients: /^pdm/ },
  { manager: 'Hatch', factories: 'hatch', several: 'by an upstream', names: '', clients: /^hatch/ },
  { manager: 'twine', factories: 'twine', several: 'one', names: '', clients: /^twine/ },
  { manager: 'Maven', factories: 'maven', several: 'servers and repositories', names: DOTS, clients: /^maven/ },
  { manager: 'Gradle', factories: 'gradle', several: 'repositories', names: HYPHENS, clients: /^gradle/ },
  { manager: 'sbt', factories: 'gradle', several: 'resolvers', names: '', clients: /^sbt/ },
  { manager: 'NuGet, dotnet', factories: 'nuget', several: 'sources', names: 'letters, digits, `_`; case counts', clients: /^nuget/ },
  { manager: 'Cargo', factories: 'cargo', several: 'registries', names: HYPHENS, clients: /^cargo/ },
  { manager: 'Bundler, RubyGems', factories: 'bundler', several: 'all of the host', names: '', clients: /^(bundler|gem)/ },
  { manager: 'Swift', factories: 'swift', several: 'all of the host', names: '', clients: /^swift/ },
];

const provenBy = (row: Row, versions: { name: string; recipe: string }[]) =>
  [...new Set(versions.filter(({ recipe }) => row.clients.test(recipe)).map(({ name }) => name.split(',')[0]))];

keepSection('package-managers.md', 'the table', table(
  ['', '`PackageManager`', 'installs', 'publishes', 'several repositories', 'names'],
  ROWS.map((row) => {
    const none = ['NuGet, dotnet', 'Swift'].includes(row.manager) ? 'not run' : 'no';
    return [
      row.manager, row.factories && `\`${row.factories}\``, provenBy(row, clients).join(', ') || none, provenBy(row, publishers).join(', ') || none,
      row.several, row.names,
    ];
  }),
));

const titleOf = (recipe: keyof typeof recipes) => recipes[recipe].title;

keepSection('package-managers.md', 'the lock files', table(
  ['', 'command', 'installs', ''],
  lockFiles.map(({ recipe, command, works, note }) => [titleOf(recipe), `\`${command}\``, works ? 'yes' : 'no', note]),
));

keepSection('package-managers.md', 'the failures', table(
  ['', ...STATUSES.map(String)],
  Object.entries(failures).map(([recipe, texts]) => [titleOf(recipe as keyof typeof recipes), ...texts.map((text) => `\`${text}\``)]),
));
