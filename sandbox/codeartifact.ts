import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BackgroundServer } from './background';
import { type Domain, Domains } from './codeartifact-domains';
import { type Answer, type ApiRequest, awsError, type Fault, NOT_FOUND } from './codeartifact-errors';
import { malformed, OPERATIONS, unauthenticated } from './codeartifact-requests';
import { RepositoryFiles } from './repositories/files';
import { startVerdaccio } from './verdaccio';

export interface CodeArtifactStandInProps {
  readonly region: string;
  /** The account of every caller. */
  readonly account: string;
  readonly domains: Domain[];
  /**
   * The ID of the access key whose tokens read and do not publish.
   * @default - all tokens read and publish
   */
  readonly readerAccessKeyId?: string;
}

/** A request of a package manager, as it came. */
export interface RepositoryRequest {
  readonly method: string;
  /** The name by which it was called. */
  readonly host: string;
  /** With its query, if it has one. */
  readonly path: string;
  /** Whether it brought a token that opens the repository. */
  readonly opened: boolean;
}

/** How long a token of duration 0 lives: as long as the caller's own credentials, which all last this long here. */
const CREDENTIALS_SECONDS = 3600;

/**
 * A stand-in for CodeArtifact: the two operations of its API that matter here, those that make and remove domains and repositories, and
 * repositories that open only to a token which it issued for their domain and which has not expired.
 *
 * It holds requests to the parameters, limits and errors of the real service. It does not verify signatures, only
 * that there is one for this service in this region, and it knows no policies: what a caller may not do is set
 * with `failNext()`. It runs in the caller's process, who moves its clock and sets its faults by plain calls.
 */
export class CodeArtifactStandIn {
  /** Every call of the API so far, whatever came of it. */
  readonly requests: ApiRequest[] = [];
  /** Every request of a package manager so far. */
  readonly repositoryRequests: RepositoryRequest[] = [];
  readonly region: string;
  readonly account: string;

  private readonly domains: Domains;
  private readonly readerAccessKeyId?: string;
  private readonly tokens = new Map<string, { domain: string; expires: number; reads: boolean }>();
  private readonly faults: Fault[] = [];
  private readonly files = new RepositoryFiles();
  private readonly registries = new Map<string, Promise<BackgroundServer>>();
  private readonly server = createServer((request, response) => {
    this.handle(request, response).catch(error => response.writeHead(500).end(String(error)));
  });
  private clockOffset = 0;
  private repositoryFault?: Answer;

  constructor({ region, account, domains, readerAccessKeyId }: CodeArtifactStandInProps) {
    this.readerAccessKeyId = readerAccessKeyId;
    this.region = region;
    this.account = account;
    this.domains = new Domains(region, account, domains);
  }

  async start(): Promise<void> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
    await Promise.all([...this.registries.values()].map(async registry => (await registry).stop()));
  }

  /** The endpoint of the API, for `AWS_ENDPOINT_URL_CODEARTIFACT`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Every token so far. */
  get issued(): string[] {
    return [...this.tokens.keys()];
  }

  /** The time by this clock, in milliseconds. */
  get now(): number {
    return Date.now() + this.clockOffset;
  }

  /** Lets time pass: what has expired by then opens nothing any more. */
  advance(seconds: number): void {
    this.clockOffset += seconds * 1000;
  }

  /** Lets the next calls of the API fail, after those which are already to fail. */
  failNext(fault: Fault, times = 1): void {
    this.faults.push(...Array<Fault>(times).fill(fault));
  }

  /** Lets the calls that were yet to fail succeed. */
  forgetFaults(): void {
    this.faults.length = 0;
  }

  /** Lets repositories answer every request so, until they are told otherwise. */
  answerFromRepositories(answer?: Answer): void {
    this.repositoryFault = answer;
  }

  /**
   * What `GetRepositoryEndpoint` answers.
   *
   * The real service has domain and owner in the host name, which on a loopback does not resolve everywhere.
   */
  repositoryUrl(domain: string, repository: string, format: string): string {
    const { owner } = this.domains.named(domain)!;
    return this.endpoint(domain, owner, repository, format);
  }

  /**
   * Puts files into a repository, by their paths from its endpoint.
   *
   * An npm repository is a registry of its own, which takes packages by `npm publish` only.
   */
  store(domain: string, repository: string, format: string, files: Record<string, string | Buffer>): void {
    const { pathname } = new URL(this.repositoryUrl(domain, repository, format));
    this.files.store(pathname, files);
  }

  private endpoint(domain: string, owner: string, repository: string, format: string): string {
    return `${this.url}/${domain}-${owner}/${format}/${repository}/`;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.url);
    response.setHeader('date', new Date(this.now).toUTCString());
    const answer = url.pathname.startsWith('/v1/') ? this.callApi(request, url) : await this.callRepository(request, response, url);
    if (answer) {
      // Clients reuse a connection only when what they sent has been read.
      request.resume();
      response.writeHead(answer.status, { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...answer.headers });
      response.end(answer.body);
    }
  }

  private callApi(request: IncomingMessage, url: URL): Answer {
    const operation = OPERATIONS[`${request.method} ${url.pathname}`];
    if (!operation) {
      return awsError('UnknownOperationException', `${request.method} ${url.pathname} is not an operation that this stand-in knows.`);
    }
    const parameters = Object.fromEntries(url.searchParams);
    const apiRequest = { operation, parameters };
    this.requests.push(apiRequest);
    const fault = this.faults.shift();
    if (fault) {
      return fault(apiRequest, this);
    }
    return unauthenticated(request.headers.authorization, this.region)
      ?? malformed(apiRequest)
      ?? this.domains.refuse(apiRequest)
      ?? this.domains.answer(apiRequest)
      ?? (operation === 'GetAuthorizationToken' ? this.authorizationToken(parameters, request.headers.authorization!) : this.repositoryEndpoint(parameters));
  }

  private authorizationToken(parameters: Record<string, string>, authorization: string): Answer {
    const issued = Math.floor(this.now / 1000);
    const expires = issued + (Number(parameters.duration ?? 43200) || CREDENTIALS_SECONDS);
    const authorizationToken = newToken(issued, expires);
    const reads = authorization.includes(` Credential=${this.readerAccessKeyId}/`);
    this.tokens.set(authorizationToken, { domain: `${parameters.domain}-${this.domains.ownerIn(parameters)}`, expires, reads });
    return { status: 200, body: JSON.stringify({ authorizationToken, expiration: expires }) };
  }

  private repositoryEndpoint(parameters: Record<string, string>): Answer {
    const repositoryEndpoint = this.endpoint(parameters.domain, this.domains.ownerIn(parameters), parameters.repository, parameters.format);
    return { status: 200, body: JSON.stringify({ repositoryEndpoint }) };
  }

  /** Answers, or has an npm registry answer. */
  private async callRepository(request: IncomingMessage, response: ServerResponse, url: URL): Promise<Answer | undefined> {
    // By the name of a VPC endpoint, the domain is in the path, behind `d`.
    url.pathname = url.pathname.replace(/^\/([a-z]+)\/d\/([^/]+)\//, '/$2/$1/');
    const [, domain, format, repository] = url.pathname.split('/');
    const token = this.openingToken(request.headers.authorization, domain);
    this.repositoryRequests.push({ method: request.method!, host: request.headers.host!, path: request.url!, opened: token !== undefined });
    if (this.repositoryFault) {
      return this.repositoryFault;
    }
    if (!token) {
      const realm = `realm="${domain.replace(/-\d{12}$/, '')}/${repository}"`;
      // Two headers, not one with both: Maven and Gradle read no further than the first scheme of a header.
      return { status: 401, headers: { 'www-authenticate': [`Bearer ${realm}`, `Basic ${realm}`] }, body: '{}' };
    }
    const [, name, owner] = /^(.*)-(\d{12})$/.exec(domain) ?? [];
    if (!this.domains.named(name, owner)?.repositories.includes(repository)) {
      return NOT_FOUND;
    }
    // What npm posts, for its audits, is no package.
    const publishes = request.method === 'PUT' || request.method === 'POST' && format !== 'npm';
    if (publishes && token.reads) {
      return { status: 403, body: JSON.stringify({ message: 'User is not authorized to perform: codeartifact:PublishPackageVersion' }) };
    }
    if (format === 'npm') {
      return this.forwardToVerdaccio(request, response, url);
    }
    return publishes ? this.files.receive(request, url) : this.files.read(url);
  }

  /** npm, pnpm and Yarn send the token as a bearer's, as gem does; cargo sends it bare, all others as the password of the user `aws`. */
  private openingToken(authorization: string | undefined, domain: string) {
    const [, scheme, value] = /^(?:(Bearer|Basic) )?(.*)$/.exec(authorization ?? '')!;
    const credentials = scheme === 'Basic' ? Buffer.from(value, 'base64').toString() : `aws:${value}`;
    const token = credentials.startsWith('aws:') ? this.tokens.get(credentials.slice('aws:'.length)) : undefined;
    return token !== undefined && token.domain === domain && this.now < token.expires * 1000 ? token : undefined;
  }

  private async forwardToVerdaccio(request: IncomingMessage, response: ServerResponse, url: URL): Promise<undefined> {
    const prefix = `${url.pathname.split('/', 4).join('/')}/`;
    const registry = this.registries.get(prefix) ?? startVerdaccio(prefix);
    this.registries.set(prefix, registry);
    const { authorization: _, ...headers } = request.headers; // it is not for Verdaccio, which would refuse it
    const target = new URL(request.url!.slice(prefix.length - 1), (await registry).url);
    const forwarded = httpRequest(target, { method: request.method, headers }, answer => {
      const { date: __, ...answerHeaders } = answer.headers;
      response.writeHead(answer.statusCode!, answerHeaders);
      answer.pipe(response);
    });
    forwarded.on('error', error => response.destroy(error));
    request.pipe(forwarded);
    return undefined;
  }
}

/** When a token expires, in milliseconds, by what it says itself. */
export function expiryOf(token: string): number {
  return JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString()).exp * 1000;
}

/** As long as a real one and of the same parts: a JWE, whose readable head says when it was issued and when it expires. */
function newToken(issued: number, expires: number): string {
  const random = (bytes: number) => randomBytes(bytes).toString('base64url');
  const head = { ver: 1, isu: issued, enc: 'A128GCM', tag: random(16), exp: expires, alg: 'A128GCMKW', iv: random(12) };
  return [Buffer.from(JSON.stringify(head)).toString('base64url'), random(16), random(12), random(570), random(16)].join('.');
}
