/**
 * What the construct tells the function: its environment variables.
 *
 * Nothing of it is in an event, so no caller can steer the function to another domain or secret.
 */
export interface Settings {
  /** Region, owner and name of the domain are read from it. */
  readonly DOMAIN_ARN: string;
  /** 0 for the life of the function's own credentials. */
  readonly DURATION_SECONDS: string;
  readonly SECRET_ARN: string;
  /** The value of the secret, with placeholders. So the function knows no format and no package manager. */
  readonly SECRET_TEMPLATE: string;
  /** The metrics that something in the app uses, with commas between: each that is emitted is billed. */
  readonly METRICS?: string;
}

/** Stands for the token. It needs no escape in JSON, and no name of a domain or a repository can hold it. */
export const TOKEN_PLACEHOLDER = '{{token}}';

/** Stands for the seconds since 1970 at which the token expires. */
export const EXPIRES_AT_PLACEHOLDER = '{{expires_at}}';

/** When the token in the secret expires: ISO 8601, UTC. */
export const EXPIRES_AT_TAG = 'codeartifact:expires-at';

/** The version of the secret that `EXPIRES_AT_TAG` speaks of: value and tag are two calls. */
export const VERSION_ID_TAG = 'codeartifact:version-id';

/**
 * What a rotation made and has not yet finished: the version, when its token expires (ISO 8601, UTC), and when it was
 * made (milliseconds since 1970), with spaces between.
 */
export const PENDING_TAG = 'codeartifact:pending';
