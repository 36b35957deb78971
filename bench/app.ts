import { App, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TokenByHand, TokenInPython, TokenOfProvider } from './alternatives/tokens';
import { CodeArtifactDomain, CodeArtifactToken } from 'cdk-codeartifact-token';

// What is measured: a stack with a number of tokens of one design.

const DESIGNS: Record<string, (scope: Construct, id: string) => Construct> = {
  'this construct': (scope, id) => new CodeArtifactToken(scope, id, { domain: CodeArtifactDomain.fromDomainName(scope, `${id}Domain`, 'acme'), readFrom: ['npm-store'] }),
  'NodejsFunction': (scope, id) => new TokenByHand(scope, id, 'acme'),
  'Python': (scope, id) => new TokenInPython(scope, id, 'acme'),
  'Provider': (scope, id) => new TokenOfProvider(scope, id, 'acme'),
};

const app = new App();
const stack = new Stack(app, 'Tokens');
for (let number = 1; number <= Number(app.node.tryGetContext('tokens')); number++) {
  DESIGNS[app.node.tryGetContext('design')](stack, `Token${number}`);
}
