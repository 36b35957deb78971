/** How a format fills the secret. */
export interface SecretLayout {
  /** The value of the secret, with placeholders for what is known at run time only. */
  readonly template: string;
  /** The environment variables that the secret fills, each from the field of its name, or from all of the secret. */
  readonly variables: string[];
  readonly isJson: boolean;
  /** The repositories that the package managers work with. */
  readonly repositories: string[];
}
