import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DeployedApp } from './deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// A token with what operators have, but for the alarm, which MiniStack does not make of an expression, and a service that reads it when its containers start.

const app = new DeployedApp();
const stack = app.stack('Operations');
const token = new CodeArtifactToken(stack, 'Token', { domain: app.domain(stack), readFrom: ['npm-store'] });

token.createDashboard('Dashboard');
token.grantRefresh(new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal(), roleName: app.name('operator') }));

const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
taskDefinition.addContainer('app', { image: ecs.ContainerImage.fromRegistry('node:24'), secrets: token.ecsSecrets() });
const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, restrictDefaultSecurityGroup: false });
const cluster = new ecs.Cluster(stack, 'Cluster', { vpc, clusterName: app.name('cluster') });
const service = new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, serviceName: 'service', desiredCount: 0 });
token.redeployBeforeExpiry(service);

// Lets the test take the place of the Scheduler.
const role = service.node.findAll().find(({ node }) => node.id === 'ScheduleRole') as iam.Role;
role.assumeRolePolicy!.addStatements(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], principals: [new iam.AccountRootPrincipal()] }));
