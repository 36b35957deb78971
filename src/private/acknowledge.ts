import * as cdk from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { flatten } from './flatten';

const RULE = 'AwsSolutions-IAM5';

/** Newer versions of aws-cdk-lib have it, the oldest supported one has not. */
interface MayValidate {
  readonly Validations?: { of(scope: IConstruct): { acknowledge(...rules: { id: string; reason: string }[]): void } };
}

/**
 * Acknowledges the wildcards among the resources of a policy for cdk-nag: version 2 reads the metadata of the resource, version 3
 * what aws-cdk-lib's `Validations` notes. Each finding by its own id, so that any other one is still found.
 */
export function acknowledgeWildcards(policy: iam.Policy): void {
  const statements: { Resource: unknown }[] = cdk.Stack.of(policy).resolve(policy.document).Statement;
  const wildcards = new Set(statements.flatMap(({ Resource }) => Resource).map(flatten).filter((resource) => resource.includes('*')));
  const findings = [...wildcards].map((resource) => ({ id: `Resource::${resource}`, reason: reasonOf(resource) }));

  (policy.node.defaultChild as iam.CfnPolicy).addMetadata('cdk_nag', {
    rules_to_suppress: findings.map(({ id, reason }) => ({ id: RULE, reason, applies_to: [id] })),
  });
  (cdk as MayValidate).Validations?.of(policy).acknowledge(...findings.map(({ id, reason }) => ({ id: `${RULE}[${id}]`, reason })));
}

function reasonOf(resource: string): string {
  return resource === '*'
    ? 'sts:GetServiceBearerToken takes no resource: a condition allows it for CodeArtifact alone. In a VPC, Lambda makes network interfaces, whose names come later.'
    : 'Publishing is to packages of any name, in this one repository.';
}
