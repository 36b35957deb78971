import { timeOf } from '../../sandbox/aws-cli';
import type { Cloud } from '../../sandbox/cloud';
import { npmPublish } from '../../sandbox/npm-publish';

// What the tests of tokens and accounts do with CodeArtifact and IAM. Flags at the end of a call are of the AWS CLI, such as --region and --profile.

/** What a role needs in order to ask for tokens of a domain and read its repository, as `grantAuthorize` and `grantRead` write it. */
export function readerStatements({ run }: Cloud, domain = run.domain, repository = 'npm-store', owner = run.account): object[] {
  const arn = (resource: string) => `arn:aws:codeartifact:${run.region}:${owner}:${resource}`;
  return [
    { Effect: 'Allow', Action: 'codeartifact:GetAuthorizationToken', Resource: arn(`domain/${domain}`) },
    {
      Effect: 'Allow',
      Action: 'sts:GetServiceBearerToken',
      Resource: '*',
      Condition: { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' } },
    },
    { Effect: 'Allow', Action: 'codeartifact:ReadFromRepository', Resource: arn(`repository/${domain}/${repository}`) },
  ];
}

export const policyOf = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

/** Makes a role that its account may assume, and returns its ARN. */
export async function makeRole(cloud: Cloud, name: string, statements: object[], ...flags: string[]): Promise<string> {
  const { Account } = await cloud.aws('sts', 'get-caller-identity', ...flags);
  const trust = policyOf({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${Account}:root` }, Action: 'sts:AssumeRole' });
  await cloud.aws('iam', 'create-role', '--role-name', name, '--assume-role-policy-document', trust, ...flags);
  await cloud.aws('iam', 'put-role-policy', '--role-name', name, '--policy-name', 'Inline', '--policy-document', policyOf(...statements), ...flags);
  return `arn:aws:iam::${Account}:role/${name}`;
}

export interface Session {
  readonly credentials: Record<string, string>;
  /** In milliseconds. */
  readonly expires: number;
}

/** A session of a role, once IAM knows it. */
export async function sessionOf(cloud: Cloud, roleArn: string, ...flags: string[]): Promise<Session> {
  const { answer: { Credentials } } = await cloud.eventually(`a session of ${roleArn}, which needs sts:AssumeRole on it`, 5, () => unlessDenied(
    cloud.aws('sts', 'assume-role', '--role-arn', roleArn, '--role-session-name', 'test', ...flags),
  ));
  return {
    credentials: {
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
    },
    expires: timeOf(Credentials.Expiration),
  };
}

/** Nothing while a command is denied: policies take a while to be believed. */
export async function unlessDenied<T>(command: Promise<T>): Promise<T | undefined> {
  try {
    return await command;
  } catch (error) {
    if (/AccessDenied/.test((error as { stderr?: string }).stderr ?? '')) {
      return undefined;
    }
    throw error;
  }
}

/** What the AWS CLI says of an error, on one line, and nothing if the command succeeds. */
export async function errorOf(command: Promise<unknown>): Promise<string> {
  try {
    await command;
    return '';
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    if (!stderr) {
      throw error;
    }
    return stderr.replace(/\s+/g, ' ').trim();
  }
}

export interface IssuedToken {
  readonly token: string;
  /** In milliseconds. */
  readonly expires: number;
}

/** A token of whoever the credentials are of: the caller, if there are none. */
export async function newToken(cloud: Cloud, credentials: Record<string, string>, domain: string, ...flags: string[]): Promise<IssuedToken> {
  const { authorizationToken, expiration } = await cloud.awsAs(credentials, 'codeartifact', 'get-authorization-token', '--domain', domain, ...flags);
  return { token: authorizationToken, expires: timeOf(expiration) };
}

/** The same, once IAM believes the policy of a new role. */
export async function newTokenSoon(cloud: Cloud, { credentials }: Session, domain: string, ...flags: string[]): Promise<IssuedToken> {
  const { answer } = await cloud.eventually(`a token for the domain ${domain}`, 5, () => unlessDenied(newToken(cloud, credentials, domain, ...flags)));
  return answer;
}

/** Makes a domain with repositories, and returns the URLs by which npm reaches these. */
export async function makeDomain(cloud: Cloud, domain: string, repositories: string[], ...flags: string[]): Promise<string[]> {
  await cloud.aws('codeartifact', 'create-domain', '--domain', domain, ...flags);
  return Promise.all(repositories.map(async (repository) => {
    await cloud.aws('codeartifact', 'create-repository', '--domain', domain, '--repository', repository, ...flags);
    const endpoint = ['--domain', domain, '--repository', repository, '--format', 'npm'];
    return (await cloud.aws('codeartifact', 'get-repository-endpoint', ...endpoint, ...flags)).repositoryEndpoint;
  }));
}

/** Publishes a package with npm, and returns why that failed, or nothing if it did not. */
export async function publish(url: string, token: string, name: string): Promise<string> {
  try {
    await npmPublish(url, token, { name, version: '1.0.0' });
    return '';
  } catch (error) {
    return String((error as { stderr?: string }).stderr || error).replaceAll(token, 'TOKEN');
  }
}

/** The status that a repository answers with to npm. 200 says that the token opens it, if the package is there. */
export async function statusOf(url: string, token: string, name: string): Promise<number> {
  const response = await fetch(`${url}${name}`, { headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  return response.status;
}

/** Waits until nothing opens any more, three times in a row because servers hear of it one after another, and returns after how many seconds. */
export async function secondsUntilClosed(cloud: Cloud, what: string, minutes: number, opens: () => Promise<boolean>): Promise<number> {
  const start = performance.now();
  let refusals: number[] = [];
  await cloud.eventually(what, minutes, async () => {
    refusals = await opens() ? [] : [...refusals, performance.now()];
    return refusals.length === 3 || undefined;
  });
  return Math.round((refusals[0] - start) / 1000);
}
