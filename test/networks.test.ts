import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { deployed, ENV, idOf, tokenIn } from './token-stack';
import { CodeArtifactDomain, CodeArtifactTokenProps, EndpointType } from '../src';

// That the policies let through what the handler calls, and nothing else: test/iam.

const ISOLATED = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };

function isolated(props: Partial<CodeArtifactTokenProps> = {}, env: Partial<typeof ENV> = ENV) {
  const stack = new Stack(new App(), 'Stack', { env });
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, subnetConfiguration: [{ name: 'Isolated', ...ISOLATED }] });
  const endpoints = {
    codeArtifactApi: vpc.addInterfaceEndpoint('CodeArtifactApi', { service: ec2.InterfaceVpcEndpointAwsService.CODEARTIFACT_API, open: false }),
    secretsManager: vpc.addInterfaceEndpoint('SecretsManager', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, open: false }),
    s3: vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 }),
  };
  return { stack, vpc, endpoints, token: tokenIn(stack, 'Token', { vpc, vpcSubnets: ISOLATED, ...props }) };
}

describe('VPC endpoints', () => {
  test('let the role of the function through, with what it may do anyway', () => {
    const { stack, endpoints, token } = isolated();
    token.useVpcEndpoints(endpoints);
    const template = Template.fromStack(stack);
    const role = { ArnEquals: { 'aws:PrincipalArn': stack.resolve(token.function.role!.roleArn) } };
    const secret = { Ref: idOf(template, 'AWS::SecretsManager::Secret') };
    const policyOf = (service: string) => Object.values(template.findResources('AWS::EC2::VPCEndpoint'))
      .find(({ Properties }) => JSON.stringify(Properties.ServiceName).includes(service))!.Properties.PolicyDocument.Statement;

    expect(policyOf('codeartifact.api')).toEqual([
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 'codeartifact:GetAuthorizationToken',
        Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':codeartifact:eu-west-1:111122223333:domain/acme']] },
        Condition: role,
      },
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 'sts:GetServiceBearerToken',
        Resource: '*',
        Condition: { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' }, ...role },
      },
    ]);
    expect(policyOf('secretsmanager')).toMatchObject([
      { Principal: '*', Action: 'secretsmanager:PutSecretValue', Resource: secret, Condition: role },
      { Principal: '*', Action: 'secretsmanager:TagResource', Resource: secret, Condition: { 'ForAllValues:StringEquals': expect.anything(), ...role } },
    ]);
    expect(policyOf('s3')).toEqual([{
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::cloudformation-custom-resource-response-euwest1/*']] },
    }]);
  });

  test('may be of a nested stack, whose outputs they are to the first token', () => {
    const { stack, vpc, token } = isolated();
    const nested = new NestedStack(stack, 'Nested');
    token.useVpcEndpoints({
      codeArtifactApi: new ec2.InterfaceVpcEndpoint(nested, 'CodeArtifactApi', { vpc, service: ec2.InterfaceVpcEndpointAwsService.CODEARTIFACT_API }),
      secretsManager: new ec2.InterfaceVpcEndpoint(nested, 'SecretsManager', { vpc, service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER }),
      s3: new ec2.GatewayVpcEndpoint(nested, 'S3', { vpc, service: ec2.GatewayVpcEndpointAwsService.S3 }),
    });
    const template = Template.fromStack(stack);

    template.hasResourceProperties('Custom::CodeArtifactToken', {
      VpcEndpoints: Array(3).fill({ 'Fn::GetAtt': [idOf(template, 'AWS::CloudFormation::Stack'), Match.stringLikeRegexp('^Outputs\\.')] }),
    });
  });

  test('are there, and can be reached, before the first token is asked for', () => {
    const { stack, vpc, endpoints, token } = isolated();
    const securityGroup = new ec2.SecurityGroup(stack, 'Given', { vpc, allowAllOutbound: false });
    const other = tokenIn(stack, 'Other', { vpc, vpcSubnets: ISOLATED, securityGroups: [securityGroup] });
    token.useVpcEndpoints(endpoints);
    other.useVpcEndpoints(endpoints);
    const template = Template.fromStack(stack);

    const network = [
      ...Object.keys(template.findResources('AWS::EC2::VPCEndpoint')),
      ...Object.keys(template.findResources('AWS::EC2::SecurityGroupIngress')),
    ];
    expect(network).toHaveLength(7); // 3 endpoints, and of each of 2 functions a rule for 2
    for (const firstToken of Object.values(template.findResources('Custom::CodeArtifactToken'))) {
      expect(firstToken.DependsOn).toEqual(expect.arrayContaining(network));
    }
    const egress = template.findResources('AWS::EC2::SecurityGroupEgress', { Properties: { FromPort: 443, GroupId: stack.resolve(securityGroup.securityGroupId) } });
    expect(Object.keys(egress)).toHaveLength(2);
    template.hasResource('Custom::CodeArtifactToken', { DependsOn: Match.arrayWith(Object.keys(egress)) });
  });

  test('need not be in a region that is known at synthesis', () => {
    const { stack, endpoints, token } = isolated({}, {});
    token.useVpcEndpoints(endpoints);

    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint'))).toContain(
      'cloudformation-custom-resource-response-",{"Fn::Join":["",{"Fn::Split":["-",{"Ref":"AWS::Region"}]}]}');
  });

  test('are refused for a function outside of any VPC', () => {
    const { token } = deployed();

    expect(() => token.useVpcEndpoints(isolated().endpoints)).toThrow(
      'useVpcEndpoints needs a function in a VPC; received no vpc. Give CodeArtifactToken the vpc of the endpoints');
  });

  test('are refused for a domain in another region, to which they do not lead', () => {
    const domain = CodeArtifactDomain.fromDomainName(new Stack(), 'Domain', 'acme', { owner: ENV.account, region: 'us-east-1' });
    const { endpoints, token } = isolated({ domain });

    expect(() => token.useVpcEndpoints(endpoints)).toThrow('useVpcEndpoints needs a domain in the region of the stack, because an endpoint leads to its own'
      + ' region alone; received a domain in us-east-1 and a stack in eu-west-1. Make the CodeArtifactToken in the region of the domain');
  });

  test.each(['codeArtifactApi', 'secretsManager'] as const)('are refused without private DNS, by which the function would find them: %s', (name) => {
    const { vpc, endpoints, token } = isolated();
    const service = name === 'secretsManager' ? ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER : ec2.InterfaceVpcEndpointAwsService.CODEARTIFACT_API;
    const withoutPrivateDns = vpc.addInterfaceEndpoint('WithoutPrivateDns', { service, privateDnsEnabled: false });

    expect(() => token.useVpcEndpoints({ ...endpoints, [name]: withoutPrivateDns })).toThrow(
      `${name} must be a VPC endpoint with private DNS, because the function calls the service by its name, and would not be answered; received`
      + ' Stack/Vpc/WithoutPrivateDns with privateDnsEnabled: false.');
  });
});

describe('with dual-stack endpoints', () => {
  const dualStack = (props: Partial<CodeArtifactTokenProps> = {}, inVpc = false) => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const vpc = inVpc ? new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways: 0, ipProtocol: ec2.IpProtocol.DUAL_STACK }) : undefined;
    const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme', { endpointType: EndpointType.DUAL_STACK });
    tokenIn(stack, 'Token', { domain, vpc, vpcSubnets: vpc && ISOLATED, ...props });
    return Template.fromStack(stack);
  };

  test('the function calls the dual-stack addresses of AWS', () => {
    const template = dualStack();

    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: Match.objectLike({ AWS_USE_DUALSTACK_ENDPOINT: 'true' }) } });
    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: Match.absent() });
  });

  test('the function connects by IPv6 in a VPC', () => {
    const template = dualStack({}, true);

    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: Match.objectLike({ Ipv6AllowedForDualStack: true }) });
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: Match.arrayWith([Match.objectLike({ CidrIpv6: '::/0', IpProtocol: '-1' })]),
    });
  });

  test('the function keeps the security groups that it is given', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways: 0, ipProtocol: ec2.IpProtocol.DUAL_STACK });
    const group = new ec2.SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });
    const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme', { endpointType: EndpointType.DUAL_STACK });
    tokenIn(stack, 'Token', { domain, vpc, vpcSubnets: ISOLATED, securityGroups: [group] });

    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })], // which is how the CDK says: none
    });
  });
});
