import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token in a VPC without internet access, as in examples/vpc-endpoints, with a customer-managed KMS key. Beside it, functions that try what others may.
//   --context zone=<name>   the availability zone, of which one is enough

const { CODEARTIFACT_API, CODEARTIFACT_REPOSITORIES, SECRETS_MANAGER } = ec2.InterfaceVpcEndpointAwsService;

const app = new DeployedApp();
const stack = app.stack('Isolated');

const vpc = new ec2.Vpc(stack, 'Vpc', {
  availabilityZones: [app.context('zone')!],
  restrictDefaultSecurityGroup: false,
  subnetConfiguration: ['Token', 'Clients'].map((name) => ({ name, subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 })),
});
const tokenSubnets = { subnetGroupName: 'Token' };
const clientSubnets = { subnetGroupName: 'Clients' };

const token = new CodeArtifactToken(stack, 'Token', {
  domain: app.domain(stack),
  readFrom: ['npm-store'],
  refreshInterval: Duration.minutes(10), // has the shortest flexible window
  encryptionKey: new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY, pendingWindow: Duration.days(7) }),
  vpc,
  vpcSubnets: tokenSubnets,
});

const endpoints = {
  codeArtifactApi: vpc.addInterfaceEndpoint('CodeArtifactApi', { service: CODEARTIFACT_API, open: false, subnets: tokenSubnets }),
  secretsManager: vpc.addInterfaceEndpoint('SecretsManager', { service: SECRETS_MANAGER, open: false, subnets: tokenSubnets }),
  s3: vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3, subnets: [tokenSubnets] }),
};
token.useVpcEndpoints(endpoints);

// Endpoints of the clients, to which the function of the token has no way: without private DNS and with no policy.
const ownEndpoints = [
  vpc.addInterfaceEndpoint('ClientsApi', { service: CODEARTIFACT_API, privateDnsEnabled: false, open: false, subnets: clientSubnets }),
  vpc.addInterfaceEndpoint('ClientsRepositories', { service: CODEARTIFACT_REPOSITORIES, privateDnsEnabled: false, open: false, subnets: clientSubnets }),
];
vpc.addGatewayEndpoint('ClientsS3', { service: ec2.GatewayVpcEndpointAwsService.S3, subnets: [clientSubnets] });

const role = new iam.Role(stack, 'ClientRole', {
  roleName: app.name('client'),
  assumedBy: new iam.CompositePrincipal(new iam.ServicePrincipal('lambda.amazonaws.com'), new iam.AccountRootPrincipal()),
  inlinePolicies: {
    Client: new iam.PolicyDocument({
      statements: [new iam.PolicyStatement({
        actions: [
          's3:ListAllMyBuckets',
          'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets',
          'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
        ],
        resources: ['*'],
      })],
    }),
  },
});
token.domain.grantAuthorize(role);
token.domain.grantRead(role, 'npm-store');
token.grantRead(role);

const securityGroup = new ec2.SecurityGroup(stack, 'ClientSecurityGroup', { vpc });
securityGroup.node.addDependency(role.node.defaultChild!); // with which Lambda removes the network interfaces; its other policy waits for the token
for (const { connections } of [endpoints.codeArtifactApi, endpoints.secretsManager, ...ownEndpoints]) {
  connections.allowDefaultPortFrom(securityGroup);
}

// Where the endpoints of the token are, where those of the clients are, and one outside of the VPC with the role of the token.
client('Intruder', { role, vpc, vpcSubnets: tokenSubnets, securityGroups: [securityGroup] });
client('Client', { role, vpc, vpcSubnets: clientSubnets, securityGroups: [securityGroup] });
client('Impostor', { role: token.function.role });

/** A function that makes a call of an AWS API, or installs a package, and tells how that ended, and never what it got. */
function client(id: string, props: Partial<lambda.FunctionProps>): lambda.Function {
  return new lambda.Function(stack, id, {
    runtime: lambda.Runtime.PYTHON_3_12,
    handler: 'index.handler',
    timeout: Duration.seconds(100),
    memorySize: 512,
    code: lambda.Code.fromInline(`
import hashlib, json, os, urllib.parse, urllib.request
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

def call(service, method, parameters):
    config = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
    return getattr(botocore.session.get_session().create_client(service, config=config), method)(**parameters)

def get(url, token):
    request = urllib.request.Request(url)
    request.add_unredirected_header("authorization", "Bearer " + token)
    return urllib.request.urlopen(request, timeout=15).read()

def install(repository, package, domain):
    token = call("codeartifact", "get_authorization_token", domain)["authorizationToken"]
    packument = json.loads(get(repository + package, token))
    dist = packument["versions"][packument["dist-tags"]["latest"]]["dist"]
    host = urllib.parse.urlparse(dist["tarball"]).hostname
    try:
        tarball = get(dist["tarball"], token)
    except Exception as error:
        return {"host": host, "code": repr(error)}
    return {"host": host, "code": "installed" if hashlib.sha1(tarball).hexdigest() == dist["shasum"] else "not what was published"}

def handler(event, context):
    os.environ.update(event.get("environment", {}))
    try:
        if "install" in event:
            return install(**event["install"])
        call(**event["call"])
        return {"code": "allowed"}
    except ClientError as error:
        return {"code": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
    except Exception as error:
        return {"code": repr(error)}
`),
    ...props,
  });
}
