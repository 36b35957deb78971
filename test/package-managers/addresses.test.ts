import { createServer, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { clients, newestClients } from './clients';
import { endpoint, environmentOf, installs, published, readersToken, standIn } from './harness';
import { type Recipe, recipes } from './recipes';
import { testIfThere } from '../test-if-there';

const HOST = 'acme-111122223333.d.codeartifact.eu-west-1.amazonaws.com';

/**
 * Answers for CodeArtifact by its own host name, and names tarballs as CodeArtifact does: with an explicit port, and the slash
 * of a scope escaped. The tests have no TLS, so it is port 80 and not 443.
 */
function codeArtifactProxy(): Server {
  const proxy = createServer((request, response) => {
    const target = `${standIn.url}/acme-111122223333${request.url!.replace(/^http:\/\/[^/]+/, '')}`;
    const headers = { ...request.headers, 'accept-encoding': 'identity' };
    const forwarded = httpRequest(target, { method: request.method, headers }, async answer => {
      const body = Buffer.concat(await answer.toArray());
      const isPackument = answer.headers['content-type']?.includes('json');
      const named = isPackument && Buffer.from(body.toString().replace(/"tarball":\s*"[^"]+?\/npm\/([^"]+)"/g, (_, path: string) =>
        `"tarball":"http://${HOST}:80/npm/${path.replace(/(@[^/]+)\//, '$1%2f')}"`));
      const { 'content-length': _, ...answerHeaders } = answer.headers;
      response.writeHead(answer.statusCode!, answerHeaders).end(named || body);
    });
    request.pipe(forwarded);
  });
  // Some clients want a tunnel, which leads back here.
  return proxy.on('connect', (_, socket) => {
    const tunnel = connect((proxy.address() as AddressInfo).port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    [socket, tunnel].forEach(end => end.on('error', () => end.destroy()));
    socket.pipe(tunnel).pipe(socket);
  });
}

describe("npm packages whose tarballs are named with an explicit port, as CodeArtifact's are, are installed by", () => {
  let proxy: Server;

  beforeAll(async () => {
    proxy = codeArtifactProxy();
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  describe.each(clients.filter(({ format }) => format === 'npm'))('$name', client => {
    testIfThere(client).each(['greeting', '@acme/farewell'])('%s', async (name) => {
      await published('npm', name);
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

      const { requests } = await installs(client, recipes[client.recipe], await readersToken(), [name], {
        repositoryUrl: (repository) => `http://${HOST}/npm/${repository}/`,
        variables: { HTTP_PROXY: url, http_proxy: url, YARN_HTTP_PROXY: url, YARN_UNSAFE_HTTP_WHITELIST: HOST },
      });
      expect(requests.filter(({ path, opened }) => opened && path.endsWith('.tgz'))).not.toEqual([]);
    });
  });
});

// https://docs.aws.amazon.com/codeartifact/latest/ug/use-codeartifact-from-vpc.html
describe('by the name of a VPC endpoint without private DNS, whose paths have the domain in them, packages are installed by', () => {
  const byVpcEndpoint = (repository: string, format: string) =>
    endpoint(repository, format).replace(/\/(acme-\d+)\/(\w+)\//, '/$2/d/$1/');

  describe.each(newestClients.filter(({ recipe }) => ['pip', 'uv', 'maven', 'cargo'].includes(recipe)))('$name', client => {
    testIfThere(client)('with the URL in the place of its own', async () => {
      await published(client.format, 'greeting');
      await installs(client, recipes[client.recipe], await readersToken(), ['greeting'], { repositoryUrl: byVpcEndpoint });
    });
  });
});

describe('two tokens in one environment', () => {
  const npm = clients[0];
  testIfThere(npm)('open their repositories, where the variables of one have other names', async () => {
    await published('npm', 'greeting');
    await published('npm', '@acme/farewell', 'own');
    const recipe: Recipe = {
      ...recipes.npmSeveral,
      // What `secrets: { ...store.ecsSecrets(), ...own.ecsSecrets({ NPMRC: 'OWN_NPMRC', ... }) }` fills, each from its own secret.
      packageManagers: "PackageManager.npm('store')",
      prepare: 'printf \'%s\' "$NPMRC" "$OWN_NPMRC" > ~/.npmrc',
    };
    const own = await environmentOf(await readersToken(), npm, { ...recipe, packageManagers: "PackageManager.npm('own', { scope: '@acme' })", prepare: undefined });
    const outcome = await installs(npm, { ...recipe, prepare: recipe.prepare!.replace('$OWN_NPMRC', own.NPMRC) }, await readersToken(), ['greeting', '@acme/farewell']);

    expect(outcome.requests.some(({ path }) => path.includes('/own/'))).toBe(true);
  });
});
