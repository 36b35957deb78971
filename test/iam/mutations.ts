import type { Claim } from './neighbourhood';
import type { CloudFormationTemplate, DeployedStack } from './simulator';
import { ACCOUNT } from '../../sandbox/ministack';

export interface Mutation {
  readonly name: string;
  /** Whether it allows more. Otherwise it allows less. */
  readonly widens: boolean;
  readonly template: CloudFormationTemplate;
  /** Why it changes nothing that anyone could see, if it does not. */
  readonly unseen?: string;
  /** Whether what a claim says can depend on the statement. */
  concerns(stack: DeployedStack, claim: Claim): boolean;
}

type Statement = Record<string, any>;

/** A way to change a statement in place. */
interface Change {
  readonly name: string;
  readonly widens: boolean;
  apply(statement: Statement): void;
}

/** Each statement of a template, wherever it is, changed in each way. */
export function mutationsOf(template: CloudFormationTemplate): Mutation[] {
  return pathsOfStatements(template.Resources).flatMap((path) => {
    const at = (resources: unknown) => path.reduce((value, key) => value[key], resources as any) as Statement;
    const original = at(template.Resources);
    return changesOf(original).map(({ name, widens, apply }) => {
      const mutated = structuredClone(template);
      apply(at(mutated.Resources));
      return {
        name: `statement ${path.at(-1)} of ${path[0]}, ${original.Effect} ${[original.Action].flat()[0]}: ${name}`,
        widens,
        template: mutated,
        unseen: UNSEEN.find(({ changes, of }) => changes.test(name) && of(original, path))?.reason,
        concerns: (stack, { principal, call }) => {
          const { Type, Properties } = template.Resources[path[0]];
          const isOf = (action: string) => call.action.split(':')[0] === action.split(':')[0];
          return [original.Action].flat().some(isOf) && (Type === 'AWS::IAM::Policy' ? stack.resolve(Properties.Roles).includes(principal)
            : path.includes('Policies') ? principal === path[0]
              : call.resource === (stack.resolve(Properties.SecretId ?? Properties.FunctionName) ?? stack.arnOf(path[0])));
        },
      };
    });
  });
}

function pathsOfStatements(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'Statement' ? Object.keys(item).map((i) => [...path, key, i]) : pathsOfStatements(item, [...path, key]));
}

function changesOf({ Effect, Action, Resource, Condition, Principal }: Statement): Change[] {
  const widened = [Action].flat().map((action: string) => action.replace(/:.*/, ':*'));
  const conditions = Object.entries<object>(Condition ?? {}).flatMap(([operator, keys]) => Object.keys(keys).map((key) => ({ operator, key })));
  // More of a denial is less.
  const change = (name: string, more: boolean, apply: Change['apply']) => ({ name, widens: more === (Effect === 'Allow'), apply });
  return [
    // A policy without a statement is no valid one, so one stays that speaks of nothing here.
    change('dropped', false, (statement) => Object.assign(statement, { Action: 'health:DescribeEvents' })),
    ...Array.isArray(Action) ? Action.map((action) =>
      change(`without ${action}`, false, (statement) => statement.Action = Action.filter((other) => other !== action))) : [],
    change('any action of the service', true, (statement) => statement.Action = widened),
    ...Resource === undefined ? [] : [change('any resource', true, (statement) => statement.Resource = '*')],
    ...conditions.map(({ operator, key }) => change(`without the condition on ${key}`, true, (statement) => delete statement.Condition[operator][key])),
    ...Principal === undefined ? [] : [change('any principal', true, (statement) => statement.Principal = '*')],
  ];
}

/** The changes which no call can tell. Each is tried all the same: one that can be told is no longer to be here. */
const UNSEEN: { changes: RegExp; of: (statement: Statement, path: string[]) => boolean; reason: string }[] = [
  {
    changes: /^any action of the service$/,
    of: ({ Effect }) => Effect === 'Deny',
    reason: 'the role may do nothing else there that could be denied',
  },
  {
    changes: /^any resource$/,
    of: ({ Action }) => Action === 'sts:GetServiceBearerToken',
    reason: 'it is on * already, since the action knows no resource',
  },
  {
    changes: /^any action of the service$/,
    of: ({ Action }) => Action === 'sts:GetServiceBearerToken',
    reason: 'its condition is on a key that no other action of STS has',
  },
  {
    changes: /^any resource$/,
    of: ({ Action }) => String(Action).startsWith('ec2:'),
    reason: 'it is on * already, since Lambda asks for its permissions on every network interface',
  },
  {
    changes: /^any resource$/,
    of: (_, path) => ['KeyPolicy', 'ResourcePolicy', 'FunctionPolicy'].some((policy) => path.includes(policy)),
    reason: 'the policy of a key, a secret or a function speaks of no other',
  },
  {
    changes: /^(dropped|without|any action)/,
    of: ({ Principal }, path) => path.includes('KeyPolicy') && JSON.stringify(Principal).includes(`:iam::${ACCOUNT}:root`),
    reason: 'the CDK lets the account itself decide on the key, in three statements of which one is enough, and no role may do more with it',
  },
];
