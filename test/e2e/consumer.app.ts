import { CfnResource, CustomResource, Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { DeployedApp } from './deployed-app';
import { CodeArtifactDomain, CodeArtifactToken, PackageManager, SecretFormat } from 'cdk-codeartifact-token';

// A consumer that reads the secret while it is being created, and fails if there is no value in it. Nothing here says
// that it comes after the first token, but for the ARN that it is given.
//   --context domain=<name>   the domain of the token
//   --context minutes=<n>     the duration of the token
//   --context format=json     the secret is JSON, and has what npm reads
//   --context reads=empty     the consumer reads an empty secret instead, to show that it does fail

const app = new DeployedApp();
const stack = app.stack('Consumer');

const token = new CodeArtifactToken(stack, 'Token', {
  domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', app.context('domain') ?? app.run.domain),
  readFrom: ['npm-store'],
  duration: Duration.minutes(Number(app.context('minutes') ?? 720)),
  format: app.context('format') === 'json' ? SecretFormat.json(PackageManager.npm('npm-store')) : undefined,
});

const secret = app.context('reads') === 'empty'
  ? secretsmanager.Secret.fromSecretCompleteArn(stack, 'Empty', new CfnResource(stack, 'EmptySecret', { type: 'AWS::SecretsManager::Secret' }).ref)
  : token.secret;

const reader = new lambda.Function(stack, 'Reader', {
  runtime: lambda.Runtime.PYTHON_3_12,
  handler: 'index.handler',
  timeout: Duration.seconds(30),
  code: lambda.Code.fromInline(`
import json, urllib.request
import botocore.session

def handler(event, context):
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    answer.update(Status="SUCCESS", PhysicalResourceId="consumer")
    try:
        if event["RequestType"] != "Delete":
            client = botocore.session.get_session().create_client("secretsmanager")
            assert client.get_secret_value(SecretId=event["ResourceProperties"]["SecretArn"])["SecretString"]
    except Exception as error:
        answer.update(Status="FAILED", Reason="the consumer found no token: " + repr(error))
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], json.dumps(answer).encode(), {"content-type": ""}, method="PUT"))
`),
});
secret.grantRead(reader);

new CustomResource(stack, 'Consumer', {
  serviceToken: reader.functionArn,
  properties: { SecretArn: secret.secretArn },
});
