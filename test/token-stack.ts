import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CodeArtifactDomain, CodeArtifactToken, CodeArtifactTokenProps } from '../src';

export const ENV = { account: '111122223333', region: 'eu-west-1' };

/** A stack with a token for the domain `acme`. */
export function deployed(props: Partial<CodeArtifactTokenProps> = {}, env: { account?: string; region?: string } = ENV) {
  const stack = new Stack(new App(), 'Stack', { env });
  const token = tokenIn(stack, 'Token', props);
  return { stack, token, template: () => Template.fromStack(stack) };
}

export function tokenIn(stack: Stack, id: string, props: Partial<CodeArtifactTokenProps> = {}): CodeArtifactToken {
  return new CodeArtifactToken(stack, id, {
    domain: CodeArtifactDomain.fromDomainName(stack, `${id}Domain`, 'acme'),
    readFrom: ['npm-store'],
    ...props,
  });
}

/** The id of the only resource of a type. */
export function idOf(template: Template, type: string): string {
  const ids = Object.keys(template.findResources(type));
  expect(ids).toHaveLength(1);
  return ids[0];
}

export function functionRoleStatements(template: Template): Record<string, unknown>[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('TokenRole'));
  return policies.flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement);
}
