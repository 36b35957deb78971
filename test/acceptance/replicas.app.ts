import { CfnOutput, Duration, LegacyStackSynthesizer, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { DeployedApp } from '../e2e/deployed-app';
import { CodeArtifactToken } from 'cdk-codeartifact-token';

// Keys in the other region, and tokens whose replicas there they encrypt. A stack cannot refer to one of another region without
// resources that need assets there: the test hands the ARNs on.
//   --context key=<ARN>        the tokens with replicas, of which all but the first have that key
//   --context disabled=<ARN>   a token whose replica has that key

const app = new DeployedApp();
const { account, region, otherRegion } = app.run;

// The run has no bucket there. Without assets, this synthesizer needs none.
const elsewhere = app.stack('Elsewhere', { env: { account, region: otherRegion }, synthesizer: new LegacyStackSynthesizer() });
const keyThere = (id: string, enabled: boolean) => {
  const { keyArn } = new kms.Key(elsewhere, id, { enabled, removalPolicy: RemovalPolicy.DESTROY, pendingWindow: Duration.days(7) });
  new CfnOutput(elsewhere, `${id}Arn`, { value: keyArn });
};
keyThere('Key', true);
keyThere('Disabled', false);

const via = (place: string) => ({ StringEquals: { 'kms:ViaService': `secretsmanager.${place}.amazonaws.com` } });
const tokens: Record<string, iam.PolicyStatementProps | undefined> = {
  OwnKey: undefined,
  WithoutGenerateDataKey: { actions: ['kms:GenerateDataKey'] },
  WithoutEncrypt: { actions: ['kms:Encrypt'] },
  NotViaHere: { actions: ['kms:*'], conditions: via(region) },
  NotViaThere: { actions: ['kms:*'], conditions: via(otherRegion) },
};

const [key, disabled] = ['key', 'disabled'].map((name) => app.context(name));
if (key) {
  const stack = app.stack('Replicas');
  const domain = app.domain(stack);
  const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', key);
  app.withoutTurns(new CodeArtifactToken(stack, 'SameName', {
    domain, readFrom: ['npm-store'], secretName: app.name('replicated'), replicaRegions: [{ region: otherRegion }],
  }));
  for (const [id, denied] of Object.entries(tokens)) {
    const token = app.withoutTurns(new CodeArtifactToken(stack, id, { domain, readFrom: ['npm-store'], replicaRegions: [{ region: otherRegion, encryptionKey }] }));
    if (denied) {
      token.function.addToRolePolicy(new iam.PolicyStatement({ ...denied, effect: iam.Effect.DENY, resources: [key] }));
    }
  }
}
if (disabled) {
  const stack = app.stack('Failed');
  app.withoutTurns(new CodeArtifactToken(stack, 'Token', {
    domain: app.domain(stack),
    readFrom: ['npm-store'],
    replicaRegions: [{ region: otherRegion, encryptionKey: kms.Key.fromKeyArn(stack, 'Key', disabled) }],
  }));
}
