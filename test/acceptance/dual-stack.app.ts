import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactDomain, CodeArtifactToken, EndpointType } from 'cdk-codeartifact-token';

// A token whose function has no way out by IPv4 but to S3.
//   --context zone=<name>       the availability zone
//   --context prefixList=<id>   of S3

const app = new DeployedApp();
const stack = app.stack('DualStack');

const vpc = new ec2.Vpc(stack, 'Vpc', {
  ipProtocol: ec2.IpProtocol.DUAL_STACK,
  availabilityZones: [app.context('zone')!],
  natGateways: 0,
  createInternetGateway: false,
  restrictDefaultSecurityGroup: false,
  subnetConfiguration: [{ name: 'Token', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }], // through an egress-only internet gateway
});
const s3 = vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });

const securityGroup = new ec2.SecurityGroup(stack, 'SecurityGroup', { vpc, allowAllOutbound: false, allowAllIpv6Outbound: true });
securityGroup.addEgressRule(ec2.Peer.prefixList(app.context('prefixList')!), ec2.Port.tcp(443));

const token = new CodeArtifactToken(stack, 'Token', {
  domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', app.run.domain, { endpointType: EndpointType.DUAL_STACK }),
  readFrom: ['npm-store'],
  vpc,
  securityGroups: [securityGroup],
});
token.node.addDependency(s3); // which the first answer to CloudFormation needs
