import type { Cloud } from '../../sandbox/cloud';
import { observe, settles, startCloud } from '../e2e/deployed';

// test/e2e/first-token.test.ts has the same with faults that the stand-in for CodeArtifact plays.

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud('denied');
});

afterAll(async () => {
  await cloud.stop();
});

/** The error of a deployment that lacks a permission, its lines joined as they were before the CDK CLI broke them. */
async function failureWithout(without: string, stack: string): Promise<string> {
  const { succeeded, output } = await cloud.cdk.deploy('test/acceptance/tokens-denied.app.ts', { without, stack });
  expect({ without, succeeded }).toEqual({ without, succeeded: false });
  return output.slice(Math.max(0, output.indexOf('DeploymentError'))).replace(/\s+/g, ' ');
}

settles('access-denied-texts', ['policies of CodeArtifact'], async () => {
  const { account, domain, region } = cloud.run;
  const failures = {
    'codeartifact:GetAuthorizationToken': await failureWithout('codeartifact:GetAuthorizationToken', 'NoAuthorize'),
    'sts:GetServiceBearerToken': await failureWithout('sts:GetServiceBearerToken', 'NoBearer'),
  };

  for (const failure of Object.values(failures)) {
    const [, text] = /(is not authorized to perform: .*?)\. The role of the function needs/.exec(failure) ?? [];
    observe('access-denied-texts', (text ?? 'the text is another').replaceAll(account, '111122223333').replaceAll(domain, 'acme'));
  }
  const failed = `codeartifact:GetAuthorizationToken on arn:aws:codeartifact:${region}:${account}:domain/${domain} failed: AccessDeniedException: `;
  const denied = 'is not authorized to perform: ';
  expect(failures['codeartifact:GetAuthorizationToken']).toContain(failed);
  expect(failures['codeartifact:GetAuthorizationToken'])
    .toContain(`${denied}codeartifact:GetAuthorizationToken on resource: arn:aws:codeartifact:${region}:${account}:domain/${domain}`);
  expect(failures['sts:GetServiceBearerToken']).toContain(failed);
  expect(failures['sts:GetServiceBearerToken']).toContain(`${denied}sts:GetServiceBearerToken`);
});
