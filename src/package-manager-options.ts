/**
 * What npm, pnpm and Yarn may be told.
 */
export interface NpmOptions {
  /**
   * The scope whose packages come from the repository, as in `@acme`.
   *
   * Several scopes, and one repository without a scope, go into one secret.
   *
   * @default - all packages come from the repository
   */
  readonly scope?: string;
}

/**
 * What a package manager may be told that calls its repositories by names.
 */
export interface NamedRepositoryOptions {
  /**
   * The name by which the project calls the repository.
   *
   * uv and Maven: letters, digits, dots, hyphens and underscores. Poetry, Cargo and Gradle: letters, digits, hyphens and
   * underscores, starting with a letter. NuGet: letters, digits and underscores, in the case that `nuget.config` has:
   * NuGet maps no character, and a variable with another one is lost in some shells.
   *
   * @default 'codeartifact'
   */
  readonly name?: string;
}

/**
 * What pip may be told.
 */
export interface PipOptions {
  /**
   * Whether the token is kept out of `PIP_INDEX_URL`, and comes as `NETRC_CONTENT`, the text of `~/.netrc`.
   *
   * This is the safer way: what writes the index URL into a file, as pip-tools does, then writes no token.
   *
   * @default false
   */
  readonly netrc?: boolean;
}

/**
 * What Maven may be told.
 */
export interface MavenOptions extends NamedRepositoryOptions {
  /**
   * The repositories in whose place Maven asks this one, as in `*`, `central` or `*,!own`. With `*`, Maven asks no other
   * repository, also for its plugins.
   *
   * @see https://maven.apache.org/guides/mini/guide-mirror-settings.html
   * @default - it is asked beside the others
   */
  readonly mirrorOf?: string;
}
