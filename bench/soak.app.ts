import { App, Stack } from 'aws-cdk-lib';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { CodeArtifactDomain, CodeArtifactToken } from 'cdk-codeartifact-token';

// Tokens side by side, and one queue that hears of each refresh that failed.

const app = new App();
const stack = new Stack(app, 'Soak');
const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme');
const failures = new SqsDestination(new sqs.Queue(stack, 'Failures', { queueName: 'failures' }));
for (let number = 1; number <= Number(app.node.tryGetContext('tokens')); number++) {
  new CodeArtifactToken(stack, `Token${number}`, { domain, readFrom: ['npm-store'], secretName: `token-${number}`, onFailure: failures });
}
