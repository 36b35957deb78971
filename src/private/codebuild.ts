import { Aspects, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';

/**
 * Grants reading to each CodeBuild project that uses the secret. aws-cdk-lib itself lets the role of a project read a secret
 * but not decrypt it; and the projects of CDK Pipelines are made only at synthesis, when nobody can grant them anything.
 */
export function grantReadToProjects(token: IConstruct, secret: secretsmanager.ISecret): void {
  Aspects.of(Stage.of(token)!).add({
    visit(node: IConstruct) {
      if (CfnResource.isCfnResource(node) && node.cfnResourceType === codebuild.CfnProject.CFN_RESOURCE_TYPE_NAME) {
        const { role } = node.node.scope as Partial<codebuild.Project>; // none of a project that is no construct of the CDK's
        if (role?.grantPrincipal && uses(node as codebuild.CfnProject, role, secret)) {
          secret.grantRead(role);
        }
      }
    },
  });
}

/** By its own environment, or by the statement that aws-cdk-lib gives its role for the environment of an action of CodePipeline. */
function uses(project: codebuild.CfnProject, role: iam.IRole, secret: secretsmanager.ISecret): boolean {
  const stack = Stack.of(project);
  const documents = role.node.findAll().map((construct) => (construct as iam.CfnPolicy).policyDocument);
  return JSON.stringify(stack.resolve([project.environment, documents])).includes(JSON.stringify(stack.resolve(secret.secretArn)));
}
