/**
 * What the secret holds.
 */
export class SecretFormat {
  /**
   * The token and nothing else. Readers get it as `CODEARTIFACT_AUTH_TOKEN`, the variable of AWS's own examples.
   */
  public static plainText(): SecretFormat {
    return new SecretFormat(['CODEARTIFACT_AUTH_TOKEN']);
  }

  /**
   * @param _variables the environment variables that the secret can fill
   * @internal
   */
  private constructor(public readonly _variables: string[]) {}
}
