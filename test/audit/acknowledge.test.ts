import * as cdk from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as codeartifact from 'aws-cdk-lib/aws-codeartifact';
import { CodeArtifactDomain, CodeArtifactToken } from '../../src';

// That cdk-nag honours it is in audit.test.ts, which runs it with the newest aws-cdk-lib. This runs with the oldest supported one.

const PACKAGES = 'Resource::arn:<AWS::Partition>:codeartifact:<AWS::Region>:<Acme.Owner>:package/<Acme.Name>/npm-own/*';

function deployed(): cdk.Stack {
  const stack = new cdk.Stack();
  const domain = CodeArtifactDomain.fromCfnDomain(new codeartifact.CfnDomain(stack, 'Acme', { domainName: 'acme' }));
  new CodeArtifactToken(stack, 'Token', { domain, publishTo: ['npm-own'] });
  return stack;
}

test('the template says why there are wildcards in the policy, and cdk-nag 2 is given nothing but those', () => {
  Template.fromStack(deployed()).hasResource('AWS::IAM::Policy', {
    Metadata: {
      cdk_nag: {
        rules_to_suppress: [
          { id: 'AwsSolutions-IAM5', reason: Match.stringLikeRegexp('sts:GetServiceBearerToken'), applies_to: ['Resource::*'] },
          { id: 'AwsSolutions-IAM5', reason: Match.stringLikeRegexp('[Pp]ublish'), applies_to: [PACKAGES] },
        ],
      },
    },
  });
});

test('a newer aws-cdk-lib is told of the same wildcards, and cdk-nag 3 will ask it', () => {
  const told: string[] = [];
  const of = ({ node }: cdk.CfnElement) => ({ acknowledge: (...rules: { id: string }[]) => told.push(node.path, ...rules.map(({ id }) => id)) });
  Object.assign(cdk, { Validations: { of } });
  try {
    deployed();
  } finally {
    delete (cdk as { Validations?: unknown }).Validations;
  }

  expect(told).toEqual(['Default/Token/Role/Policy', 'AwsSolutions-IAM5[Resource::*]', `AwsSolutions-IAM5[${PACKAGES}]`]);
});

test('what a wildcard is part of may be known to CloudFormation alone', () => {
  const stack = new cdk.Stack();
  const domain = CodeArtifactDomain.fromDomainArn(stack, 'Domain', new cdk.CfnParameter(stack, 'Arn').valueAsString);
  new CodeArtifactToken(stack, 'Token', { domain, publishTo: [cdk.Fn.importValue('Repository')] });

  const wildcard = { id: 'AwsSolutions-IAM5', applies_to: [Match.stringLikeRegexp('Fn::Select.*:package/.*Repository.*/\\*$')] };
  Template.fromStack(stack).hasResource('AWS::IAM::Policy', {
    Metadata: { cdk_nag: { rules_to_suppress: Match.arrayWith([Match.objectLike(wildcard)]) } },
  });
});
