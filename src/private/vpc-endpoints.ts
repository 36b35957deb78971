import { Aws, Fn, Token, TokenComparison } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FunctionCalls } from './roles';
import { validatePrivateDns } from './validation';
import { TokenVpcEndpoints } from '../codeartifact-token-props';

/** Lets a function through VPC endpoints with what it calls there. Returns their ids. */
export function connect(fn: lambda.Function, domainRegion: string, calls: FunctionCalls, endpoints: TokenVpcEndpoints): string[] {
  const { codeArtifactApi, secretsManager, s3 } = endpoints;
  const { region } = fn.stack;
  if (!fn.isBoundToVpc) {
    throw new Error('useVpcEndpoints needs a function in a VPC; received no vpc. Give CodeArtifactToken the vpc of the endpoints');
  }
  if (Token.compareStrings(domainRegion, region) === TokenComparison.DIFFERENT) {
    throw new Error('useVpcEndpoints needs a domain in the region of the stack, because an endpoint leads to its own region alone; received a domain in'
      + ` ${domainRegion} and a stack in ${region}. Make the CodeArtifactToken in the region of the domain`);
  }
  validatePrivateDns({ codeArtifactApi, secretsManager });
  letThrough(codeArtifactApi, fn.role!, calls.codeArtifact);
  letThrough(secretsManager, fn.role!, calls.secretsManager);
  s3.addToPolicy(answerCloudFormation(region));
  for (const { connections } of [codeArtifactApi, secretsManager]) {
    connections.allowDefaultPortFrom(fn);
  }
  return [codeArtifactApi, secretsManager, s3].map(({ vpcEndpointId }) => vpcEndpointId);
}

/** Lets a role through a VPC endpoint with what it may do anyway. */
function letThrough(endpoint: ec2.VpcEndpoint, role: iam.IRole, statements: iam.PolicyStatement[]): void {
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
function answerCloudFormation(region: string): iam.PolicyStatement {
  const bucket = `cloudformation-custom-resource-response-${Fn.join('', Fn.split('-', region))}`;
  return new iam.PolicyStatement({
    actions: ['s3:PutObject'],
    principals: [new iam.StarPrincipal()],
    resources: [`arn:${Aws.PARTITION}:s3:::${bucket}/*`],
  });
}
