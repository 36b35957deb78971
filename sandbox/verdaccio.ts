import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startInBackground, type BackgroundServer } from './background';

/**
 * Starts a real npm registry, empty and open to everyone who reaches it.
 *
 * @param prefix the path under which clients see it: the addresses of the packages lead back there.
 */
export async function startVerdaccio(prefix: string): Promise<BackgroundServer> {
  return startInBackground({
    name: 'verdaccio',
    readyPath: '/-/ping',
    command: (port, directory) => {
      const config = join(directory, 'config.json');
      writeFileSync(config, JSON.stringify({
        storage: join(directory, 'storage'),
        url_prefix: prefix,
        uplinks: {},
        packages: { '**': { access: '$all', publish: '$all', unpublish: '$all' } },
        auth: { htpasswd: { file: join(directory, 'htpasswd') } },
        web: { enable: false },
        log: { type: 'stdout', format: 'pretty', level: 'warn' },
      }));
      return {
        args: [process.execPath, require.resolve('verdaccio/bin/verdaccio'), '--config', config, '--listen', `127.0.0.1:${port}`],
        environment: { PATH: process.env.PATH!, HOME: directory, TMPDIR: directory },
      };
    },
  });
}
