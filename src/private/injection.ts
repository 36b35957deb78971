import * as cdk from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';

interface Injector {
  inject(props: any, context: { scope: Construct; id: string }): any;
}

/** Newer versions of aws-cdk-lib have it, the oldest supported one has not. */
interface MayInject {
  readonly PropertyInjectors?: {
    hasPropertyInjectors(scope: IConstruct): boolean;
    of(scope: IConstruct): { for(uniqueId: string): Injector | undefined };
  };
}

/**
 * The props of a construct, with what the property injector that is nearest to it in the tree makes of them.
 *
 * https://docs.aws.amazon.com/cdk/v2/guide/blueprints.html
 */
export function injected<Props>(uniqueId: string, scope: Construct, id: string, props: Props): Props {
  const { PropertyInjectors } = cdk as MayInject;
  const injector = PropertyInjectors && scope.node.scopes.reverse()
    .filter((above) => PropertyInjectors.hasPropertyInjectors(above))
    .map((above) => PropertyInjectors.of(above).for(uniqueId))
    .find((found) => found !== undefined);
  return injector ? injector.inject(props, { scope, id }) : props;
}

/** Without the props that are not set: property injectors take the undefined ones for set. */
export function setOf<Props extends object>(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as Props;
}
