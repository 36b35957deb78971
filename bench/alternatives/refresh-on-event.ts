import { handler as refresh } from './refresh';

/** Of a schedule, or of CloudFormation by way of the framework of `custom-resources.Provider`. */
export async function handler({ RequestType }: { RequestType?: string }): Promise<void> {
  if (RequestType !== 'Delete') {
    await refresh();
  }
}
