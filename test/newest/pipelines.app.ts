import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import { CodeArtifactDomain, CodeArtifactToken } from 'cdk-codeartifact-token';

// With the order of Aspects that new apps have, and with that of old ones.
const policiesOfReaders = [true, false].map((stabilization) => {
  const app = new App({ context: { '@aws-cdk/core:aspectStabilization': stabilization, '@aws-cdk/core:aspectPrioritiesMutating': stabilization } });
  const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  const token = new CodeArtifactToken(stack, 'Token', {
    domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'), readFrom: ['npm-store'], encryptionKey: new kms.Key(stack, 'Key'),
  });
  new CodePipeline(stack, 'Pipeline', {
    synth: new ShellStep('Synth', { input: CodePipelineSource.s3(new s3.Bucket(stack, 'Bucket'), 'app.zip'), commands: ['npx cdk synth'] }),
    codeBuildDefaults: { buildEnvironment: { environmentVariables: token.codeBuildVariables() } },
  });
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).map((policy) => JSON.stringify(policy));
  return policies.filter((policy) => policy.includes('secretsmanager:GetSecretValue')).map((policy) => policy.includes('kms:ViaService'));
});
console.log(JSON.stringify(policiesOfReaders));
