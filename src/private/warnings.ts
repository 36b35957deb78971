import { Annotations, Token, TokenComparison } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RefreshPlan } from './refresh-plan';
import { warnOfNameSuffix } from './token-secret';
import { SecretLayout } from './variables';
import { CodeArtifactTokenProps } from '../codeartifact-token-props';

// https://docs.aws.amazon.com/general/latest/gr/codeartifact.html
const REGIONS = new Set([
  'ap-northeast-1', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2',
  'eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-west-1', 'eu-west-2', 'eu-west-3',
  'us-east-1', 'us-east-2', 'us-west-2',
]);

interface Given extends CodeArtifactTokenProps {
  readonly layout: SecretLayout;
  readonly plan: RefreshPlan;
}

/** Warns of what a user may mean, and may not. */
export function warnOfUnlikely(scope: Construct, { domain, layout, plan, ...props }: Given): void {
  const warn = (id: string, message: string) => Annotations.of(scope).addWarningV2(`cdk-codeartifact-token:${id}`, message);

  if (plan.warning) {
    warn(plan.warning.id, plan.warning.message);
  }
  if (!props.readFrom && !props.publishTo) {
    warn('noRepositories', 'neither readFrom nor publishTo names a repository: the token opens only what the policies of the'
      + ' repositories themselves give the role of its function. Name those that it is for in readFrom or publishTo');
  } else {
    for (const name of unlisted(layout.repositories, [...props.readFrom ?? [], ...props.publishTo ?? []])) {
      warn('repositoryNotListed', `format has a PackageManager for the repository ${name}, which neither readFrom nor publishTo names: the token opens it`
        + ' only if its own policy gives that to the role of the function. Name it in readFrom or in publishTo');
    }
  }
  if (props.replicaRegions) {
    // Readers of a replica know it by its name alone.
    warnOfNameSuffix(scope, props.secretName);
  }
  if (!Token.isUnresolved(domain.domainRegion) && !REGIONS.has(domain.domainRegion)) {
    warn('regionWithoutCodeArtifact', `CodeArtifact was not known to be in the region ${domain.domainRegion} when this version was made. Compare the region;`
      + ' if CodeArtifact is there now, acknowledge this');
  }
}

function unlisted(used: string[], listed: string[]): Set<string> {
  return new Set(used.filter((name) => listed.every((other) => Token.compareStrings(name, other) === TokenComparison.DIFFERENT)));
}
