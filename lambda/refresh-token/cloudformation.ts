import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';
import type { Refreshed } from './refresh';
import { readSettings } from './settings';

const LONGEST_REASON = 2_000; // an answer has 4,096 bytes at most
const SENDS = 6;

type Outcome = Pick<CloudFormationCustomResourceResponse, 'Status' | 'Reason' | 'Data'>;

/**
 * Refreshes when CloudFormation creates or changes the resource, and tells it the outcome.
 *
 * A deletion needs no refresh, so a stack can always be deleted.
 */
export async function answerCloudFormation(
  event: CloudFormationCustomResourceEvent,
  refresh: () => Promise<Refreshed>,
): Promise<Refreshed | void> {
  let refreshed: Refreshed | undefined;
  let outcome: Outcome = { Status: 'SUCCESS' };
  if (event.RequestType !== 'Delete') {
    try {
      refreshed = await refresh();
      outcome.Data = { SecretArn: readSettings(process.env).SECRET_ARN };
    } catch (error) {
      const { name, message } = error as Error;
      outcome = { Status: 'FAILED', Reason: `${name}: ${message}`.slice(0, LONGEST_REASON) };
    }
  }
  const answer: CloudFormationCustomResourceResponse = {
    Reason: '',
    ...outcome,
    PhysicalResourceId: event.LogicalResourceId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  };
  await put(event.ResponseURL, JSON.stringify(answer));
  return refreshed;
}

async function put(url: string, body: string): Promise<void> {
  for (let sends = 1; ; sends++) {
    try {
      // The URL is signed for an empty content type.
      const { ok, status } = await fetch(url, { method: 'PUT', body, headers: { 'content-type': '' }, signal: AbortSignal.timeout(5_000) });
      if (ok) {
        return;
      }
      throw new Error(`HTTP status ${status}`);
    } catch (error) {
      if (sends === SENDS) {
        // Without the URL, which lets anyone answer.
        throw new Error(`CloudFormation could not be told the outcome in ${SENDS} attempts: ${(error as Error).message}`);
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100 * 2 ** sends));
    }
  }
}
