import * as cdk from 'aws-cdk-lib';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CodeArtifactDomain, CodeArtifactToken, CodeArtifactTokenProps } from 'cdk-codeartifact-token';

// Prints the resources of each stack, whose defaults are set by property injectors. Older versions of aws-cdk-lib have none.

const { PropertyInjectors } = cdk as any;
const app = new App();

/** An injector as AWS's guide writes it: its defaults, and what the construct was given over them. */
const injector = (constructUniqueId: string, defaults: (scope: Construct) => object) => ({
  constructUniqueId,
  inject: (props: object, { scope, id }: { scope: Construct; id: string }) => ({ ...defaults(new Construct(scope, `Defaults${id}`)), ...props }),
});

function stackWith(id: string, props: Partial<CodeArtifactTokenProps>, ...injectors: object[]): Stack {
  const stack = new Stack(app, id, { env: { account: '111122223333', region: 'eu-west-1' } });
  PropertyInjectors.of(stack).add(...injectors);
  new CodeArtifactToken(stack, 'Token', { domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'), readFrom: ['npm-store'], ...props });
  return stack;
}

const keyIn = (scope: Construct, name: string) => kms.Key.fromKeyArn(scope, 'Key', `arn:aws:kms:eu-west-1:111122223333:key/${name}`);

PropertyInjectors.of(app).add(injector(CodeArtifactToken.PROPERTY_INJECTION_ID, () => ({ secretName: 'of the app', description: 'of the app' })));

const stacks = [
  stackWith('OfToken', { description: 'of the stack' },
    injector(CodeArtifactToken.PROPERTY_INJECTION_ID, () => ({ secretName: 'injected', description: 'injected' }))),
  stackWith('OfParts', { secretName: 'given', description: 'given' },
    injector('aws-cdk-lib.aws-secretsmanager.Secret', (scope) => ({ encryptionKey: keyIn(scope, 'secret') })),
    injector('aws-cdk-lib.aws-scheduler.Schedule', (scope) => ({ key: keyIn(scope, 'schedule') })),
    injector('aws-cdk-lib.aws-lambda.Function', (scope) => ({
      vpc: ec2.Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] }),
      deadLetterQueue: sqs.Queue.fromQueueArn(scope, 'Queue', 'arn:aws:sqs:eu-west-1:111122223333:failed'),
    }))),
];

const inTreeOrder = (stack: Stack) => {
  const { Resources } = Template.fromStack(stack).toJSON();
  const ids = stack.node.findAll().filter(CfnResource.isCfnResource).map((resource) => stack.resolve(resource.logicalId));
  return ids.filter((id) => Resources[id]).map((id) => Resources[id]);
};

console.log(JSON.stringify(Object.fromEntries(stacks.map((stack) => [stack.stackName, inTreeOrder(stack)]))));
