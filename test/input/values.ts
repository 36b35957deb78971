import { Aws, CfnParameter, Duration, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as fc from 'fast-check';

// What is right and what is wrong is said here anew, from the documentation of the props, and not by the patterns of src.
// All values have the types that TypeScript and jsii insist on, but for text that is not set, as in `process.env.DOMAIN!`.

export interface Refusal {
  readonly message: (message: string) => boolean;
  /** Which of `CDK_REFUSALS` it is. */
  readonly cdk?: string;
}

/** What aws-cdk-lib refuses in words of its own, which do not all name a prop, and why that is left to it. */
export const CDK_REFUSALS = {
  'text that looks like a token': [/Unrecognized token key: NoSuchToken/, 'To aws-cdk-lib it is a token, of another app perhaps; it names the token.'],
  'text that looks like a list token': [/Found an encoded list token string in a scalar string context/, 'As above.'],
  'a negative Duration': [/^Duration amounts cannot be negative. Received: -1$/, 'Made before any prop gets it.'],
  'subnets without a VPC': [/^Cannot configure 'vpcSubnets' without configuring a VPC/, 'Names the prop, the rule and what to do.'],
  'security groups without a VPC': [/^Cannot configure 'securityGroups' without configuring a VPC/, 'Names the prop, the rule and what to do.'],
  'subnets that the VPC has not': [/^There are no 'Isolated' subnet groups in this VPC. Available types: /, 'Names what is asked for and what there is.'],
  'a replica in the region of the stack': [/^Cannot add the region where this stack is deployed as a replica region/, 'Says which region and why; one prop has replicas.'],
  'a period of a metric': [/^'period' must be 1, 5, 10, 30, or a multiple of 60 seconds, received 7$/, 'An option of its own Metric, by its name.'],
  'an empty id': [/^Only root constructs may have an empty ID$/, 'The id of a construct is not ours.'],
  'an unresolved id': [/ID components may not include unresolved tokens/, 'The id of a construct is not ours.'],
} satisfies Record<string, [RegExp, string]>;

export const cdk = (name: keyof typeof CDK_REFUSALS): Refusal => ({ cdk: name, message: (message) => CDK_REFUSALS[name][0].test(message) });

/** The prop, the rule, and the value received. */
export const must = (what: string, received = ''): Refusal => ({
  message: (message) => message.startsWith(`${what} must `) && message.includes('; received ') && message.includes(received),
});

export const mustNotBe = (what: string, text?: string) => must(what, text === undefined ? '; received undefined' : `; received '${text}'`);

export const starts = (text: string): Refusal => ({ message: (message) => message.startsWith(text) });

export interface Value<T> {
  readonly says: string;
  readonly make: (stack: Stack) => T;
  readonly leaves: string[];
  readonly unresolved?: boolean;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';

export const quoted = (text?: string) =>
  text === undefined ? 'text that is not set' : JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}... (${text.length})` : text);
export const known = (text: string): Value<string> => ({ says: quoted(text), make: () => text, leaves: [] });
const madeOf = (characters: string, text: string) => [...text].every((character) => characters.includes(character));
export const textOf = (characters: string, maxLength: number) => fc.string({ unit: fc.constantFrom(...characters), maxLength });
/** Bounds among them more often than by chance. */
export const between = (min: number, max: number) => fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));

/** Text that a deployment knows, in each way that CDK has for it. Of one key, a stack has one. */
export function unresolved(key: string, inTheEnd: string, pseudo = Aws.STACK_NAME): fc.Arbitrary<Value<string>> {
  const name = /AWS\.(\w+)/.exec(pseudo)![1];
  return fc.constantFrom<Value<string>>(...[
    { says: 'a parameter', make: (stack: Stack) => parameterIn(stack, `${key}Parameter`).valueAsString, leaves: [`{"Ref":"${key}Parameter"}`] },
    { says: 'an import', make: () => Fn.importValue(`${key}-export`), leaves: [`{"Fn::ImportValue":"${key}-export"}`] },
    { says: `Aws.${name}`, make: () => pseudo, leaves: [`{"Ref":"AWS::${name}"}`] },
    { says: 'a lazy value', make: () => Lazy.string({ produce: () => inTheEnd }), leaves: [inTheEnd] },
  ].map((value) => ({ ...value, says: `${key}: ${value.says}`, unresolved: true })));
}

const parameterIn = (stack: Stack, id: string) => (stack.node.tryFindChild(id) as CfnParameter | undefined) ?? new CfnParameter(stack, id);

export const LOOK_ALIKE = '${Token[NoSuchToken.123456789]}';

export function wrong(isRight: (text: string) => boolean): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(
      '', ' ', '/', 'a/b', 'acme store', 'ACME!', '-', '.', '__proto__', 'a\n', '\n', 'a\u0000b', '\u001b[31m', 'ünïcödé', '日本', '\u{1F511}',
      '${Token[', '#{Token[TOKEN.1]', '{{token}}', '*', "'", '"', '../..', 'x'.repeat(1000), 'X '.repeat(500), '$'.repeat(1000),
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ maxLength: 40 }),
  ).filter((text) => !isRight(text));
}

export const wrongOrUnset = (isRight: (text: string) => boolean) => fc.oneof(
  { weight: 9, arbitrary: wrong(isRight) }, { weight: 1, arbitrary: fc.constant(undefined as unknown as string) },
);

export const isDomainName = (text: string) =>
  text.length >= 2 && text.length <= 50 && madeOf(LOWER + DIGITS + '-', text) && LOWER.includes(text[0]) && !text.endsWith('-');
export const domainName = fc.oneof(fc.constantFrom('ab', `a${'b'.repeat(49)}`, 'a--1'), textOf('abcxyz0189-', 48).map((text) => `a${text}z`));

export const isAccount = (text: string) => text.length === 12 && madeOf(DIGITS, text);
export const account = fc.oneof(fc.constantFrom('111122223333', '000000000000'), fc.string({ unit: fc.constantFrom(...DIGITS), minLength: 12, maxLength: 12 }));

export const isRegion = (text: string) => {
  const [number, ...words] = text.split('-').reverse();
  return words.length >= 2 && number !== '' && madeOf(DIGITS, number) && words.every((word) => word !== '' && madeOf(LOWER, word));
};
export const region = fc.constantFrom('eu-west-1', 'us-east-1', 'ap-southeast-2', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1', 'xx-new-12');

export const isRepository = (text: string) =>
  text.length >= 2 && text.length <= 100 && madeOf(LOWER + LOWER.toUpperCase() + DIGITS + '._-', text) && !'._-'.includes(text[0]);
export const repository = (first: string) => fc.oneof(
  fc.constantFrom(`${first}1`, `${first}${'x'.repeat(99)}`, `${first}-Store_1.x-`), textOf('abcxyz019._-', 98).map((text) => `${first}${text}z`),
);
export const repositoryValue = (key: string, first: string, pseudo: string): fc.Arbitrary<Value<string>> => fc.oneof(
  { weight: 3, arbitrary: repository(first).map(known) }, { weight: 1, arbitrary: unresolved(key, `${first}-lazy`, pseudo) },
);

export const isScope = (text: string) => text[0] === '@' && /[a-z0-9]/.test(text[1] ?? '') && madeOf(LOWER + DIGITS + '._-', text.slice(1));
export const isConfigName = (text: string) => (LOWER + UPPER).includes(text[0] ?? ' ') && madeOf(LOWER + UPPER + DIGITS + '_-', text);
export const isMirrorOf = (text: string) => text !== '' && madeOf(LOWER + UPPER + DIGITS + '*!:,._-', text);

export const isSecretName = (text: string) => text.length >= 1 && text.length <= 512 && madeOf(LOWER + LOWER.toUpperCase() + DIGITS + '/_+=.@-', text);

export const isRoleName = (text: string) => text.length >= 1 && text.length <= 64 && madeOf(LOWER + LOWER.toUpperCase() + DIGITS + '_+=,.@-', text);

export const says = (value: Duration) => `${value.toSeconds({ integral: false })} s`;
export const knownDuration = (value: Duration): Value<Duration> => ({ says: says(value), make: () => value, leaves: [] });
export const unresolvedSeconds: fc.Arbitrary<Value<Duration>> = fc.constantFrom<Value<Duration>>(
  {
    says: 'a parameter of seconds',
    make: (stack) => Duration.seconds(new CfnParameter(stack, 'SecondsParameter', { type: 'Number' }).valueAsNumber),
    leaves: ['{"Ref":"SecondsParameter"}'],
  },
  { says: 'imported seconds', make: () => Duration.seconds(Token.asNumber(Fn.importValue('seconds'))), leaves: ['{"Fn::ImportValue":"seconds"}'] },
  { says: 'lazy seconds', make: () => Duration.seconds(Lazy.number({ produce: () => 1800 })), leaves: ['"DURATION_SECONDS":"1800"'] },
);
/** In a unit other than seconds. */
export const unresolvedDuration = fc.constantFrom<(value: number) => Duration>(Duration.minutes, Duration.hours, Duration.days, Duration.millis)
  .map((unit): Value<Duration> => ({ says: 'an unresolved Duration', make: () => unit(Lazy.number({ produce: () => 60 })), leaves: [] }));
export const wrongMinutes = (shortest: number) => fc.oneof(
  fc.constantFrom(
    Duration.minutes(0), Duration.minutes(NaN), Duration.minutes(Infinity), Duration.millis(1),
    Duration.seconds(60 * shortest - 1), Duration.seconds(60 * shortest + 1), Duration.minutes(shortest + 0.1), Duration.hours(1 / 7),
    ...shortest > 1 ? [Duration.minutes(shortest - 1)] : [],
  ),
  fc.integer({ min: 0, max: 90_000 }).filter((seconds) => seconds % 60 !== 0 || seconds < 60 * shortest).map((seconds) => Duration.seconds(seconds)),
);
/** The same time in any unit, some of which make it a number with a fraction that is not meant. */
export const minutes = (min: number, max: number) => fc.tuple(between(min, max), fc.constantFrom<(value: number) => Duration>(
  Duration.minutes, (value) => Duration.hours(value / 60), (value) => Duration.seconds(value * 60), (value) => Duration.days(value / 1440),
)).map(([value, unit]) => unit(value));
