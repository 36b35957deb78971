import { randomUUID } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call } from './simulator';
import { CodeArtifactStandIn } from '../../sandbox/codeartifact';
import { ACCOUNT, type MiniStack } from '../../sandbox/ministack';
import { CloudFormationEndpoint } from '../lambda/cloudformation-endpoint';
import { ShippedFunction } from '../lambda/shipped-function';

/**
 * Runs the shipped bundle in the Node of Lambda, for the schedule, for each request of CloudFormation and for the steps of a
 * rotation, and tells which calls of AWS came over the wire.
 */
export async function recordRun(environment: Record<string, string>, cloud: MiniStack, rotates: boolean): Promise<Call[]> {
  const [, , , region, owner, domain] = environment.DOMAIN_ARN.replace('domain/', '').split(':');
  const codeartifact = new CodeArtifactStandIn({ region, account: ACCOUNT, domains: [{ name: domain, owner, repositories: [] }] });
  const cloudFormation = new CloudFormationEndpoint();
  await Promise.all([codeartifact.start(), cloudFormation.start()]);
  const calls: Call[] = [];
  const unexpected: string[] = [];
  const recorder = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const call = callOf(request, body.toString());
    if (!call) {
      unexpected.push(`${request.method} ${request.url} ${request.headers['x-amz-target']}`);
      response.writeHead(400).end();
      return;
    }
    calls.push(call);
    const target = call.action.startsWith('codeartifact:') ? codeartifact.url : cloud.endpoint;
    httpRequest(target + request.url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    }).end(body);
  });
  await new Promise<void>((resolve) => recorder.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;

  const requests = (['Create', 'Update', 'Delete'] as const).map((type) => cloudFormation.request(type));
  const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map((Step) => (
    { Step, SecretId: environment.SECRET_ARN, ClientRequestToken: randomUUID() }));
  // A rotation as it should be, and one that finds nothing to finish.
  const rotations = rotates ? [...steps.map((step) => ({ ...step, ClientRequestToken: steps[0].ClientRequestToken })), steps[3]] : [];
  // Every service of AWS is here, also one that nobody thought of.
  const fn = new ShippedFunction(24, { ...cloud.environment, ...environment, AWS_ENDPOINT_URL: url });
  for (const event of [{}, ...requests, ...rotations]) {
    const { error } = await fn.invoke(event);
    unexpected.push(...error ? [error.message] : []);
  }
  unexpected.push(...cloudFormation.told.filter(({ Status }) => Status !== 'SUCCESS').map((answer) => JSON.stringify(answer)));
  fn.kill();
  recorder.closeAllConnections();
  recorder.close();
  await Promise.all([codeartifact.stop(), cloudFormation.stop()]);
  if (unexpected.length > 0) {
    throw new Error(`the handler did what no permission is known for: ${unexpected.join()}`);
  }
  return calls;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
function callOf(request: IncomingMessage, body: string): Call | undefined {
  const [, region, service] = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
  const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
  switch (`${service} ${request.headers['x-amz-target'] ?? pathname}`) {
    case 'codeartifact /v1/authorization-token':
      return {
        action: 'codeartifact:GetAuthorizationToken',
        resource: `arn:aws:codeartifact:${region}:${searchParams.get('domain-owner') ?? ACCOUNT}:domain/${searchParams.get('domain')}`,
        context: {},
      };
    case 'secretsmanager secretsmanager.PutSecretValue':
    case 'secretsmanager secretsmanager.DescribeSecret':
    case 'secretsmanager secretsmanager.UpdateSecretVersionStage':
      return { action: String(request.headers['x-amz-target']).replace('.', ':'), resource: JSON.parse(body).SecretId, context: {} };
    case 'secretsmanager secretsmanager.TagResource': {
      const { SecretId, Tags } = JSON.parse(body) as { SecretId: string; Tags: { Key: string }[] };
      return { action: 'secretsmanager:TagResource', resource: SecretId, context: { 'aws:TagKeys': Tags.map(({ Key }) => Key) } };
    }
    default:
      return undefined;
  }
}
