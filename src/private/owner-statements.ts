import * as iam from 'aws-cdk-lib/aws-iam';
import { PUBLISH, READ } from './actions';
import { roleArn } from './roles';

// What the owner of a domain or a repository in another account must say in its policy. The role's own has the other half.

export function domainStatement(role: iam.IRole): iam.PolicyStatement {
  return statement(role, ['codeartifact:GetAuthorizationToken'], 'ArnEquals');
}

interface Repositories {
  readonly readFrom?: string[];
  readonly publishTo?: string[];
}

export function repositoryStatement(role: iam.IRole, { readFrom = [], publishTo = [] }: Repositories, repositoryName: string): iam.PolicyStatement {
  if (![...readFrom, ...publishTo].includes(repositoryName)) {
    throw new Error(`repositoryName must be one that readFrom or publishTo names; received '${repositoryName}'`);
  }
  // A request with a token is not signed, and may not say which principal it is of. Only this role gets tokens of the domain.
  return statement(role, publishTo.includes(repositoryName) ? [...READ, ...PUBLISH] : READ, 'ArnEqualsIfExists');
}

function statement(role: iam.IRole, actions: string[], isTheRole: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions,
    principals: [new iam.AccountPrincipal(role.stack.account)],
    resources: ['*'], // the domain or repository that has the policy, and the packages in it
    conditions: { [isTheRole]: { 'aws:PrincipalArn': roleArn(role) } },
  });
}
