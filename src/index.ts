export * from './codeartifact-domain';
export * from './codeartifact-token';
export * from './endpoint-type';
export * from './package-format';
export * from './package-manager';
export * from './secret-format';
