import type { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { CodeArtifactToken } from 'cdk-codeartifact-token';

/** A service of ECS that reads the token, without a container and an instance to run one, and so without a VPC. */
export function serviceWithoutContainers(stack: Stack, token: CodeArtifactToken, clusterName?: string): ecs.IBaseService {
  const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Cluster', {
    clusterName: new ecs.CfnCluster(stack, 'CfnCluster', { clusterName }).ref,
    hasEc2Capacity: true,
    securityGroups: [],
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0', availabilityZones: ['none'] }),
  });
  const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode: ecs.NetworkMode.BRIDGE });
  taskDefinition.addContainer('app', { image: ecs.ContainerImage.fromRegistry('node:24'), memoryLimitMiB: 128, secrets: token.ecsSecrets() });
  return new ecs.Ec2Service(stack, 'Service', { cluster, taskDefinition, desiredCount: 0 });
}
