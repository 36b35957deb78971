import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { answerCloudFormation } from './cloudformation';
import { log, type Measurements } from './log';
import { refresh, type Refreshed } from './refresh';
import { RefreshError } from './refresh-error';
import { isRotationEvent, rotate } from './rotation';
import { readSettings } from './settings';
import type { Settings } from '../../src/private/settings';

/** Time for a refresh at its slowest, and for the answer to CloudFormation. */
const RESERVED_MS = 50_000;

/**
 * Replaces the token: for the schedule and for operators with the event `{}`, for CloudFormation and for a rotation of
 * Secrets Manager with theirs.
 *
 * @returns what the refresh did; nothing where CloudFormation asked for none, and for a step of a rotation that did not
 * change the current token
 */
export async function handler(event: unknown, context: Context): Promise<Refreshed | void> {
  if (isCloudFormationEvent(event)) {
    return answerCloudFormation(event, () => logged(
      (settings, measurements) => refresh(settings, measurements, context.getRemainingTimeInMillis() - RESERVED_MS)));
  }
  if (isRotationEvent(event, process.env.SECRET_ARN)) {
    return logged((settings, measurements) => rotate(event, settings, measurements));
  }
  if (!isEmptyObject(event)) {
    throw new RefreshError('InvalidEvent', 'the event must be {}: what the function does is set in its environment alone. Nothing was done');
  }
  return logged((settings, measurements) => refresh(settings, measurements, 0));
}

async function logged<T extends Refreshed | undefined>(act: (settings: Settings, measurements: Measurements) => Promise<T>): Promise<T> {
  const measurements: Measurements = {};
  try {
    const refreshed = await act(readSettings(process.env), measurements);
    if (refreshed) {
      log('INFO', 'The token was refreshed', { Refreshes: 1, ...measurements }, refreshed);
    }
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
