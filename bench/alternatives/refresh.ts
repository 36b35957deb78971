import { CodeartifactClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-codeartifact';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const codeartifact = new CodeartifactClient({});
const secretsManager = new SecretsManagerClient({});

export async function handler(): Promise<void> {
  const { authorizationToken } = await codeartifact.send(new GetAuthorizationTokenCommand({ domain: process.env.DOMAIN }));
  await secretsManager.send(new PutSecretValueCommand({ SecretId: process.env.SECRET_ARN, SecretString: authorizationToken }));
}
