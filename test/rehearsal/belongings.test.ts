import type { Account } from '../../acceptance/account';
import { remove } from '../../acceptance/belongings';

// States of stacks into which the embedded cloud does not get. A function answers in the place of the AWS CLI.

const PREFIX = 'cdkcat-abc123';

/** An account with one stack, which is there until it is deleted. */
function accountWith(status: string, resources: object[]) {
  const calls: string[] = [];
  let stacks = [{ StackName: `${PREFIX}-x-Stack`, StackStatus: status }];
  const answers: Record<string, () => object> = {
    'cloudformation describe-stacks': () => ({ Stacks: stacks }),
    'cloudformation list-stack-resources': () => ({ StackResourceSummaries: resources }),
    'cloudformation delete-stack': () => {
      stacks = [];
      return {};
    },
    'iam list-roles': () => ({ Roles: [] }),
    'secretsmanager list-secrets': () => ({ SecretList: [] }),
    'logs describe-log-groups': () => ({ logGroups: [] }),
    's3api list-buckets': () => ({ Buckets: [] }),
    'codeartifact list-domains': () => ({ domains: [] }),
  };
  const account: Account = {
    id: '111122223333',
    region: 'us-east-1',
    arn: 'arn:aws:iam::111122223333:user/tester',
    environment: {},
    rehearsal: false,
    aws: async (...command) => {
      calls.push(command.join(' '));
      return command.includes('us-west-2') ? { Stacks: [], SecretList: [], logGroups: [], domains: [] } : answers[command.slice(0, 2).join(' ')]?.() ?? {};
    },
  };
  return {
    account,
    calls: (name: string) => calls.filter((call) => call.startsWith(`cloudformation ${name}`)),
    become: (next: string) => { stacks = stacks.map((stack) => ({ ...stack, StackStatus: next })); },
  };
}

const CUSTOM = { LogicalResourceId: 'FirstToken', ResourceType: 'Custom::CodeArtifactToken', ResourceStatus: 'DELETE_FAILED' };
const ROLE = { LogicalResourceId: 'Role', ResourceType: 'AWS::IAM::Role', ResourceStatus: 'DELETE_FAILED' };

test('a custom resource that did not answer its deletion holds the stack up no longer, and nothing else is left behind with it', async () => {
  const { account, calls } = accountWith('DELETE_FAILED', [CUSTOM, ROLE]);

  expect(await remove([account], PREFIX, () => undefined)).toEqual([]);
  expect(calls('delete-stack')).toEqual([`cloudformation delete-stack --stack-name ${PREFIX}-x-Stack --retain-resources FirstToken`]);
});

test.each(['CREATE_COMPLETE', 'ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED'])('a stack in the state %s is deleted with all that it has', async (status) => {
  const { account, calls } = accountWith(status, [CUSTOM, ROLE]);

  expect(await remove([account], PREFIX, () => undefined)).toEqual([]);
  expect(calls('delete-stack')).toEqual([`cloudformation delete-stack --stack-name ${PREFIX}-x-Stack`]);
});

describe('a stack that is being updated is deleted when that has ended, however it ends:', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test.each([
    ['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE'],
    ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED'],
  ].map((statuses) => [statuses.join(', '), statuses] as const))('%s', async (_, statuses) => {
    const { account, calls, become } = accountWith(statuses[0], []);
    const removing = remove([account], PREFIX, () => undefined);
    for (const status of statuses.slice(1)) {
      await jest.advanceTimersByTimeAsync(60_000);
      expect(calls('delete-stack')).toEqual([]);
      become(status);
    }
    await jest.advanceTimersByTimeAsync(60_000);

    expect(await removing).toEqual([]);
    expect(calls('delete-stack')).toHaveLength(1);
    expect(calls('wait').map((call) => call.split(' ')[2])).toEqual(['stack-delete-complete']);
  });
});
