import type { Run } from '../../sandbox/cloud';

export type Lacks = Partial<Record<Run['on'], string>>;

const TRIED = 'tried with MiniStack 1.5.33 on 2026-11-26';

/** What the embedded cloud does not have has its rehearsal neither. */
const notEmulated = (reason: string): Lacks => ({ 'the embedded cloud': `${reason}, ${TRIED}`, 'a rehearsal': `${reason}, ${TRIED}` });

/** What a deployed test may need beyond deployments, and why it is not everywhere. Whatever is not said to be lacking is there. */
export const ABILITIES = {
  'faults': {
    'a rehearsal': 'faults are played in the process of the stand-in for CodeArtifact',
    'AWS': 'AWS cannot be told to fail',
  },
  'the subnet subnet-closed': { AWS: 'it is imitated: test/acceptance/networks.test.ts has real ones' },
  'minutes that pass': { 'a rehearsal': 'it would take 15 minutes' },
  'policies of CodeArtifact': notEmulated('the stand-in for CodeArtifact knows no policies'),
  'addresses of CodeArtifact': notEmulated('the stand-in for CodeArtifact has an address of its own'),
  'sessions of CodeArtifact': notEmulated('the stand-in for CodeArtifact knows no sessions of roles'),
  'quotas': notEmulated('there are no quotas'),
  'several regions of CodeArtifact': notEmulated('the stand-in for CodeArtifact is in one region'),
  'networks': notEmulated('there are no networks'),
  'metrics of log lines': notEmulated('no metrics are made of log lines'),
  'metric expressions': notEmulated('no expressions are evaluated'),
  'pictures of metrics': notEmulated('there is no GetMetricWidgetImage'),
  'rotation schedules': notEmulated('there is no AWS::SecretsManager::RotationSchedule'),
  'keys': notEmulated('nothing is encrypted'),
  'partial ARNs': notEmulated('a secret is found by each beginning of its ARN'),
  'resource policies': notEmulated('there is no AWS::SecretsManager::ResourcePolicy, and policies take a principal that does not exist'),
  'containers': notEmulated('no container runs without Docker'),
  'turns of the Scheduler': notEmulated('schedules have a first turn of their own, no windows and no retries'),
  'pauses of Lambda': notEmulated('asynchronous invocations are tried again at once'),
  'dead-letter queues': notEmulated('a dead-letter queue of Lambda gets what a destination gets, and one of the Scheduler nothing'),
  'CPU by memory': notEmulated('a function has all of the CPU'),
  'delays of IAM': notEmulated('a new policy is believed at once'),
  'URLs of CloudFormation': notEmulated('the URLs for its answers have no end'),
  'the texts of CloudFormation': notEmulated('it says in words of its own that there was no answer'),
  'CloudTrail': notEmulated('no CloudTrail hears of the stand-in for CodeArtifact'),
  'layers of AWS': notEmulated('there are no layers of AWS'),
  'CodeBuild': notEmulated('no build runs without Docker'),
  'a second account': notEmulated('no account reads from another'),
} satisfies Record<string, Lacks>;

export type Ability = keyof typeof ABILITIES;
