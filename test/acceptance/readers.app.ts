import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { PROBE } from '../../acceptance/aws-cloud';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken, PackageFormat } from 'cdk-codeartifact-token';

// Readers of the secret that run in CodeBuild and Lambda.

const app = new DeployedApp();
const stack = app.stack('Readers');
const domain = app.domain(stack);
const token = new CodeArtifactToken(stack, 'Token', { domain, readFrom: ['npm-store'] });
// Readers that are to see another token make it themselves.
app.withoutTurns(token);

const logGroup = new logs.LogGroup(stack, 'Logs', { retention: logs.RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY });
const build = (id: string, props: codebuild.ProjectProps, buildSpec: object) => new codebuild.Project(stack, id, {
  projectName: app.name(id.toLowerCase()),
  environment: { buildImage: codebuild.LinuxBuildImage.STANDARD_7_0, computeType: codebuild.ComputeType.SMALL },
  timeout: Duration.minutes(45),
  logging: { cloudWatch: { logGroup } },
  buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2', ...buildSpec }),
  ...props,
});

// What a build exports says that the variable opens the repository, and which token it was, by its digest.
const probe = domain.repositoryEndpoint('npm-store', PackageFormat.NPM) + PROBE;
const opens = {
  env: { 'exported-variables': ['STATUS', 'DIGEST'] },
  phases: {
    build: {
      commands: [
        `STATUS=$(curl -sSo /dev/null -w '%{http_code}' -H "Authorization: Bearer $CODEARTIFACT_AUTH_TOKEN" '${probe}')`,
        'DIGEST=$(printf %s "$CODEARTIFACT_AUTH_TOKEN" | sha256sum | cut -d " " -f 1)',
        'echo "$STATUS"',
      ],
    },
  },
};
build('Opens', { environmentVariables: token.codeBuildVariables() }, opens);

const withoutReading = new iam.Role(stack, 'WithoutReading', {
  assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com'),
  inlinePolicies: {
    Logs: new iam.PolicyDocument({
      statements: [new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] })],
    }),
  },
});
build('Denied', { environmentVariables: token.codeBuildVariables(), role: withoutReading.withoutPolicyUpdates() }, opens);

// Each of the following reads, makes another token, and reads until it has that one.

const agent = build('Agent', {
  environmentVariables: { SECRET_ARN: { value: token.secret.secretArn }, FUNCTION: { value: token.function.functionName } },
}, {
  env: { 'exported-variables': ['KEPT', 'REFRESH_NOW'] },
  phases: {
    build: {
      commands: [`cat > agent.sh <<'END OF FILE'
curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal
. "$HOME/.cargo/env"
git clone --depth 1 https://github.com/aws/aws-secretsmanager-agent
(cd aws-secretsmanager-agent && cargo build --release --package aws_secretsmanager_agent)
export AWS_TOKEN=of-this-build
nohup aws-secretsmanager-agent/target/release/aws_secretsmanager_agent > agent.log 2>&1 &
read_version() {
  curl -sSf --retry 5 --retry-connrefused -H "X-Aws-Parameters-Secrets-Token: $AWS_TOKEN" \\
    "http://localhost:2773/secretsmanager/get?secretId=$SECRET_ARN$1" | jq -er .VersionId
}
refresh() {
  aws lambda invoke --function-name "$FUNCTION" answer.json
}
refresh
START=$(date +%s)
FIRST=$(read_version)
refresh
[ "$(read_version)" = "$FIRST" ]
while [ "$(read_version)" = "$FIRST" ] && [ $(($(date +%s) - START)) -lt 900 ]; do sleep 2; done
echo $(($(date +%s) - START)) > kept
SECOND=$(read_version)
refresh
[ "$(read_version)" = "$SECOND" ]
if [ "$(read_version '&refreshNow=true')" = "$SECOND" ]; then echo no; else echo yes; fi > refresh-now
kill $!
END OF FILE
bash -e agent.sh`, 'KEPT=$(cat kept)', 'REFRESH_NOW=$(cat refresh-now)'],
    },
  },
});
token.grantRead(agent);
token.grantRefresh(agent);

function lambdaThatReads(id: string, read: string, props: Partial<lambda.FunctionProps>): void {
  const fn = new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    memorySize: 512,
    timeout: Duration.minutes(2),
    environment: { SECRET_ARN: token.secret.secretArn, FUNCTION: token.function.functionName },
    code: lambda.Code.fromInline(`
const { InvokeCommand, LambdaClient } = require('@aws-sdk/client-lambda');
const client = new LambdaClient();
${read}
async function refresh() {
  const { FunctionError } = await client.send(new InvokeCommand({ FunctionName: process.env.FUNCTION }));
  if (FunctionError) throw new Error('the refresh failed');
}
let start, before, reads = 0;
exports.handler = async ({ begin }) => {
  if (begin) {
    await refresh(); // so that the function is warm when it counts
    start = Date.now();
    before = await read();
    await refresh();
  }
  if (before === undefined) throw new Error('Lambda has started the function anew in between');
  for (const until = Date.now() + 50_000; Date.now() < until; reads++) {
    if (await read() !== before) return { reads, seconds: (Date.now() - start) / 1000 };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {};
};
`),
    ...props,
  });
  token.grantRead(fn);
  token.grantRefresh(fn);
  new CfnOutput(stack, `${id}Function`, { value: fn.functionName });
}

lambdaThatReads('Extension', `
async function read() {
  const url = 'http://localhost:2773/secretsmanager/get?secretId=' + encodeURIComponent(process.env.SECRET_ARN);
  const response = await fetch(url, { headers: { 'X-Aws-Parameters-Secrets-Token': process.env.AWS_SESSION_TOKEN } });
  if (!response.ok) throw new Error('the extension answered ' + response.status);
  return (await response.json()).SecretString;
}`, { paramsAndSecrets: lambda.ParamsAndSecretsLayerVersion.fromVersion(lambda.ParamsAndSecretsVersions.V1_0_103) });

lambdaThatReads('Powertools', `
const { getSecret } = require('@aws-lambda-powertools/parameters/secrets');
const read = () => getSecret(process.env.SECRET_ARN);`, {
  layers: [lambda.LayerVersion.fromLayerVersionArn(stack, 'PowertoolsLayer',
    ssm.StringParameter.valueForStringParameter(stack, '/aws/service/powertools/typescript/generic/all/latest'))],
});

new CfnOutput(stack, 'Function', { value: token.function.functionName });
new CfnOutput(stack, 'Secret', { value: token.secret.secretArn });
