import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';
import { nameOfSecret, type Refreshed } from './refresh';
import { readSettings } from './settings';

const LONGEST_REASON = 2_000; // an answer has 4,096 bytes at most
const SENDS = 6;

type Outcome = Pick<CloudFormationCustomResourceResponse, 'Status' | 'Reason' | 'Data'>;

/**
 * The properties with which no token could be made, for as long as the function is warm. What comes next is the rollback of that
 * deployment, in which CloudFormation deletes last what it had created: a new policy that denies something still does.
 */
let rejected: string | undefined;

/** The last request that was answered without a token. Lambda brings it again, because this invocation of it fails. */
let answered: { readonly requestId: string; readonly failure: unknown } | undefined;

/**
 * Refreshes when CloudFormation creates or changes the resource, and tells it the outcome.
 *
 * A deletion needs no refresh, so a stack can always be deleted. A rollback asks for a token as well, and does not fail without
 * one: the secret holds the last good token, and a stack whose rollback fails can be changed no more.
 *
 * @throws what kept it from a token, once CloudFormation knows: an invocation that made none must not look like one that did
 */
export async function answerCloudFormation(
  event: CloudFormationCustomResourceEvent,
  refresh: () => Promise<Refreshed>,
): Promise<Refreshed | void> {
  if (answered?.requestId === event.RequestId) {
    throw answered.failure;
  }
  let failure: unknown;
  let refreshed: Refreshed | undefined;
  let outcome: Outcome = { Status: 'SUCCESS' };
  if (event.RequestType !== 'Delete') {
    const isRollback = event.RequestType === 'Update' && rejected !== undefined && rejected === JSON.stringify(event.OldResourceProperties);
    try {
      refreshed = await refresh();
    } catch (error) {
      failure = error;
      if (!isRollback) {
        const { name, message } = error as Error;
        outcome = { Status: 'FAILED', Reason: `${name}: ${message}`.slice(0, LONGEST_REASON) };
        rejected = JSON.stringify(event.ResourceProperties);
      }
    }
    if (outcome.Status === 'SUCCESS') {
      const { SECRET_ARN: secretArn } = readSettings(process.env);
      outcome.Data = { SecretArn: secretArn, SecretName: nameOfSecret(secretArn) };
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
  if (failure) {
    answered = { requestId: event.RequestId, failure };
    throw failure;
  }
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
