export * from './codeartifact-domain';
export * from './codeartifact-token';
export * from './codeartifact-token-props';
export * from './endpoint-type';
export * from './package-format';
export * from './package-manager';
export * from './package-manager-options';
export * from './secret-format';
