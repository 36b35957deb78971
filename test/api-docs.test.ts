import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// What users read of the API, in each language: the documentation in the assembly that `npx projen compile` made.

interface Documented {
  readonly name: string;
  readonly docs?: { readonly summary?: string; readonly remarks?: string; readonly default?: string; readonly example?: string };
  readonly optional?: boolean;
  readonly static?: boolean;
  readonly const?: boolean;
  readonly overrides?: string;
  readonly type?: { readonly fqn?: string };
}
interface Type extends Documented {
  readonly kind: 'class' | 'interface' | 'enum';
  readonly datatype?: boolean;
  readonly initializer?: Documented;
  readonly methods?: Documented[];
  readonly properties?: Documented[];
  readonly members?: Documented[];
}

const types: Type[] = Object.values(JSON.parse(readFileSync(join(__dirname, '..', '.jsii'), 'utf8')).types);
const all = types.flatMap((type) => [
  { path: type.name, member: type as Documented },
  ...[...type.methods ?? [], ...type.properties ?? [], ...type.members ?? []].map((member) => ({ path: `${type.name}.${member.name}`, member })),
]);
const paths = (those: typeof all) => those.map(({ path }) => path);
const textOf = ({ docs = {} }: Documented) => [docs.summary, docs.remarks, docs.default].join(' ');

test('each public type and member says what it is', () => {
  // A member of a class that is one of its interface is documented there: jsii takes it from the interface.
  const undocumented = all.filter(({ member }) => !member.docs?.summary && !member.overrides);

  expect(all.length).toBeGreaterThan(100);
  expect(paths(undocumented)).toEqual([]);
});

test('each optional property says what it is when it is not given', () => {
  const properties = types.filter(({ kind }) => kind === 'interface').flatMap(({ name, properties: own = [] }) =>
    own.map((member) => ({ path: `${name}.${member.name}`, member })));

  expect(paths(properties.filter(({ member }) => member.optional && !member.docs?.default))).toEqual([]);
});

test('each duration says its unit or its limits, and each name what it may be made of', () => {
  const props = types.filter(({ datatype }) => datatype).flatMap(({ name, properties: own = [] }) => own.map((member) => ({ path: `${name}.${member.name}`, member })));
  const durations = props.filter(({ member }) => member.type?.fqn === 'aws-cdk-lib.Duration');
  const names = props.filter(({ path, member }) => /(Name|\.name)$/.test(path) && !member.type?.fqn);

  expect(paths(durations).sort()).toEqual([
    'AlarmBeforeExpiryOptions.remainingValidity', 'CodeArtifactTokenProps.duration', 'CodeArtifactTokenProps.refreshInterval', 'RedeployBeforeExpiryOptions.interval',
  ]);
  expect(paths(durations.filter(({ member }) => !/\b(whole (seconds|minutes))\b/.test(textOf(member))))).toEqual([]);
  expect(paths(names).sort()).toEqual(['CodeArtifactTokenProps.roleName', 'CodeArtifactTokenProps.secretName', 'NamedRepositoryOptions.name']);
  expect(paths(names.filter(({ member }) => !/letters, digits/.test(textOf(member))))).toEqual([]);
});

test('each class and each factory has an example, which readers get in their own language', () => {
  const classes = types.filter(({ kind }) => kind === 'class');
  const factories = classes.flatMap(({ name, methods = [] }) => methods.filter((member) => member.static).map((member) => ({ path: `${name}.${member.name}`, member })));
  const documented = [...classes.map((member) => ({ path: member.name, member })), ...factories];

  expect(factories.length).toBeGreaterThan(15);
  expect(paths(documented.filter(({ member }) => !member.docs?.example))).toEqual([]);
});

test('API.md says what the lowest supported versions have: and none of the mixins of newer ones', () => {
  expect(readFileSync(join(__dirname, '..', 'API.md'), 'utf8')).not.toMatch(/IMixin|\.with\b/);
});
