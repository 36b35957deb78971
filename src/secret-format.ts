import { ICodeArtifactDomain } from './codeartifact-domain';
import { PackageManager } from './package-manager';
import { EXPIRES_AT_PLACEHOLDER, TOKEN_PLACEHOLDER } from './private/settings';
import { SecretLayout, TEXT_VARIABLES, Texts, variablesOf } from './private/variables';

const TOKEN_VARIABLE = 'CODEARTIFACT_AUTH_TOKEN';

/**
 * What the secret holds.
 *
 * @example
 * const token = new CodeArtifactToken(this, 'Token', {
 *   domain,
 *   readFrom: ['npm-store'],
 *   format: SecretFormat.json(PackageManager.npm('npm-store')),
 * });
 * taskDefinition.addContainer('app', { image, secrets: token.ecsSecrets() }); // CODEARTIFACT_AUTH_TOKEN and NPMRC
 */
export class SecretFormat {
  /**
   * The token and nothing else. Readers get it as `CODEARTIFACT_AUTH_TOKEN`, the variable of AWS's own examples.
   *
   * @example
   * new CodeArtifactToken(this, 'Token', { domain, readFrom: ['npm-store'], format: SecretFormat.plainText() });
   */
  public static plainText(): SecretFormat {
    return new SecretFormat(() => ({ template: TOKEN_PLACEHOLDER, variables: [TOKEN_VARIABLE], isJson: false, repositories: [] }));
  }

  /**
   * A JSON object with `username` (`aws`), `password` (the token), `expires_at` (seconds since 1970, as text),
   * `CODEARTIFACT_AUTH_TOKEN` (the token), and the variables that each package manager reads, ready to use.
   *
   * Package managers of a kind combine: scopes, indexes, registries, servers and hosts beside each other. Two that cannot
   * combine, as two default registries, are an error that names both and says what helps.
   *
   * @example
   * new CodeArtifactToken(this, 'Token', {
   *   domain,
   *   readFrom: ['npm-store', 'maven-store'],
   *   format: SecretFormat.json(PackageManager.pnpm('npm-store'), PackageManager.maven('maven-store', { mirrorOf: '*' })),
   * });
   */
  public static json(...packageManagers: PackageManager[]): SecretFormat {
    return new SecretFormat((domain, publishTo) => {
      const variables = { [TOKEN_VARIABLE]: TOKEN_PLACEHOLDER, ...variablesOf(merge(packageManagers, domain, publishTo), TOKEN_PLACEHOLDER) };
      return {
        template: JSON.stringify({ username: 'aws', password: TOKEN_PLACEHOLDER, expires_at: EXPIRES_AT_PLACEHOLDER, ...variables }),
        variables: Object.keys(variables),
        isJson: true,
        repositories: packageManagers.map(({ _repositoryName }) => _repositoryName),
      };
    });
  }

  /**
   * @param _layout the layout of the secret for a domain, of whose repositories the token publishes to some
   * @internal
   */
  private constructor(public readonly _layout: (domain: ICodeArtifactDomain, publishTo: string[]) => SecretLayout) {}
}

/** All that the package managers write, each text with the entries of all who write into it. */
function merge(packageManagers: PackageManager[], domain: ICodeArtifactDomain, publishTo: string[]): Partial<Texts> {
  const texts: Record<string, Record<string, unknown>> = {};
  const written = new Map<string, { by: PackageManager; value: string }>();
  for (const packageManager of packageManagers) {
    for (const [text, entries] of Object.entries(packageManager._texts(domain, publishTo))) {
      for (const [key, value] of Object.entries(entries)) {
        const before = written.get(`${text} ${key}`);
        const writes = { by: packageManager, value: JSON.stringify(value) };
        if (before && before.value !== writes.value) {
          throw new Error(`${nameOf(before.by)} and ${nameOf(packageManager)} would set ${key} in ${TEXT_VARIABLES[text as keyof Texts]} differently:`
            + ` ${packageManager._advice}; or make a CodeArtifactToken for each, and give the variables of one other names with ecsSecrets or`
            + ' codeBuildVariables');
        }
        (texts[text] ??= {})[key] = value;
        written.set(`${text} ${key}`, writes);
      }
    }
  }
  return texts;
}

const nameOf = ({ _name, _repositoryName }: PackageManager) => `PackageManager.${_name}('${_repositoryName}')`;
