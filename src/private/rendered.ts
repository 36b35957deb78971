import { CfnResource, IResolveContext, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Not in the declarations of aws-cdk-lib, and the only thing that knows of property overrides, with which many an Aspect works. */
interface Renders {
  _toCloudFormation(): unknown;
}

/** The properties of a resource, or of the one that a construct is made of, as they are in the template; none where it is not in there. */
export function renderedProperties(construct: IConstruct): Record<string, any> {
  const resource = (construct.node.defaultChild ?? construct) as CfnResource;
  const { Resources = {} } = Stack.of(resource).resolve((resource as unknown as Renders)._toCloudFormation());
  return Object.values<any>(Resources)[0]?.Properties ?? {};
}

/**
 * What makes a value of rendered properties, for `Lazy.uncachedAny` and its like. While aws-cdk-lib looks for references
 * between stacks there is none: it finds them in the resources themselves, and only then do they say where they lead.
 */
export function ofRendered<Value>(make: () => Value): { produce(context: IResolveContext): Value | undefined } {
  return { produce: ({ preparing }) => preparing ? undefined : make() };
}
