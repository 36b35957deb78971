import { RefreshError } from './refresh-error';
import type { Settings } from '../../src/private/settings';

const NAMES: (keyof Settings)[] = ['DOMAIN_ARN', 'DURATION_SECONDS', 'SECRET_ARN', 'SECRET_TEMPLATE'];

export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const missing = NAMES.filter((name) => !environment[name]);
  if (missing.length > 0) {
    throw new RefreshError('InvalidSettings', `the function lacks the environment variables ${missing.join(', ')}: it works only as deployed by CodeArtifactToken`);
  }
  return Object.fromEntries(NAMES.map((name) => [name, environment[name]])) as unknown as Settings;
}
