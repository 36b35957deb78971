import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { answerCloudFormation } from './cloudformation';
import { log, type Measurements } from './log';
import { refresh, type Refreshed } from './refresh';
import { RefreshError } from './refresh-error';
import { readSettings } from './settings';

/** Time for a refresh at its slowest, and for the answer to CloudFormation. */
const RESERVED_MS = 50_000;

/**
 * Replaces the token: for the schedule and for operators with the event `{}`, for CloudFormation with its own.
 *
 * @returns what the refresh did; nothing where CloudFormation asked for none, or was told of its failure
 */
export async function handler(event: unknown, context: Context): Promise<Refreshed | void> {
  if (isCloudFormationEvent(event)) {
    return answerCloudFormation(event, () => refreshAndLog(context.getRemainingTimeInMillis() - RESERVED_MS));
  }
  if (!isEmptyObject(event)) {
    throw new RefreshError('InvalidEvent', 'the event must be {}: what the function does is set in its environment alone. Nothing was done');
  }
  return refreshAndLog();
}

async function refreshAndLog(waitForPermissionsMs = 0): Promise<Refreshed> {
  const measurements: Measurements = {};
  try {
    const refreshed = await refresh(readSettings(process.env), measurements, waitForPermissionsMs);
    log('INFO', 'The token was refreshed', { Refreshes: 1, ...measurements }, refreshed);
    return refreshed;
  } catch (error) {
    const { name, message } = error as Error;
    log('ERROR', `${name}: ${message}`, { Failures: 1, ...measurements }, { ErrorName: name });
    throw error;
  }
}

function isEmptyObject(event: unknown): boolean {
  return typeof event === 'object' && event !== null && !Array.isArray(event) && Object.keys(event).length === 0;
}

function isCloudFormationEvent(event: unknown): event is CloudFormationCustomResourceEvent {
  const { RequestType, ...fields } = Object(event);
  return ['Create', 'Update', 'Delete'].includes(RequestType)
    && ['ResponseURL', 'StackId', 'RequestId', 'LogicalResourceId'].every((name) => typeof fields[name] === 'string');
}
