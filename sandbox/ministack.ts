import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startInBackground, type BackgroundServer } from './background';

const HOME = join(__dirname, '..', '.sandbox');
const PYTHON = join(HOME, 'python', 'bin', 'python');
/** The Node of a Lambda runtime, by its major version. */
export const nodeOf = (major: 22 | 24) => join(HOME, `node${major}`, 'node_modules', '.bin', 'node');

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** AWS, as far as the embedded cloud has it. */
export interface MiniStack extends Omit<BackgroundServer, 'url'> {
  readonly endpoint: string;
  /** What a client of the SDK needs. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** What an AWS client or the CDK CLI needs to work on it and to read nothing of the user's. */
  readonly environment: Record<string, string>;
}

/**
 * Starts MiniStack, empty, with IAM enforced.
 *
 * @param props.environment goes to every Lambda function: MiniStack hands its own environment down.
 */
export async function startMiniStack(props: { environment?: Record<string, string> } = {}): Promise<MiniStack> {
  if (!existsSync(PYTHON) || !existsSync(nodeOf(24))) {
    throw new Error('The sandbox is not set up: run `node sandbox/setup.mjs` first.');
  }
  const { url, ...server } = await startInBackground({
    name: 'ministack',
    readyPath: '/_ministack/health',
    command: (port, directory) => ({
      args: [PYTHON, join(__dirname, 'ministack_like_aws.py')],
      // Nothing of ours is handed down: functions would see it.
      environment: {
        PATH: `${dirname(nodeOf(24))}:/usr/local/bin:/usr/bin:/bin`,
        HOME: directory,
        TMPDIR: directory,
        STATE_DIR: join(directory, 'state'),
        S3_DATA_DIR: join(directory, 's3'),
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        MINISTACK_HOST: '127.0.0.1',
        MINISTACK_ACCOUNT_ID: ACCOUNT,
        MINISTACK_REGION: REGION,
        AUTH: 'true',
        PYTHONUNBUFFERED: '1',
        ...props.environment,
      },
    }),
  });
  return {
    ...server,
    endpoint: url,
    client: { endpoint: url, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  };
}
