import { App, CfnOutput, RemovalPolicy, SecretValue, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CodeArtifactDomain, CodeArtifactToken } from 'cdk-codeartifact-token';

// Uses each member of ISecret on `token.secret` and on a plain secret, and prints what it changes in their templates, by the
// member. The secrets have the same place in the tree. A member without a use is not printed, which the test sees.

const ENV = { account: '111122223333', region: 'eu-west-1' };

type Use = (secret: ISecret, stack: Stack) => void;

const output = (valueOf: (secret: any) => string): Use => (secret, stack) => { new CfnOutput(stack, 'Output', { value: valueOf(secret) }); };
const role = (stack: Stack) => new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });

const uses: Record<string, Use> = {
  secretArn: output((secret) => secret.secretArn),
  secretFullArn: output((secret) => secret.secretFullArn),
  secretName: output((secret) => secret.secretName),
  secretRef: output((secret) => secret.secretRef.secretId),
  encryptionKey: output((secret) => String(secret.encryptionKey)),
  secretValue: output((secret) => secret.secretValue.unsafeUnwrap()),
  secretValueFromJson: output((secret) => secret.secretValueFromJson('password').unsafeUnwrap()),
  cfnDynamicReferenceKey: output((secret) => secret.cfnDynamicReferenceKey({ jsonField: 'password' })),
  grantRead: (secret, stack) => {
    secret.grantRead(role(stack));
    secret.grantRead(new iam.User(stack, 'User'), ['AWSCURRENT']);
  },
  grantWrite: (secret, stack) => { secret.grantWrite(role(stack)); },
  addToResourcePolicy: (secret, stack) => {
    const statement = new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: ['*'], principals: [role(stack)] });
    new CfnOutput(stack, 'Output', { value: String(secret.addToResourcePolicy(statement).statementAdded) });
  },
  denyAccountRootDelete: (secret) => secret.denyAccountRootDelete(),
  addRotationSchedule: (secret, stack) => {
    secret.addRotationSchedule('Rotation', { rotationLambda: lambda.Function.fromFunctionName(stack, 'Rotator', 'rotator') });
  },
  attach: (secret) => { secret.attach({ asSecretAttachmentTarget: () => ({ targetId: 'database', targetType: 'AWS::RDS::DBInstance' as any }) }); },
  // Of a resource, and of a construct.
  applyRemovalPolicy: (secret) => secret.applyRemovalPolicy(RemovalPolicy.RETAIN),
  env: output(({ env }) => `${env.account} ${env.region}`),
  stack: (secret, stack) => { new CfnOutput(stack, 'Output', { value: String(secret.stack === stack) }); },
  node: (secret) => Tags.of(secret).add('team', 'build'),
  with: (secret) => {
    const isSecret = ({ cfnResourceType }: any) => cfnResourceType === 'AWS::SecretsManager::Secret';
    (secret as any).with({ supports: isSecret, applyTo: (resource: any) => { resource.description = 'mixed in'; } });
  },
};

const description = 'the same for both';

type Make = (stack: Stack) => ISecret;

const plainSecret: Make = (stack) => (
  new Secret(new Construct(stack, 'Token'), 'Secret', { description, secretStringValue: SecretValue.unsafePlainText('a token') }));

const tokenSecret: Make = (stack) => {
  const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme');
  return new CodeArtifactToken(stack, 'Token', { domain, readFrom: ['npm-store'], description }).secret;
};

/** What a use changes in the template: the parts that are new or other, with the ARN of the secret by one name. The value of a plain one is not among them. */
function changesOf(make: Make, use: Use): unknown {
  const synthesise = (used: boolean) => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const secret = make(stack);
    const arn = JSON.stringify(stack.resolve(secret.secretArn));
    if (used) {
      use(secret, stack);
    }
    const { Resources, Outputs = {} } = Template.fromStack(stack).toJSON();
    // The resource that makes the first token follows the secret, and is not of a plain one.
    const { TokenFirstToken6B5249C2: _, ...others } = Resources;
    delete others.TokenSecretADE41DCA.Properties.SecretString;
    const parts = { ...others, ...Outputs };
    return Object.fromEntries(Object.entries(parts).map(([id, part]) => [id, JSON.stringify(part).replaceAll(arn, '"the ARN"')]));
  };
  const before = synthesise(false);
  const entries = Object.entries(synthesise(true)).filter(([id, part]) => part !== before[id]);
  return Object.fromEntries(entries.map(([id, part]) => [id, JSON.parse(part)]));
}

const attempt = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  }
};

console.log(JSON.stringify(Object.fromEntries(Object.entries(uses).map(([member, use]) => [member, {
  plain: changesOf(plainSecret, use),
  token: attempt(() => changesOf(tokenSecret, use)),
}]))));
