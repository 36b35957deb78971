import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { answerCloudFormation } from './cloudformation';
import { refresh, type Refreshed } from './refresh';
import { RefreshError } from './refresh-error';
import { readSettings } from './settings';

/** Time for a refresh at its slowest, and for the answer to CloudFormation. */
const RESERVED_MS = 50_000;

/**
 * Replaces the token: for the schedule and for operators with the event `{}`, for CloudFormation with its own.
 */
export async function handler(event: unknown, context: Context): Promise<Refreshed | void> {
  if (isCloudFormationEvent(event)) {
    return answerCloudFormation(event, async () => {
      await refreshAndLog(context.getRemainingTimeInMillis() - RESERVED_MS);
      return { SecretArn: readSettings(process.env).SECRET_ARN };
    });
  }
  if (!isEmptyObject(event)) {
    throw new RefreshError('InvalidEvent', 'the event must be {}: what the function does is set in its environment alone. Nothing was done');
  }
  return refreshAndLog();
}

async function refreshAndLog(waitForPermissionsMs = 0): Promise<Refreshed> {
  const refreshed = await refresh(readSettings(process.env), waitForPermissionsMs);
  // Not console.log, which Lambda wraps into a line of its own.
  process.stdout.write(`${JSON.stringify({ level: 'INFO', message: 'The token was refreshed', ...refreshed })}\n`);
  return refreshed;
}

function isEmptyObject(event: unknown): boolean {
  return typeof event === 'object' && event !== null && !Array.isArray(event) && Object.keys(event).length === 0;
}

function isCloudFormationEvent(event: unknown): event is CloudFormationCustomResourceEvent {
  return typeof event === 'object' && event !== null && 'RequestType' in event && 'ResponseURL' in event;
}
