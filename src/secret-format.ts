import { ICodeArtifactDomain } from './codeartifact-domain';
import { PackageManager } from './package-manager';
import { EXPIRES_AT_PLACEHOLDER, TOKEN_PLACEHOLDER } from './private/settings';

const TOKEN_VARIABLE = 'CODEARTIFACT_AUTH_TOKEN';

interface SecretLayout {
  /** The value of the secret, with placeholders for what is known at run time only. */
  readonly template: string;
  /** The environment variables that the secret fills, each from the field of its name, or from all of the secret. */
  readonly variables: string[];
  readonly isJson: boolean;
  /** The repositories that the package managers work with. */
  readonly repositories: string[];
}

/**
 * What the secret holds.
 */
export class SecretFormat {
  /**
   * The token and nothing else. Readers get it as `CODEARTIFACT_AUTH_TOKEN`, the variable of AWS's own examples.
   */
  public static plainText(): SecretFormat {
    return new SecretFormat(() => ({ template: TOKEN_PLACEHOLDER, variables: [TOKEN_VARIABLE], isJson: false, repositories: [] }));
  }

  /**
   * A JSON object with `username` (`aws`), `password` (the token), `expires_at` (seconds since 1970, as text),
   * `CODEARTIFACT_AUTH_TOKEN` (the token), and the variables that each package manager reads, ready to use.
   *
   * Two package managers that would write the same variable differently are an error that names both.
   */
  public static json(...packageManagers: PackageManager[]): SecretFormat {
    return new SecretFormat((domain) => {
      const variables = mergeVariables(packageManagers, domain);
      return {
        template: JSON.stringify({ username: 'aws', password: TOKEN_PLACEHOLDER, expires_at: EXPIRES_AT_PLACEHOLDER, ...variables }),
        variables: Object.keys(variables),
        isJson: true,
        repositories: packageManagers.map(({ _repositoryName }) => _repositoryName),
      };
    });
  }

  /**
   * @param _layout the layout of the secret for a domain
   * @internal
   */
  private constructor(public readonly _layout: (domain: ICodeArtifactDomain) => SecretLayout) {}
}

function mergeVariables(packageManagers: PackageManager[], domain: ICodeArtifactDomain): Record<string, string> {
  const variables: Record<string, string> = { [TOKEN_VARIABLE]: TOKEN_PLACEHOLDER };
  const writers: Record<string, string> = {};
  for (const packageManager of packageManagers) {
    for (const [variable, value] of Object.entries(packageManager._variables(domain))) {
      if (variables[variable] !== undefined && variables[variable] !== value) {
        throw new Error(`PackageManager.${writers[variable]} and PackageManager.${packageManager._name} would write the variable ${variable}`
          + ' differently: leave one out, or make a CodeArtifactToken for each');
      }
      variables[variable] = value;
      writers[variable] = packageManager._name;
    }
  }
  return variables;
}
