/**
 * The package formats that an AWS CodeArtifact repository serves, each at an endpoint of its own.
 *
 * @see https://docs.aws.amazon.com/codeartifact/latest/ug/supported-formats.html
 */
export enum PackageFormat {
  /** npm, pnpm and Yarn. */
  NPM = 'npm',
  /** pip, uv, Poetry and twine. */
  PYPI = 'pypi',
  /** Maven and Gradle. */
  MAVEN = 'maven',
  /** NuGet and the dotnet command. */
  NUGET = 'nuget',
  /** Cargo. */
  CARGO = 'cargo',
  /** RubyGems and Bundler. */
  RUBY = 'ruby',
  /** Swift packages. */
  SWIFT = 'swift',
  /** Files of any kind. */
  GENERIC = 'generic',
}
