import type { IncomingMessage } from 'node:http';
import { crateFiles, INDEX_CONFIG } from './cargo';
import { simplePage, uploadedFiles } from './pypi';
import { gemFiles } from './ruby';
import { type Answer, NOT_FOUND } from '../codeartifact-errors';

/** The files of all repositories, by their paths, but for those of npm, which are with Verdaccio. */
export class RepositoryFiles {
  private readonly files = new Map<string, string | Buffer>();

  /** Puts files into a repository, by their paths from its endpoint. */
  store(endpoint: string, files: Record<string, string | Buffer>): void {
    for (const [path, content] of Object.entries(files)) {
      this.files.set(endpoint + path, content);
    }
  }

  /** Takes what a client publishes. */
  async receive(request: IncomingMessage, url: URL): Promise<Answer> {
    const body = Buffer.concat(await request.toArray());
    const [, domain, format, repository, ...path] = url.pathname.split('/');
    const endpoint = `/${domain}/${format}/${repository}/`;
    const files = {
      pypi: () => uploadedFiles(request.headers['content-type']!, body),
      cargo: () => crateFiles(body),
      ruby: () => gemFiles(body, this.files.get(`${endpoint}versions`)),
      maven: () => ({ [path.join('/')]: body }),
    }[format];
    this.store(endpoint, await files!());
    return { status: 200, body: '{}' };
  }

  /** Answers with a file, or with a list of them where clients ask for one. */
  read({ pathname, origin }: URL): Answer {
    const [, domain, format, repository, ...path] = decodeURIComponent(pathname).split('/');
    if (format === 'cargo' && path[0] === INDEX_CONFIG) {
      const endpoint = `${origin}/${domain}/${format}/${repository}`;
      // A repository of the service sends no client its index without a token.
      return { status: 200, body: JSON.stringify({ 'dl': `${endpoint}/api/v1/crates`, 'api': endpoint, 'auth-required': true }) };
    }
    const content = this.files.get(decodeURIComponent(pathname));
    if (content !== undefined) {
      return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: content };
    }
    const listed = format === 'pypi' ? [...this.files.keys()].filter(file => file.startsWith(pathname)) : [];
    return listed.length > 0
      ? { status: 200, headers: { 'content-type': 'text/html' }, body: simplePage(listed.map(file => file.slice(pathname.length))) }
      : NOT_FOUND;
  }
}
