/**
 * Refreshes tokens on the embedded cloud, asynchronously as the Scheduler does, an hour between two of one token, with one
 * in five calls failing, while readers read all along. Fails when one of them gets a token that opens nothing, and
 * writes what it saw into docs/reliability.md.
 *
 *     npx tsx --tsconfig tsconfig.dev.json bench/soak.ts
 */
import { InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expiryOf } from '../sandbox/codeartifact';
import { EmbeddedCloud } from '../sandbox/embedded-cloud';
import { keepSection } from '../test/generated-section';
import { awsFault, type Fault, FaultyProxy } from '../test/lambda/faulty-proxy';

const HOUR = 3600;
const READERS = 4;

/** What is retried by the SDK, by Lambda alone, or not known to have been done. */
const FAULTS: Fault[] = [
  awsFault(429, 'ThrottlingException', 'Rate exceeded'),
  awsFault(500, 'InternalServerException', 'internal'),
  'reset',
  'loseAnswer',
  awsFault(403, 'AccessDeniedException', 'not authorized'),
  awsFault(403, 'AccessDeniedException', 'not authorized'),
  awsFault(403, 'AccessDeniedException', 'not authorized'),
  awsFault(403, 'AccessDeniedException', 'not authorized'),
];

export interface Soaked {
  readonly refreshes: number;
  /** For good, after the three attempts that Lambda makes. */
  readonly failedRefreshes: number;
  readonly calls: number;
  readonly failedCalls: number;
  readonly reads: number;
  /** Reads of a token that opened nothing. */
  readonly deadReads: number;
  /** In hours: what the tokens that were read still had to live, at the least. */
  readonly leastLife: number;
  /** All that was sent to the destination of failures. */
  readonly messages: string[];
  readonly tokens: string[];
}

/** @param failing the share of calls that fail */
export async function soak(tokens: number, rounds: number, failing: number, progress: (line: string) => void = () => undefined): Promise<Soaked> {
  const codeartifact = new FaultyProxy();
  const secretsManager = new FaultyProxy();
  await Promise.all([codeartifact.start(), secretsManager.start()]);
  const cloud = await EmbeddedCloud.start({
    AWS_ENDPOINT_URL_CODEARTIFACT: codeartifact.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    LAMBDA_ASYNC_RETRY_BASE_SECONDS: '0.1', // its minute between two attempts
  });
  codeartifact.target = cloud.codeartifact.url;
  secretsManager.target = cloud.ministack.endpoint;
  try {
    progress(`deploying ${tokens} tokens`);
    await cloud.cdk.bootstrap();
    const { succeeded, output } = await cloud.cdk.deploy('bench/soak.app.ts', { tokens: String(tokens) });
    if (!succeeded) {
      throw new Error(output);
    }

    let failedCalls = 0;
    for (const proxy of [codeartifact, secretsManager]) {
      proxy.reset();
      proxy.otherwise = () => {
        if (Math.random() >= failing) {
          return undefined;
        }
        failedCalls++;
        return FAULTS[Math.floor(Math.random() * FAULTS.length)];
      };
    }
    const { client } = cloud.ministack;
    const [lambda, sqs, secrets] = [new LambdaClient(client), new SQSClient(client), new SecretsManagerClient(client)];
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'failures' }));
    const functions = await refreshFunctions(lambda);

    let [reads, deadReads, leastLife] = [0, 0, Infinity];
    let reading = true;
    const read = async (SecretId: string) => {
      const { SecretString: token } = await secrets.send(new GetSecretValueCommand({ SecretId }));
      leastLife = Math.min(leastLife, (expiryOf(token!) - cloud.codeartifact.now) / 1000);
      deadReads += await cloud.opensTo(token!) ? 0 : 1;
      reads++;
    };
    const readers = Array.from({ length: READERS }, async (_, reader) => {
      for (let turn = reader; reading; turn++) {
        await read(`token-${turn % tokens + 1}`);
      }
    });

    const messages: string[] = [];
    const refreshedVersion = async (SecretId: string) => {
      const [{ VersionId }, { Tags }] = await Promise.all([
        secrets.send(new GetSecretValueCommand({ SecretId })),
        secrets.send(new DescribeSecretCommand({ SecretId })),
      ]);
      // The refresh is over when value and tags speak of the same version.
      return Tags?.some(({ Value }) => Value === VersionId) ? VersionId : undefined;
    };
    for (let round = 1; round <= rounds; round++) {
      cloud.codeartifact.advance(HOUR);
      const waiting = new Map<string, string>();
      for (const [secretName, FunctionName] of functions) {
        waiting.set(secretName, (await refreshedVersion(secretName)) ?? '');
        await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Buffer.from('{}') }));
      }
      while (waiting.size > 0) {
        const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        for (const { Body, ReceiptHandle } of Messages ?? []) {
          messages.push(Body!);
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
          const functionArn: string = JSON.parse(Body!).requestContext.functionArn;
          const [secretName] = [...functions].find(([, name]) => functionArn.includes(name))!;
          waiting.delete(secretName);
        }
        for (const [secretName, before] of waiting) {
          const version = await refreshedVersion(secretName);
          if (version !== undefined && version !== before) {
            waiting.delete(secretName);
          }
        }
      }
      progress(`${round * tokens} refreshes, ${reads} reads, ${deadReads} of a dead token`);
    }
    reading = false;
    await Promise.all(readers);
    return {
      refreshes: rounds * tokens,
      failedRefreshes: messages.length,
      calls: codeartifact.received.length + secretsManager.received.length,
      failedCalls,
      reads,
      deadReads,
      leastLife: leastLife / HOUR,
      messages,
      tokens: cloud.codeartifact.issued,
    };
  } finally {
    await cloud.stop();
    await Promise.all([codeartifact.stop(), secretsManager.stop()]);
  }
}

/** The function of each token, by the name of its secret. */
async function refreshFunctions(client: LambdaClient): Promise<Map<string, string>> {
  const functions = new Map<string, string>();
  for await (const { Functions } of paginateListFunctions({ client }, {})) {
    for (const { FunctionName, Environment } of Functions!) {
      const secret = /:secret:(token-\d+)-/.exec(Environment?.Variables?.SECRET_ARN ?? '');
      if (secret) {
        functions.set(secret[1], FunctionName!);
      }
    }
  }
  return functions;
}

async function main(): Promise<void> {
  const soaked = await soak(8, 45, 0.2, console.log);
  const percent = (part: number, whole: number) => `${(100 * part / whole).toFixed(1)} %`;
  keepSection('reliability.md', 'the soak', [
    '| | |',
    '|---|---|',
    `| refreshes, of 8 tokens side by side | ${soaked.refreshes} |`,
    `| calls of the functions | ${soaked.calls} |`,
    `| of these made to fail | ${soaked.failedCalls} (${percent(soaked.failedCalls, soaked.calls)}) |`,
    `| refreshes that failed for good, after three attempts | ${soaked.failedRefreshes} |`,
    `| reads, each of a value and with it of a repository | ${soaked.reads} |`,
    `| of these with a token that opened nothing | ${soaked.deadReads} |`,
    `| least life of a token that was read | ${soaked.leastLife.toFixed(1)} hours |`,
  ].join('\n'));
  process.exitCode = soaked.deadReads > 0 ? 1 : 0;
}

if (require.main === module) {
  void main();
}
