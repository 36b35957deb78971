export * from './codeartifact-domain';
export * from './codeartifact-token';
export * from './package-format';
export * from './secret-format';
