/**
 * A refresh that failed: what, on which ARN, why, and what was kept. It carries nothing of the answer that it is about,
 * in which there could be a token.
 */
export class RefreshError extends Error {
  public constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

interface SdkError extends Error {
  readonly $fault?: 'client' | 'server';
  readonly code?: string;
}

export function nameOf(error: unknown): string {
  const { name, code } = error as SdkError;
  // Of a refused connection or an unknown host, only the code says what happened.
  return name === 'Error' || name === 'AggregateError' ? code ?? name : name;
}

/** The name of an error, and its message where the service itself said what is wrong with the request. */
export function reasonOf(error: unknown): string {
  const { $fault, message } = error as SdkError;
  // Messages of a parser quote what they could not parse, which can be a token.
  return $fault === 'client' ? `${nameOf(error)}: ${message.replace(/\.$/, '')}` : nameOf(error);
}

/** Says which call on the secret failed, and what became of the secret. */
export function failed(action: string, secretArn: string, state: string): (error: unknown) => never {
  return (error) => {
    throw new RefreshError(nameOf(error), `secretsmanager:${action} on ${secretArn} failed: ${reasonOf(error)}. ${state}`);
  };
}
