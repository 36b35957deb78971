/** What reading packages from a repository takes. */
export const READ = ['codeartifact:ReadFromRepository'];

/** What publishing packages takes beside the reading of their repository. */
export const PUBLISH = ['codeartifact:PublishPackageVersion', 'codeartifact:PutPackageMetadata'];
