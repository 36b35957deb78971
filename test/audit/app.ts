import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { App, Aspects, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as codeartifact from 'aws-cdk-lib/aws-codeartifact';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { CodeArtifactDomain, CodeArtifactToken, CodeArtifactTokenProps, PackageManager, SecretFormat } from 'cdk-codeartifact-token';

// The compiled library in an app with the newest aws-cdk-lib, which cdk-nag 3 needs: ./tsconfig.json says where both are.
// What cdk-nag 3 finds is in the report that aws-cdk-lib itself writes. What cdk-nag 2 finds is written beside it.

const PACKS = ['AwsSolutionsChecks', 'ServerlessChecks', 'HIPAASecurityChecks', 'NIST80053R5Checks', 'PCIDSS321Checks'];
const fromAuditors = createRequire(join(__dirname, '..', '..', '.sandbox', 'audit', 'npm', 'package.json'));
const { Validations } = fromAuditors('aws-cdk-lib');

const app = new App({ outdir: process.argv[2], context: { 'aws:cdk:enable-path-metadata': true } });

const tokenIn = (stack: Stack, props?: Partial<CodeArtifactTokenProps>) => new CodeArtifactToken(stack, 'Token', {
  domain: props?.domain ?? CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'),
  readFrom: ['npm-store'],
  ...props,
});

tokenIn(new Stack(app, 'Default'));

const hardened = new Stack(app, 'Hardened', { env: { account: '111122223333', region: 'eu-west-1' } });
const encryptionKey = new kms.Key(hardened, 'Key', { enableKeyRotation: true });
encryptionKey.grantEncryptDecrypt(new iam.ServicePrincipal('logs.eu-west-1.amazonaws.com'));
const topic = sns.Topic.fromTopicArn(hardened, 'Topic', 'arn:aws:sns:eu-west-1:111122223333:tokens');
const hardenedToken = tokenIn(hardened, {
  publishTo: ['npm-own'],
  managedRotation: true,
  format: SecretFormat.json(PackageManager.npm('npm-store')),
  encryptionKey,
  environmentEncryption: encryptionKey,
  scheduleEncryptionKey: encryptionKey,
  scheduleGroup: scheduler.ScheduleGroup.fromScheduleGroupName(hardened, 'Group', 'tokens'),
  replicaRegions: [{ region: 'eu-central-1' }],
  vpc: ec2.Vpc.fromVpcAttributes(hardened, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    isolatedSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  }),
  vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
  logGroup: new logs.LogGroup(hardened, 'Logs', { encryptionKey, retention: logs.RetentionDays.ONE_YEAR }),
  deadLetterQueue: sqs.Queue.fromQueueAttributes(hardened, 'Queue', {
    queueArn: 'arn:aws:sqs:eu-west-1:111122223333:tokens',
    keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  }),
  // Not SqsDestination, which with a key grants kms:GenerateDataKey* and kms:ReEncrypt*.
  onFailure: new destinations.SnsDestination(topic),
  onRefreshed: new destinations.EventBridgeDestination(),
});
hardenedToken.grantRead(new iam.AccountPrincipal('444455556666'));
const alarm = hardenedToken.alarmBeforeExpiry('Alarm');
alarm.addAlarmAction(new actions.SnsAction(topic));
hardenedToken.createDashboard('Dashboard', alarm);

// A user's own wildcards, on the role whose own ones the construct acknowledges. One of them is the same.
const extended = tokenIn(new Stack(app, 'Extended'));
extended.function.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::own/*'] }));
extended.function.addToRolePolicy(new iam.PolicyStatement({ actions: ['sts:GetServiceBearerToken'], resources: ['*'] }));

// Wildcards that are acknowledged under names which are not known yet.
const created = new Stack(app, 'Created');
tokenIn(created, { domain: CodeArtifactDomain.fromCfnDomain(new codeartifact.CfnDomain(created, 'Acme', { domainName: 'acme' })), publishTo: ['npm-own'] });
const imported = new Stack(app, 'Imported');
tokenIn(imported, { domain: CodeArtifactDomain.fromDomainArn(imported, 'Domain', new CfnParameter(imported, 'Arn').valueAsString), publishTo: ['npm-own'] });

const found: { pack: string; rule: string; path: string; acknowledged?: string }[] = [];
const note = (data: { nagPackName: string; ruleId: string; findingId?: string; resource: CfnResource; suppressionReason?: string }) => found.push({
  pack: data.nagPackName,
  rule: data.findingId ? `${data.ruleId}[${data.findingId}]` : data.ruleId,
  path: data.resource.node.path,
  acknowledged: data.suppressionReason?.replace(`[${data.findingId}] `, ''),
});
const ignore = () => {};
const logger = { onCompliance: ignore, onNotApplicable: ignore, onNonCompliance: note, onSuppressed: note, onError: note, onSuppressedError: note };
for (const pack of PACKS) {
  Aspects.of(app).add(new (fromAuditors('cdk-nag-2')[pack])({ reports: false, additionalLoggers: [logger] }));
  Validations.of(app).addPlugins(new (fromAuditors('cdk-nag')[pack])(app));
}

try {
  app.synth();
} catch (error) {
  // Thrown for what is found, after everything is written.
  if ((error as Error).name !== 'ValidationFailed') {
    throw error;
  }
}
writeFileSync(join(app.outdir, 'cdk-nag-2.json'), JSON.stringify(found));
