/**
 * Measures this project beside what people write without it (bench/alternatives/), and writes docs/performance.md and its plots.
 * Nothing else should run on the machine.
 *
 *     npx tsx --tsconfig tsconfig.dev.json bench/performance.ts
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { writeFleet } from './fleet';
import { plot, quantitative } from './plot';
import { EmbeddedCloud } from '../sandbox/embedded-cloud';
import { ACCOUNT, nodeOf, REGION } from '../sandbox/ministack';
import { keepSection, table } from '../test/generated-section';

const ROUNDS = 15;
const ROUNDS_OF_SYNTH = 9;
const ROUNDS_OF_DEPLOY = 3;
const MANY = 51;
const DEPLOYED = [1, 10, 50];

const ROOT = join(__dirname, '..');
const HOME = join(ROOT, '.sandbox', 'bench');
const PYTHON = join(ROOT, '.sandbox', 'audit', 'python', 'bin', 'python');
const temporary = mkdtempSync(join(tmpdir(), 'performance-'));
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));

const DESIGNS = ['this construct', 'NodejsFunction', 'Provider', 'Python'];

/** What a measurement came to, each time that it was made. */
type Samples = number[];
const sorted = (samples: Samples) => [...samples].sort((a, b) => a - b);
const median = (samples: Samples) => sorted(samples)[Math.floor(samples.length / 2)];
const spread = (samples: Samples) => `${Math.round(sorted(samples)[0])}–${Math.round(sorted(samples)[samples.length - 1])}`;
const ratio = (one: Samples, other: Samples) => (median(one) / median(other)).toFixed(2);
const ms = (samples: Samples) => Math.round(median(samples)).toString();

/** In turns, so that whatever else the machine does is for all of them. */
async function inTurns<Name extends string>(rounds: number, measured: Record<Name, () => Promise<number>>): Promise<Record<Name, Samples>> {
  const samples = Object.fromEntries(Object.keys(measured).map((name) => [name, []])) as unknown as Record<Name, Samples>;
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(measured) as Name[]) {
      samples[name].push(await measured[name]());
    }
  }
  return samples;
}

function build(entry: string, outfile: string, options: Parameters<typeof buildSync>[0] = {}): string {
  const file = join(HOME, outfile);
  buildSync({ entryPoints: [join(ROOT, entry)], outfile: file, bundle: true, packages: 'external', platform: 'node', format: 'cjs', ...options });
  return file;
}

mkdirSync(HOME, { recursive: true });
const SHIPPED = join(ROOT, 'assets', 'lambda', 'refresh-token', 'index', 'index.js');
const UNBUNDLED = build('lambda/refresh-token/index.ts', 'unbundled.js');
const BY_HAND = build('bench/alternatives/refresh.ts', 'by-hand.js');
const APP = build('bench/app.ts', 'app.js', { alias: { 'cdk-codeartifact-token': join(ROOT, 'lib') }, external: [join(ROOT, 'lib')] });

/** Runs a program, and returns what it prints as JSON and how long it took to print it. */
async function run(command: string, args: string[], environment: Record<string, string> = {}): Promise<{ milliseconds: number; printed: any }> {
  const start = performance.now();
  const { stdout } = await promisify(execFile)(command, args, { cwd: ROOT, env: { PATH: process.env.PATH, ...environment }, maxBuffer: 2 ** 26 });
  return { milliseconds: performance.now() - start, printed: stdout.startsWith('{') ? JSON.parse(stdout) : undefined };
}

const IMPORT = 'const start = performance.now(); require(process.argv[1]); console.log(JSON.stringify({ took: performance.now() - start }))';

const importOf = (file: string) => async () => (await run(nodeOf(24), ['-e', IMPORT, file])).printed.took as number;

// The process prints how much memory it took, in KiB, once the refresh is done, and ends.
const NODE_HOST = 'const { handler } = require(process.argv[1]); const context = { getRemainingTimeInMillis: () => 60_000 };'
  + ' const end = () => { process.stderr.write(JSON.stringify({ memory: process.resourceUsage().maxRSS })); process.exit(); };'
  + ' process.stdout.write = () => true; handler({}, context).then(end)';
const PYTHON_HOST = 'import resource, sys, json; sys.path.insert(0, sys.argv[1]); import refresh; refresh.handler({}, None);'
  + ' sys.stderr.write(json.dumps({"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))';
const NOTHING = 'a Node that does nothing';

const HOSTS: Record<string, [string, string[]]> = {
  'this construct': [nodeOf(24), ['-e', NODE_HOST, SHIPPED]],
  'the same code, SDK unbundled': [nodeOf(24), ['-e', NODE_HOST, UNBUNDLED]],
  'NodejsFunction': [nodeOf(24), ['-e', NODE_HOST, BY_HAND]],
  'Python': [PYTHON, ['-c', PYTHON_HOST, join(ROOT, 'bench', 'alternatives', 'python')]],
  [NOTHING]: [nodeOf(24), ['-e', 'process.stderr.write(JSON.stringify({ memory: process.resourceUsage().maxRSS }))']],
};

/**
 * Runs a process from its start to its end.
 *
 * @param share of one CPU, as Lambda gives it: the process is stopped for the rest of each tenth of a second
 */
async function processed([command, args]: [string, string[]], environment: Record<string, string>, share = 1) {
  const start = performance.now();
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let said = '';
  child.stderr.on('data', (chunk) => said += chunk);
  if (share < 1) {
    const pace = 'const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms); const [pid, share] = process.argv.slice(1).map(Number);'
      + ' try { for (;;) { process.kill(pid, "SIGCONT"); sleep(share * 100); process.kill(pid, "SIGSTOP"); sleep((1 - share) * 100); } } catch { }';
    const pacer = spawn(process.execPath, ['-e', pace, String(child.pid), String(share)]);
    void ended.then(() => pacer.kill());
  }
  const code = await ended;
  const milliseconds = performance.now() - start;
  if (code !== 0) {
    throw new Error(`${command} ended with ${code}: ${said}`);
  }
  return { milliseconds, memory: JSON.parse(said.slice(said.lastIndexOf('{'))).memory as number };
}

/** Over HTTPS, as AWS is: in front of a server of the embedded cloud. */
async function secured(target: string, certificate: { key: Buffer; cert: Buffer }) {
  const server = createServer(certificate, (incoming, outgoing) => {
    const { hostname, port } = new URL(target);
    incoming.pipe(request({ hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, stop: () => { server.closeAllConnections(); server.close(); } };
}

async function coldStarts() {
  const [keyFile, certFile] = [join(temporary, 'key.pem'), join(temporary, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile, '-out', certFile, '-days', '2',
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
  const certificate = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
  const cloud = await EmbeddedCloud.start();
  const servers = await Promise.all([secured(cloud.codeartifact.url, certificate), secured(cloud.ministack.endpoint, certificate)]);
  const { ARN } = await cloud.aws('secretsmanager', 'create-secret', '--name', 'performance');
  const { AWS_ENDPOINT_URL: _, ...credentials } = cloud.ministack.environment;
  const environment = {
    ...credentials,
    AWS_ENDPOINT_URL_CODEARTIFACT: servers[0].url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: servers[1].url,
    NODE_EXTRA_CA_CERTS: certFile,
    AWS_CA_BUNDLE: certFile,
    AWS_LAMBDA_FUNCTION_NAME: 'refresh',
    DOMAIN: 'acme',
    DOMAIN_ARN: `arn:aws:codeartifact:${REGION}:${ACCOUNT}:domain/acme`,
    DURATION_SECONDS: '43200',
    SECRET_ARN: ARN,
    SECRET_TEMPLATE: '{{token}}',
  };
  const memory: Record<string, Samples> = {};
  const started = (name: string, share = 1) => async () => {
    const { milliseconds, memory: took } = await processed(HOSTS[name], environment, share);
    (memory[name] ??= []).push(took / 1024);
    return milliseconds;
  };
  const times = await inTurns(ROUNDS, Object.fromEntries(Object.keys(HOSTS).map((name) => [name, started(name)])));
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: 1,769 MB are one CPU.
  const sizes = await inTurns(9, Object.fromEntries([128, 256, 512].map((size) => [size, started('this construct', size / 1769)])));
  servers.forEach((server) => server.stop());
  await cloud.stop();
  return { times, memory, sizes };
}

const synthOf = (design: string, tokens: number) => async () => (await run(process.execPath, [APP], {
  CDK_OUTDIR: mkdtempSync(join(temporary, 'synth-')),
  CDK_CONTEXT_JSON: JSON.stringify({ 'design': design, 'tokens': tokens, '@aws-cdk/core:stackResourceLimit': 0 }),
})).milliseconds;

async function deployments() {
  const seconds: Record<number, Samples> = {};
  for (const tokens of Array.from({ length: ROUNDS_OF_DEPLOY }, () => DEPLOYED).flat()) {
    const cloud = await EmbeddedCloud.start();
    await cloud.cdk.bootstrap();
    const start = performance.now();
    const { succeeded, output } = await cloud.cdk.deploy('bench/app.ts', { design: 'this construct', tokens: String(tokens) });
    if (!succeeded) {
      throw new Error(output);
    }
    (seconds[tokens] ??= []).push((performance.now() - start) / 1000);
    await cloud.stop();
  }
  return seconds;
}

async function main() {
  const say = (what: string) => process.stdout.write(`${what}\n`);
  say('import of the function');
  const imports = await inTurns(ROUNDS, { shipped: importOf(SHIPPED), unbundled: importOf(UNBUNDLED) });
  say('cold starts');
  const { times, memory, sizes } = await coldStarts();
  say('synthesis');
  const one = await inTurns(ROUNDS_OF_SYNTH, Object.fromEntries(DESIGNS.map((design) => [design, synthOf(design, 1)])));
  const many = await inTurns(ROUNDS_OF_SYNTH, Object.fromEntries(DESIGNS.map((design) => [design, synthOf(design, MANY)])));
  say('deployments');
  const deployed = await deployments();
  const further = (design: string) => many[design].map((sample, round) => (sample - one[design][round]) / (MANY - 1));
  const [cpu] = cpus();
  const numbers = '---:';
  keepSection('performance.md', 'the machine', `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores of ${cpu.model.trim()}, Linux ${release()},`
    + ` Node ${process.version} for synthesis, Node 24 and Python ${execFileSync(PYTHON, ['--version'], { encoding: 'utf8' }).trim().split(' ')[1]} for the functions.`);
  keepSection('performance.md', 'the function', [
    table(['', 'cold start, ms', 'this construct is', `least to most of ${ROUNDS}`, 'peak memory, MiB'], Object.keys(HOSTS).map((name) => [
      name, ms(times[name]), ratio(times['this construct'], times[name]), spread(times[name]), ms(memory[name].slice(0, ROUNDS)),
    ]), numbers),
    '',
    `Importing alone takes ${ms(imports.shipped)} ms, and ${ms(imports.unbundled)} ms with the SDK unbundled: ${ratio(imports.shipped, imports.unbundled)} of it.`
    + ` The memory is ${ratio(memory['this construct'].slice(0, ROUNDS), memory[NOTHING])} times that of ${NOTHING}.`,
    '',
    table(['memory of the function', 'share of a CPU', 'cold start, ms', 'MB-seconds, which are billed'], Object.entries(sizes).map(([size, samples]) => [
      `${size} MB`, (Number(size) / 1769).toFixed(3), ms(samples), Math.round(median(samples) / 1000 * Number(size)).toString(),
    ]), numbers),
  ].join('\n'));
  keepSection('performance.md', 'the synthesis', table(
    ['', 'one token, ms', 'this construct is', `least to most of ${ROUNDS_OF_SYNTH}`, 'each further, ms', 'this construct is'],
    DESIGNS.map((design) => [
      design, ms(one[design]), ratio(one['this construct'], one[design]), spread(one[design]),
      median(further(design)).toFixed(1), ratio(further('this construct'), further(design)),
    ]), numbers));
  keepSection('performance.md', 'the deployment', table(
    ['tokens', 'seconds', `least to most of ${ROUNDS_OF_DEPLOY}`],
    DEPLOYED.map((tokens) => [String(tokens), median(deployed[tokens]).toFixed(1), sorted(deployed[tokens]).map((seconds) => seconds.toFixed(1)).join(', ')]), numbers));
  await plot('deployment.svg', {
    data: { values: Object.entries(deployed).flatMap(([tokens, all]) => all.map((seconds) => ({ tokens: Number(tokens), seconds }))) },
    encoding: { x: quantitative('tokens', 'tokens in the stack', { axis: { values: DEPLOYED, grid: false } }), y: quantitative('seconds', 'seconds to deploy', { axis: { gridColor: '#eee' } }) },
    layer: [
      { mark: { type: 'line', color: '#1f77b4', strokeWidth: 2 }, encoding: { y: { aggregate: 'median', ...quantitative('seconds', 'seconds to deploy') } } },
      { mark: { type: 'point', color: '#1f77b4', filled: true, size: 50 } },
    ],
  });
  await writeFleet();
}

void main();
