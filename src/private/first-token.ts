import { CfnResource, CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IConstruct } from 'constructs';
import { ofRendered, renderedProperties } from './rendered';

/** What a refresh depends on. */
interface Needs {
  readonly function: lambda.Function;
  readonly secret: secretsmanager.ISecret;
  /** The ids of the VPC endpoints that the function goes through. */
  readonly vpcEndpoints: string[];
}

/**
 * The resource that puts the first token into the secret, and a new one when anything changes that a refresh depends on:
 * the deployment that changes it shows that it works, or is rolled back.
 *
 * CloudFormation sees a change by the properties of the resource. They are taken from the template in the end, so that
 * also what Aspects change is among them.
 *
 * @param needs may come after the resource, because the attributes of the resource are needed before
 */
export function firstToken(scope: Construct, needs: () => Needs): CustomResource {
  const late = (make: () => unknown) => Lazy.uncachedAny(ofRendered(make));
  return new CustomResource(scope, 'FirstToken', {
    resourceType: 'Custom::CodeArtifactToken',
    serviceToken: Lazy.string({ produce: () => needs().function.functionArn }),
    serviceTimeout: Duration.minutes(2),
    properties: {
      // The ARN of the role is among them: what a token of a role that is gone still opens is not known.
      Function: late(() => withoutDescription(needs().function)),
      // As text, which nobody takes for a policy that permits anything.
      RoleAndPolicies: late(() => Stack.of(scope).toJsonString(propertiesOf(needs().function.role!))),
      // The tags are among them because CloudFormation may drop ours where it changes its own.
      Secret: late(() => withoutDescription(needs().secret)),
      // Of another resource each, so that their references must be found here.
      VpcEndpoints: Lazy.uncachedAny({ produce: () => needs().vpcEndpoints }),
    },
  });
}

function withoutDescription(construct: IConstruct): object {
  return { ...renderedProperties(construct), Description: undefined };
}

/** The properties of a role and of its policies. */
function propertiesOf(role: IConstruct): object[] {
  return role.node.findAll().filter((child) => CfnResource.isCfnResource(child)).map(renderedProperties);
}
