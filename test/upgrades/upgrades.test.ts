import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { SCENARIOS, synthesise } from './scenarios';

// What a deployed stack would lose by an upgrade. How to accept an intended change: CONTRIBUTING.md.

/** What readers, tokens and CloudFormation itself rely on being the same for good. */
const KEPT = ['AWS::SecretsManager::Secret', 'AWS::IAM::Role', 'AWS::Logs::LogGroup', 'AWS::Lambda::Function', 'Custom::CodeArtifactToken'];
const LOSSES = [ResourceImpact.WILL_REPLACE, ResourceImpact.MAY_REPLACE, ResourceImpact.WILL_DESTROY, ResourceImpact.WILL_ORPHAN];

type CloudFormationTemplate = ReturnType<typeof synthesise>;

const fileOf = (scenario: string) => join(__dirname, 'deployed', `${scenario.replaceAll(/\W+/g, '-')}.json`);
const deployed = (scenario: string): CloudFormationTemplate => JSON.parse(readFileSync(fileOf(scenario), 'utf8'));

/** What CloudFormation would do to what must be kept, in an upgrade from one template to another. */
function lossesOf(before: CloudFormationTemplate, after: CloudFormationTemplate): string[] {
  const losses: string[] = [];
  const { resources, outputs } = fullDiff(before, after);
  // Refused by CloudFormation while another stack imports it.
  outputs.forEachDifference((id, { oldValue, newValue }) => {
    const [name, newName] = [oldValue, newValue].map((output) => JSON.stringify(output?.Export?.Name));
    if (name && name !== newName) {
      losses.push(`${id}: the export ${name} is gone`);
    }
  });
  resources.forEachDifference((id, { oldResourceType: type, changeImpact }) => {
    if (!KEPT.includes(type!)) {
      return;
    }
    if (LOSSES.includes(changeImpact)) {
      losses.push(`${id} (${type}): ${changeImpact}`);
    }
    // Refused by CloudFormation, also in the rollback: the stack can then be changed no more.
    const [token, newToken] = [before, after].map(({ Resources }) => JSON.stringify(Resources[id]?.Properties.ServiceToken));
    if (newToken && token !== newToken) {
      losses.push(`${id} (${type}): ServiceToken ${token} becomes ${newToken}`);
    }
  });
  return losses;
}

const accepted = process.env.ACCEPT_TEMPLATES === 'true' && !process.env.CI;

test.each(SCENARIOS)('design.md 3.3: an upgrade of a stack with %s keeps the secret, the roles, the log group and the first token', (scenario) => {
  if (accepted) {
    writeFileSync(fileOf(scenario), `${JSON.stringify(synthesise(scenario), null, 1)}\n`);
  }

  expect(Object.values(deployed(scenario).Resources).map(({ Type }: any) => Type)).toEqual(expect.arrayContaining(KEPT));
  expect(lossesOf(deployed(scenario), synthesise(scenario))).toEqual([]);
});

test.each<[string, (template: CloudFormationTemplate) => void, string[]]>([
  ['the name of the secret', ({ Resources }) => { Resources.TokenSecretADE41DCA.Properties.Name = 'other'; },
    ['TokenSecretADE41DCA (AWS::SecretsManager::Secret): WILL_REPLACE']],
  ['the id of the secret', ({ Resources }) => {
    Resources.Other = Resources.TokenSecretADE41DCA;
    delete Resources.TokenSecretADE41DCA;
  }, ['TokenSecretADE41DCA (AWS::SecretsManager::Secret): WILL_DESTROY']],
  ['the name of the role', ({ Resources }) => { Resources.TokenRole7FDB6D11.Properties.RoleName = 'other'; },
    ['TokenRole7FDB6D11 (AWS::IAM::Role): WILL_REPLACE']],
  ['the path of the role of the schedule', ({ Resources }) => { Resources.TokenScheduleRole54C0BB93.Properties.Path = '/other/'; },
    ['TokenScheduleRole54C0BB93 (AWS::IAM::Role): WILL_REPLACE']],
  ['the name of the function', ({ Resources }) => { Resources.TokenFunction919CCBDD.Properties.FunctionName = 'other'; },
    ['TokenFunction919CCBDD (AWS::Lambda::Function): WILL_REPLACE']],
  ['the log group', ({ Resources }) => { delete Resources.TokenLogGroup4A8C6A8D; },
    ['TokenLogGroup4A8C6A8D (AWS::Logs::LogGroup): WILL_DESTROY']],
  ['the type of the custom resource', ({ Resources }) => { Resources.TokenFirstToken6B5249C2.Type = 'Custom::Other'; },
    ['TokenFirstToken6B5249C2 (Custom::CodeArtifactToken): WILL_REPLACE']],
  ['the service token of the custom resource', ({ Resources }) => { Resources.TokenFirstToken6B5249C2.Properties.ServiceToken = 'arn:other'; },
    ['TokenFirstToken6B5249C2 (Custom::CodeArtifactToken): ServiceToken {"Fn::GetAtt":["TokenFunction919CCBDD","Arn"]} becomes "arn:other"']],
])('a change of %s would be noticed', (_, change, losses) => {
  const template = synthesise('names and a format');
  change(template);

  expect(lossesOf(deployed('names and a format'), template)).toEqual(losses);
});

test('an export that a reader in another stack imports would be missed', () => {
  const template = synthesise('readers in another stack');
  const [id] = Object.keys(template.Outputs);
  delete template.Outputs[id];

  expect(lossesOf(deployed('readers in another stack'), template)).toEqual([`${id}: the export "Stack:${id}" is gone`]);
});

test('a change of what may change is none: the code, the policies, the description of the secret', () => {
  const template = synthesise('the defaults');
  template.Resources.TokenFunction919CCBDD.Properties.Code.S3Key = 'other.zip';
  template.Resources.TokenSecretADE41DCA.Properties.Description = 'other';
  template.Resources.TokenFirstToken6B5249C2.Properties.Secret = { Tags: [] };

  expect(lossesOf(deployed('the defaults'), template)).toEqual([]);
});
