import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

// Writes the changelog: of each version the first line of each commit. With `--newest`, of the version that is built alone.

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const built = version === '0.0.0' ? 'Unreleased' : version;
const tags = git('tag', '--sort=-version:refname', '--merged', 'HEAD', '--list', 'v*');

const sections = [undefined, ...tags].map((tag, i) => {
  const range = [tag ?? 'HEAD', ...tags[i] ? [`^${tags[i]}`] : []];
  const [date] = git('log', '-1', '--format=%cs', tag ?? 'HEAD');
  const commits = git('log', '--no-merges', '--format=- %s', ...range);
  return commits.length > 0 ? [`## ${tag?.slice(1) ?? built} (${date})`, '', ...commits, ''].join('\n') : '';
}).filter(Boolean);

process.stdout.write(process.argv.includes('--newest') ? sections[0] ?? '' : ['# Changelog', '', ...sections].join('\n'));
