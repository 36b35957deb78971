import { environmentOfPerson } from '../sandbox/aws-cli';
import { Cloud, type Run } from '../sandbox/cloud';

/** The package that opens to a token that the repository lets in. The command publishes it: command.ts. */
export const PROBE = 'codeartifact-token-probe';

/** An account on AWS, which it talks to only through the endpoints of its services. */
export class AwsCloud extends Cloud {
  private readonly repositoryUrls: Record<string, Promise<string>> = {};

  constructor(run: Run) {
    super(run, environmentOfPerson()); // as the command has set it
  }

  async repositoryUrl(format: string): Promise<string> {
    this.repositoryUrls[format] ??= this.aws('codeartifact', 'get-repository-endpoint',
      '--domain', this.run.domain, '--repository', 'npm-store', '--format', format, '--query', 'repositoryEndpoint');
    return this.repositoryUrls[format];
  }

  // CodeArtifact may answer 404 to a token that it refuses: only the package itself shows that it does not.
  async opensTo(token: string): Promise<boolean> {
    const { status } = await fetch(`${await this.repositoryUrl('npm')}${PROBE}`, { headers: { authorization: `Bearer ${token}` } });
    return status === 200;
  }

  async tokensAskedFor(secret: string): Promise<number> {
    return (await this.versionsOf(secret)).length;
  }

  async pass(seconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}
