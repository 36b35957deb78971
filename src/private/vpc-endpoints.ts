import { Aws, Fn } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';

/** Lets a role through a VPC endpoint with what it may do anyway. */
export function letThrough(endpoint: ec2.VpcEndpoint, role: iam.IRole, statements: iam.PolicyStatement[]): void {
  for (const statement of statements) {
    endpoint.addToPolicy(statement.copy({
      principals: [new iam.StarPrincipal()],
      conditions: { ...statement.conditions, ArnEquals: { 'aws:PrincipalArn': role.roleArn } },
    }));
  }
}

/**
 * The answer of a custom resource, which a URL of CloudFormation lets anyone write.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html
 */
export function answerCloudFormation(region: string): iam.PolicyStatement {
  const bucket = `cloudformation-custom-resource-response-${Fn.join('', Fn.split('-', region))}`;
  return new iam.PolicyStatement({
    actions: ['s3:PutObject'],
    principals: [new iam.StarPrincipal()],
    resources: [`arn:${Aws.PARTITION}:s3:::${bucket}/*`],
  });
}
