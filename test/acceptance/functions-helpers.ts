import type { Cloud } from '../../sandbox/cloud';

// What the tests of functions, schedules and stacks do with Lambda, with roles, and with what ends up in logs and queues.

/** Invokes a function with the event `{}`, and tells whether that succeeded. */
export async function succeeds(cloud: Cloud, functionName: string): Promise<boolean> {
  const { errorMessage } = await cloud.invoke(functionName);
  return errorMessage === undefined;
}

/** Invokes a function as the Scheduler does. */
export async function invokeAsynchronously(cloud: Cloud, functionName: string): Promise<void> {
  await cloud.aws('lambda', 'invoke', '--function-name', functionName, '--invocation-type', 'Event', '--payload', '{}', '/dev/null');
}

/** Waits until a function, whose configuration was just changed, runs with it. */
export async function configured(cloud: Cloud, functionName: string): Promise<void> {
  await cloud.eventually(`the configuration of ${functionName}`, 5, async () => {
    const { LastUpdateStatus } = await cloud.aws('lambda', 'get-function-configuration', '--function-name', functionName);
    return LastUpdateStatus === 'Successful' ? true : undefined;
  });
}

const DENIAL = 'DeniedByTheTest';

/** Denies a role an action, until `allowAgain`: with this policy, CloudFormation could not delete the role. */
export async function deny(cloud: Cloud, roleName: string, action: string): Promise<void> {
  await cloud.aws('iam', 'put-role-policy', '--role-name', roleName, '--policy-name', DENIAL, '--policy-document', JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }],
  }));
}

export async function allowAgain(cloud: Cloud, roleName: string): Promise<void> {
  await cloud.aws('iam', 'delete-role-policy', '--role-name', roleName, '--policy-name', DENIAL);
}

/** The statements of all policies in a role. */
export async function statementsOf(cloud: Cloud, roleName: string): Promise<any[]> {
  const { PolicyNames } = await cloud.aws('iam', 'list-role-policies', '--role-name', roleName);
  const policies = await Promise.all(PolicyNames.map((name: string) => (
    cloud.aws('iam', 'get-role-policy', '--role-name', roleName, '--policy-name', name))));
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

export interface LogLine {
  /** Milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** The lines of a log group that match a pattern of CloudWatch Logs, the oldest first. */
export async function linesOf(cloud: Cloud, logGroup: string, pattern: string, since = 0): Promise<LogLine[]> {
  const { events } = await cloud.aws('logs', 'filter-log-events', '--log-group-name', logGroup,
    '--filter-pattern', pattern, '--start-time', String(since));
  return events.sort((a: LogLine, b: LogLine) => a.timestamp - b.timestamp);
}

/** A command about a queue. On its own, version 1 of the AWS CLI asks at an older address of SQS, which only AWS has. */
export function queueCommand(command: string, queueUrl: string): string[] {
  return ['sqs', command, '--queue-url', queueUrl, '--endpoint-url', new URL(queueUrl).origin];
}

/** The next message of a queue that is wanted, within some minutes. It stays in the queue. */
export async function messageIn(cloud: Cloud, queueUrl: string, what: string, minutes: number, wanted: (message: any) => boolean): Promise<any> {
  const { answer } = await cloud.eventually(`${what}, in the queue`, minutes, async () => {
    const { Messages = [] } = await cloud.aws(...queueCommand('receive-message', queueUrl), '--max-number-of-messages', '10',
      '--attribute-names', 'All', '--message-attribute-names', 'All', '--wait-time-seconds', '1', '--visibility-timeout', '1');
    return Messages.find(wanted);
  });
  return answer;
}

/** The middle of some numbers. */
export function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
