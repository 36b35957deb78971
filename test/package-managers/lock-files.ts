import { type recipes } from './recipes';

/** What comes of a lock file that was made with another registry. */
export interface LockFile {
  readonly recipe: keyof typeof recipes;
  readonly file: string;
  readonly command: string;
  /** Whether it installs. */
  readonly works: boolean;
  readonly note: string;
}

export const lockFiles: LockFile[] = [
  {
    recipe: 'npm',
    file: 'package-lock.json',
    command: 'npm ci',
    works: false,
    note: 'It has the URL of each package. npm itself puts the own registry only in the place of registry.npmjs.org.',
  },
  { recipe: 'npm', file: 'package-lock.json', command: 'npm ci --replace-registry-host=always', works: true, note: 'The setting may be in the `.npmrc` of the project.' },
  { recipe: 'pnpm', file: 'pnpm-lock.yaml', command: 'pnpm install --frozen-lockfile', works: true, note: 'It has no URLs.' },
  {
    recipe: 'yarnClassic',
    file: 'yarn.lock',
    command: 'yarn install --frozen-lockfile',
    works: false,
    note: 'It has the URL of each package.',
  },
  { recipe: 'yarnClassic', file: 'yarn.lock', command: 'sed -i /resolved/d yarn.lock && yarn install', works: true, note: 'Without these lines it asks the own registry.' },
  { recipe: 'yarn', file: 'yarn.lock', command: 'yarn install --immutable', works: true, note: 'It has no URLs.' },
  { recipe: 'bun', file: 'bun.lock', command: 'bun install --frozen-lockfile', works: false, note: 'It has the URL of each package.' },
  { recipe: 'bun', file: 'bun.lock', command: 'rm bun.lock && bun install', works: true, note: 'Other versions may come.' },
  {
    recipe: 'pipenv',
    file: 'Pipfile.lock',
    command: 'pipenv sync',
    works: false,
    note: 'It has the URL of the source, to which the token is sent. Change it there and in `Pipfile`.',
  },
  { recipe: 'uv', file: 'uv.lock', command: 'uv sync --locked', works: false, note: 'It has the URL of the index, which must be that in `UV_DEFAULT_INDEX`.' },
  { recipe: 'uv', file: 'uv.lock', command: 'uv sync --frozen', works: false, note: 'It asks the URL in the file.' },
  { recipe: 'uv', file: 'uv.lock', command: 'uv sync', works: true, note: 'It writes the own URL into the file: commit that.' },
  { recipe: 'poetry', file: 'poetry.lock', command: 'poetry install', works: false, note: 'Another URL in `pyproject.toml` makes the file stale: run `poetry lock`.' },
  { recipe: 'poetry', file: 'poetry.lock', command: 'poetry lock && poetry install', works: true, note: '' },
  { recipe: 'pdm', file: 'pdm.lock', command: 'pdm install --frozen-lockfile', works: true, note: 'It has no URLs.' },
  { recipe: 'cargo', file: 'Cargo.lock', command: 'cargo build --locked', works: false, note: 'It has the URL of the index.' },
  { recipe: 'cargo', file: 'Cargo.lock', command: 'cargo build', works: true, note: 'It writes the own URL into the file: commit that.' },
  { recipe: 'bundler', file: 'Gemfile.lock', command: 'bundle install', works: true, note: 'It writes the own URL into the file: commit that.' },
];
