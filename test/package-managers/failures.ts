import { type recipes } from './recipes';

type ByStatus = readonly [badRequest: string, unauthorized: string, forbidden: string, notFound: string, serverError: string];

export const STATUSES = [400, 401, 403, 404, 500] as const;
const all = (text: (status: number) => string) => STATUSES.map(text) as unknown as ByStatus;

/** What each package manager prints where the repository answers every request with a status. */
export const failures: Partial<Record<keyof typeof recipes, ByStatus>> = {
  npm: all((status) => `E${status}`),
  pnpm: all((status) => `ERR_PNPM_FETCH_${status}`),
  yarnClassic: ['Couldn\'t find package', 'Couldn\'t find package', 'is not authorized', 'Couldn\'t find package', 'Request failed "500'],
  yarn: ['Response Code: 400', 'YN0041', 'Response Code: 403', 'Package not found', 'Response Code: 500'],
  bun: all((status) => `- ${status}`),
  pip: ['No matching distribution', '401 Error, Credentials not correct', 'No matching distribution', 'No matching distribution', 'No matching distribution'],
  pipNetrc: ['No matching distribution', 'User for', 'No matching distribution', 'No matching distribution', 'No matching distribution'],
  pipenv: all(() => 'No matching distribution'),
  uv: ['400 Bad Request', '401 Unauthorized', '403 Forbidden', 'not found in the package registry', '500 Internal Server Error'],
  poetry: ['400 Client Error', 'Authorization error', 'Authorization error', 'doesn\'t match any versions', '500 Server Error'],
  pdm: all(() => 'Unable to find candidates'),
  maven: ['HTTP Status: 400', 'HTTP Status: 401', 'HTTP Status: 403', 'Could not find artifact', 'HTTP Status: 500'],
  gradle: ['status code 400', 'status code 401', 'status code 403', 'Could not find', 'status code 500'],
  cargo: ['got 400', 'got 401', 'got 403', 'config.json not found', 'got 500'],
  bundler: ['Bad Request 400', 'Bad username or password', 'Access token could not be authenticated', 'Not Found 404', 'Internal Server Error 500'],
};

/** Repeats only make a failure slower. */
export const NO_RETRIES = {
  npm_config_fetch_retries: '0',
  pnpm_config_fetch_retries: '0',
  YARN_HTTP_RETRY: '0',
  PIP_RETRIES: '0',
  UV_HTTP_RETRIES: '0',
  CARGO_NET_RETRY: '0',
  BUNDLE_RETRY: '0',
};
