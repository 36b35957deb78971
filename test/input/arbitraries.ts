import { Aws, CfnParameter, Duration, Fn, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codeartifact from 'aws-cdk-lib/aws-codeartifact';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import * as fc from 'fast-check';
import {
  account, between, cdk, domainName, isAccount, isConfigName, isDomainName, isMirrorOf, isRegion, isRepository, isRoleName, isScope, isSecretName,
  known,
  knownDuration, LOOK_ALIKE, minutes, must, mustNotBe, quoted, region, repository, repositoryValue, says, starts, textOf, unresolved,
  unresolvedDuration, unresolvedSeconds, wrong, wrongMinutes, wrongOrUnset, type Refusal, type Value,
} from './values';
import { CodeArtifactDomain, CodeArtifactToken, CodeArtifactTokenProps, EndpointType, PackageFormat, PackageManager, SecretFormat, TokenVpcEndpoints } from '../../src';

export interface Case {
  /** Whether the stack knows its account and its region. */
  readonly env: boolean;
  readonly parts: { readonly domain: Part; readonly [name: string]: Part | undefined };
}

/** Part of what a user writes: props that belong together, or calls. */
export interface Part {
  readonly says: string;
  readonly props?: (stack: Stack) => Partial<CodeArtifactTokenProps>;
  readonly use?: (token: CodeArtifactToken, stack: Stack, props: CodeArtifactTokenProps) => void;
  /** The error that must come of it. */
  readonly refused?: (whole: Case) => Refusal | undefined;
  /** An error that may come of it, depending on the arithmetic of the other parts. */
  readonly mayBeRefused?: Refusal;
  /** What its unresolved values are in the template. */
  readonly leaves?: string[];
  readonly hostIsKnown?: (env: boolean) => boolean;
  readonly durationIsUnknown?: boolean;
}

const part = (said: string, rest: Omit<Part, 'says'>): Part => ({ says: said, ...rest });

const prop = <K extends keyof CodeArtifactTokenProps>(name: K, { says: said, make, leaves }: Value<CodeArtifactTokenProps[K]>): Part =>
  part(`${name} ${said}`, { props: (stack) => ({ [name]: make(stack) }), leaves });

const wrongProp = <K extends keyof CodeArtifactTokenProps>(
  name: K, { says: said, make }: Omit<Value<CodeArtifactTokenProps[K]>, 'leaves'>, refusal: Refusal,
): Part => part(`${name} ${said}`, { props: (stack) => ({ [name]: make(stack) }), refused: () => refusal });

const domainByName = (
  name: Value<string>, owner?: Value<string>, inRegion?: Value<string>, refusal?: Refusal, endpointType?: EndpointType,
): Part => part(
  `domain ${name.says}${owner ? ` of ${owner.says}` : ''}${inRegion ? ` in ${inRegion.says}` : ''}${endpointType ? `, ${endpointType}` : ''}`, {
    props: (stack) => ({
      domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', name.make(stack), { owner: owner?.make(stack), region: inRegion?.make(stack), endpointType }),
    }),
    leaves: [name, owner, inRegion].flatMap((value) => value?.leaves ?? []),
    hostIsKnown: (env) => !name.unresolved && (owner ? !owner.unresolved : env) && (inRegion ? hasKnownHosts(inRegion, endpointType) : env),
    refused: () => refusal,
  });

const hasKnownHosts = (value: Value<string>, endpointType?: EndpointType) =>
  endpointType === EndpointType.DUAL_STACK ? !value.unresolved : hasKnownSuffix(value);

/** Of a region, or an ARN with one, that is newer than aws-cdk-lib the suffix of hosts is not known. */
const hasKnownSuffix = ({ says: said, unresolved: isUnresolved }: Value<string>) =>
  !isUnresolved && RegionInfo.regions.some(({ name, domainSuffix }) => domainSuffix !== undefined && said.includes(name));

const domainByArn = (arn: Value<string>, refusal?: Refusal, endpointType?: EndpointType): Part => part(`domain by ARN ${arn.says}${endpointType ? `, ${endpointType}` : ''}`, {
  props: (stack) => ({ domain: CodeArtifactDomain.fromDomainArn(stack, 'Domain', arn.make(stack), { endpointType }) }),
  leaves: arn.leaves,
  hostIsKnown: () => hasKnownHosts(arn, endpointType),
  refused: () => refusal,
});

const endpointTypes = fc.constantFrom(undefined, EndpointType.IPV4, EndpointType.DUAL_STACK);
const domain: fc.Arbitrary<Part> = fc.oneof(
  fc.tuple(
    fc.oneof({ weight: 2, arbitrary: domainName.map(known) }, { weight: 1, arbitrary: unresolved('name', 'lazy-acme') }),
    fc.option(fc.oneof(account.map(known), unresolved('owner', '444455556666', Aws.ACCOUNT_ID))),
    fc.option(fc.oneof(region.map(known), unresolved('region', 'us-east-1', Aws.REGION))),
    endpointTypes,
  ).map(([name, owner, inRegion, endpointType]) => domainByName(name, owner ?? undefined, inRegion ?? undefined, undefined, endpointType)),
  fc.tuple(region, account, domainName, endpointTypes)
    .map(([inRegion, owner, name, endpointType]) => domainByArn(known(`arn:aws:codeartifact:${inRegion}:${owner}:domain/${name}`), undefined, endpointType)),
  unresolved('arn', 'arn:aws:codeartifact:eu-west-1:111122223333:domain/acme').filter(({ says: said }) => !said.includes('Aws.'))
    .map((arn) => domainByArn(arn)),
  domainName.map((name) => domainByArn({
    says: `an ARN of ${name} that is unresolved in parts`,
    make: () => `arn:${Aws.PARTITION}:codeartifact:${Aws.REGION}:${Aws.ACCOUNT_ID}:domain/${name}`,
    leaves: ['{"Ref":"AWS::Region"}', '{"Ref":"AWS::AccountId"}', `domain/${name}`],
    unresolved: true,
  })),
  domainName.map((name) => part(`a CfnDomain ${name}`, {
    props: (stack) => ({ domain: CodeArtifactDomain.fromCfnDomain(new codeartifact.CfnDomain(stack, 'CfnDomain', { domainName: name })) }),
    leaves: ['{"Fn::GetAtt":["CfnDomain","Name"]}', '{"Fn::GetAtt":["CfnDomain","Owner"]}'],
    hostIsKnown: () => false,
  })),
);
const ACME = known('acme');
const wrongDomain: fc.Arbitrary<Part>[] = [
  wrongOrUnset(isDomainName).map((text) => domainByName(known(text), undefined, undefined, mustNotBe('domainName', text))),
  wrong(isAccount).map((text) => domainByName(ACME, known(text), undefined, mustNotBe('owner', text))),
  wrong(isRegion).map((text) => domainByName(ACME, undefined, known(text), mustNotBe('region', text))),
  fc.oneof(wrongOrUnset(() => false), fc.constantFrom(
    'arn:aws:codeartifact:eu-west-1:111122223333:repository/acme/store', 'arn:aws:s3:::acme', 'arn:aws:codeartifact::111122223333:domain/acme',
    'arn:aws:codeartifact:EU:111122223333:domain/acme', 'arn:aws:codeartifact:eu-west-1:1111:domain/acme',
    'arn:aws:codeartifact:eu-west-1:111122223333:domain/Acme', 'arn:AWS:codeartifact:eu-west-1:111122223333:domain/acme',
  )).map((text) => domainByArn(known(text), mustNotBe('domainArn', text))),
  fc.constantFrom(
    ['owner', `arn:aws:codeartifact:${Aws.REGION}:1111:domain/acme`], ['name', `arn:aws:codeartifact:${Aws.REGION}:111122223333:domain/Acme`],
    ['region', `arn:aws:codeartifact:EU:${Aws.ACCOUNT_ID}:domain/acme`], ['name', `arn:aws:codeartifact:${Aws.REGION}:111122223333:acme`],
  ).map(([what, arn]) => domainByArn(
    { ...ACME, says: `an ARN that is unresolved in parts, with a wrong ${what}`, make: () => arn }, must(`the ${what} in domainArn`),
  )),
  fc.constant(domainByName({ ...known(LOOK_ALIKE), unresolved: true }, undefined, undefined, cdk('text that looks like a token'))),
];

const repositoryList = (name: 'readFrom' | 'publishTo') => fc.uniqueArray(
  fc.nat(9).chain((i) => repositoryValue(`${name}${i}`, name[0], name === 'readFrom' ? Aws.STACK_NAME : Aws.STACK_ID)),
  { minLength: 1, maxLength: 4, selector: ({ says: said }) => said.replace(/.*Aws/, 'Aws') },
).map((values): Value<string[]> => ({
  says: `[${values.map((value) => value.says).join(', ')}]`,
  make: (stack) => values.map((value) => value.make(stack)),
  leaves: values.flatMap(({ leaves }) => leaves),
}));
const listName = fc.constantFrom('readFrom' as const, 'publishTo' as const);
const repositories: fc.Arbitrary<Part> = fc.oneof(
  repositoryList('readFrom').map((value) => prop('readFrom', value)),
  repositoryList('publishTo').map((value) => prop('publishTo', value)),
  fc.tuple(repositoryList('readFrom'), repositoryList('publishTo')).map(([reading, publishing]) => part(
    `readFrom ${reading.says} publishTo ${publishing.says}`, {
      props: (stack) => ({ readFrom: reading.make(stack), publishTo: publishing.make(stack) }),
      leaves: [...reading.leaves, ...publishing.leaves],
    })),
  fc.tuple(listName, repositoryValue('policy', 'q', Aws.STACK_NAME)).map(([name, value]) => part(
    `${name} [${value.says}] with its repositoryPolicyStatement`, {
      props: (stack) => ({ [name]: [value.make(stack)] }),
      use: (token, stack, { readFrom, publishTo }) => new codeartifact.CfnRepository(stack, 'Repository', {
        domainName: 'acme',
        repositoryName: 'store',
        permissionsPolicyDocument: new iam.PolicyDocument({
          statements: [token.domainPolicyStatement(), token.repositoryPolicyStatement((readFrom ?? publishTo)![0])],
        }),
      }),
      leaves: value.leaves,
    })),
);
const unresolvedList = fc.constantFrom<(stack: Stack) => string[]>(
  (stack) => new CfnParameter(stack, 'ListParameter', { type: 'CommaDelimitedList' }).valueAsList,
() => Fn.split(',', Fn.importValue('list')),
() => Lazy.list({ produce: () => ['store'] }),
);
const wrongRepositories: fc.Arbitrary<Part>[] = [
  listName.map((name) => wrongProp(name, { says: '[]', make: () => [] }, must(name, '; received an empty list'))),
  fc.tuple(listName, wrongOrUnset(isRepository)).map(([name, text]) =>
    wrongProp(name, { says: `[store, ${quoted(text)}]`, make: () => ['store', text] }, mustNotBe(`each name in ${name}`, text))),
  fc.tuple(listName, repository('t')).map(([name, text]) =>
    wrongProp(name, { says: `twice ${text}`, make: () => [text, 'other', text] }, must(name, `; received '${text}' twice`))),
  listName.map((name) => wrongProp(name, { says: 'an unresolved token twice', make: () => [Aws.STACK_NAME, Aws.STACK_NAME] }, must(name, ' twice'))),
  fc.tuple(listName, unresolvedList).map(([name, make]) =>
    wrongProp(name, { says: 'an unresolved list', make }, must(name, '; received an unresolved list'))),
  repository('b').map((text) => part(`readFrom and publishTo ${text}`, {
    props: () => ({ readFrom: ['store', text], publishTo: [text] }),
    refused: () => must('readFrom and publishTo', `; received '${text}' in both`),
  })),
  listName.map((name) => wrongProp(name, { says: 'a look-alike', make: () => [LOOK_ALIKE] }, cdk('text that looks like a token'))),
];

const windowOf = (interval: number) => Math.max(1, Math.floor(interval / 6));
const unknownSeconds = fc.oneof(unresolvedSeconds, fc.constant(knownDuration(Duration.seconds(0))));
const times: fc.Arbitrary<Part> = fc.oneof(
  between(900, 43200).map((seconds) => prop('duration', knownDuration(Duration.seconds(seconds)))),
  minutes(15, 720).map((value) => prop('duration', knownDuration(value))),
  minutes(10, 617).map((value) => prop('refreshInterval', knownDuration(value))), // 617 and its window of 102 are 719
  fc.tuple(between(15, 720), between(10, 617)).filter(([duration, interval]) => interval + windowOf(interval) < duration)
    .map(([duration, interval]) => part(`duration ${duration} min, refreshInterval ${interval} min`, {
      props: () => ({ duration: Duration.minutes(duration), refreshInterval: Duration.minutes(interval) }),
    })),
  fc.tuple(unknownSeconds, fc.option(minutes(10, 617))).map(([duration, interval]) => part(
    `duration ${duration.says}${interval ? ` refreshInterval ${says(interval)}` : ''}`, {
      props: (stack) => ({ duration: duration.make(stack), ...interval ? { refreshInterval: interval } : {} }),
      leaves: duration.leaves,
      durationIsUnknown: true,
    })),
);
const wrongTimes: fc.Arbitrary<Part>[] = [
  fc.oneof(
    fc.constantFrom(
      Duration.seconds(1), Duration.seconds(899), Duration.seconds(43201), Duration.minutes(14), Duration.minutes(721), Duration.hours(13),
      Duration.days(1), Duration.millis(900_500), Duration.millis(1), Duration.millis(43_199_999), Duration.hours(11.99999),
      Duration.minutes(NaN), Duration.days(Infinity),
    ),
    fc.oneof(fc.integer({ min: 1, max: 899 }), fc.integer({ min: 43201 })).map((seconds) => Duration.seconds(seconds)),
    fc.integer({ min: 900_000, max: 43_200_000 }).filter((millis) => millis % 1000 !== 0).map((millis) => Duration.millis(millis)),
  ).map((value) => wrongProp('duration', knownDuration(value), must('duration', ' seconds)'))),
  unresolvedDuration.map((value) => wrongProp('duration', value, must('duration', '; received one in '))),
  wrongMinutes(10).map((value) => wrongProp('refreshInterval', knownDuration(value), must('refreshInterval', ' seconds)'))),
  unresolvedDuration.map((value) => wrongProp('refreshInterval', value, must('refreshInterval', '; received an unresolved value'))),
  fc.tuple(between(15, 720), between(10, 100_000)).filter(([duration, interval]) => interval + windowOf(interval) >= duration)
    .map(([duration, interval]) => part(`duration ${duration} min, refreshInterval ${interval} min`, {
      props: () => ({ duration: Duration.minutes(duration), refreshInterval: Duration.minutes(interval) }),
      refused: () => must('refreshInterval, with the flexible window of the schedule,'),
    })),
  fc.tuple(unknownSeconds, between(618, 100_000)).map(([duration, interval]) => part(
    `duration ${duration.says} refreshInterval ${interval} min`, {
      props: (stack) => ({ duration: duration.make(stack), refreshInterval: Duration.minutes(interval) }),
      refused: () => must('refreshInterval, with the flexible window of the schedule,', 'a duration that is not known'),
    })),
  fc.constantFrom('duration' as const, 'refreshInterval' as const).map((name) =>
    wrongProp(name, { says: '-1', make: () => Duration.seconds(-1) }, cdk('a negative Duration'))),
];

const withScope = fc.constantFrom(PackageManager.npm, PackageManager.pnpm, PackageManager.yarnClassic, PackageManager.yarn);
const letterFirst = fc.constantFrom(PackageManager.poetry, PackageManager.cargo, PackageManager.gradle);
const withName = fc.oneof(letterFirst, fc.constantFrom(PackageManager.uv, PackageManager.maven, PackageManager.nuget));
const plain = fc.constantFrom(
  PackageManager.pip, PackageManager.twine, PackageManager.pdm, PackageManager.hatch, PackageManager.bundler, PackageManager.swift,
);
const scope = fc.oneof(
  fc.constantFrom<Value<string | undefined>>(
    { says: 'no scope', make: () => undefined, leaves: [] }, known('@a'), known('@0._-'), known(`@${'s'.repeat(200)}`),
  ),
  unresolved('scope', '@lazy'),
);
const configNames = fc.oneof(fc.constantFrom(undefined, 'a', 'constructor', 'acme_1', 'Contoso'), textOf('abz019_', 20).map((text) => `n${text}`));
const configNameOf = (make: unknown) => fc.oneof(
  configNames,
  fc.constantFrom(...make === PackageManager.nuget ? ['A'] : ['private-registry', ...make === PackageManager.uv || make === PackageManager.maven ? ['Private.Registry', '0'] : []]),
);
interface Manager extends Value<PackageManager> {
  /** What it writes: two that write the same would conflict. */
  readonly group: string;
}
const packageManager: fc.Arbitrary<Manager> = fc.nat(9).chain((i) => repositoryValue(`manager${i}`, 'm', Aws.STACK_NAME)).chain((store) => fc.oneof(
  fc.tuple(withScope, scope).map(([make, ofScope]): Manager => ({
    group: make === PackageManager.yarn ? 'yarn' : 'npmrc',
    says: `${make.name} ${store.says} ${ofScope.says}`,
    make: (stack) => make.call(PackageManager, store.make(stack), { scope: ofScope.make(stack) }),
    leaves: [...store.leaves, ...ofScope.leaves.filter(() => make !== PackageManager.yarn)], // whose file has the scope without its @
  })),
  withName.chain((make) => configNameOf(make).map((name): Manager => ({
    group: make.name,
    says: `${make.name} ${store.says}${name ? ` named ${name}` : ''}`,
    make: (stack) => make.call(PackageManager, store.make(stack), { name }),
    leaves: make === PackageManager.poetry || make === PackageManager.nuget ? [] : store.leaves, // these two read no URL
  }))),
  fc.constantFrom(undefined, '*', 'central', '*,!own').map((mirrorOf): Manager => ({
    group: 'maven',
    says: `maven ${store.says} for ${mirrorOf}`,
    make: (stack) => PackageManager.maven(store.make(stack), { mirrorOf }),
    leaves: store.leaves,
  })),
  fc.constant<Manager>({
    group: 'pip', says: `pip ${store.says} with netrc`, make: (stack) => PackageManager.pip(store.make(stack), { netrc: true }), leaves: store.leaves,
  }),
  plain.map((make): Manager => ({
    group: make === PackageManager.swift ? 'pip' : make.name, // both may write to one netrc file
    says: `${make.name} ${store.says}`,
    make: (stack) => make.call(PackageManager, store.make(stack)),
    leaves: make === PackageManager.bundler || make === PackageManager.swift ? [] : store.leaves, // these two read the host
  })),
// A parameter that nothing uses would be a fault of the template.
)).filter(({ says: said, leaves }) => leaves.length > 0 || !said.includes('a parameter'));
const needsHost: Refusal = starts('PackageManager.bundler needs a domain whose name, owner and region are known at synthesis');
const format: fc.Arbitrary<Part> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(prop('format', { says: 'plainText', make: () => SecretFormat.plainText(), leaves: [] })) },
  {
    weight: 5,
    arbitrary: fc.uniqueArray(packageManager, { maxLength: 4, selector: ({ group }) => group })
      .filter((managers) => new Set(managers.map(({ says: said }) => /manager\d/.exec(said)?.[0] ?? said)).size === managers.length)
      .map((managers) => part(`format json(${managers.map((manager) => manager.says).join(', ')})`, {
        props: (stack) => ({ format: SecretFormat.json(...managers.map((manager) => manager.make(stack))) }),
        leaves: managers.flatMap(({ leaves }) => leaves),
        refused: ({ env, parts }) => managers.some(({ group }) => group === 'bundler') && !parts.domain.hostIsKnown!(env) ? needsHost : undefined,
      })),
  },
);
const wrongFormat = (said: string, make: () => PackageManager[], refusal: Refusal): Part =>
  wrongProp('format', { says: said, make: () => SecretFormat.json(...make()) }, refusal);
const wrongFormats: fc.Arbitrary<Part>[] = [
  fc.tuple(fc.oneof(withScope, withName, plain), wrongOrUnset(isRepository)).map(([make, text]) =>
    wrongFormat(`${make.name} ${quoted(text)}`, () => [make.call(PackageManager, text)], mustNotBe('repositoryName', text))),
  fc.tuple(withScope, wrong(isScope)).map(([make, text]) =>
    wrongFormat(`${make.name} of scope ${quoted(text)}`, () => [make.call(PackageManager, 'store', { scope: text })], mustNotBe('scope', text))),
  fc.tuple(letterFirst, wrong(isConfigName)).map(([make, text]) =>
    wrongFormat(`${make.name} named ${quoted(text)}`, () => [make.call(PackageManager, 'store', { name: text })], mustNotBe('name', text))),
  wrong(isMirrorOf).map((text) => wrongFormat(`maven for ${quoted(text)}`, () => [PackageManager.maven('store', { mirrorOf: text })], mustNotBe('mirrorOf', text))),
  letterFirst.map((make) =>
    wrongFormat(`${make.name} of an unresolved name`, () => [make.call(PackageManager, 'store', { name: Aws.STACK_NAME })], must('name', '; received an unresolved'))),
  fc.constantFrom([PackageManager.npm, PackageManager.pnpm], [PackageManager.pnpm, PackageManager.yarnClassic]).map(([one, other]) =>
    wrongFormat('two for one file', () => [one.call(PackageManager, 'one'), other.call(PackageManager, 'other')],
      starts(`PackageManager.${one.name}('one') and PackageManager.${other.name}('other') would set registry in NPMRC differently: `))),
  fc.integer({ min: 20, max: 40 }).map((count) => wrongFormat(`${count} registries`,
    () => Array.from({ length: count }, (_, i) => PackageManager.cargo('store', { name: `registry${i}${'x'.repeat(40)}` })), starts('format must fit the 4096 bytes of'))),
];

const secretName = fc.oneof(
  fc.constantFrom('/', 'a', 'ci-secret', 'x'.repeat(512), '__proto__', 'build/token', '/_+=.@-').map(known),
  textOf('abcXYZ019/_+=.@-', 512).filter((text) => text !== '').map(known),
  unresolved('secretName', 'lazy/secret'),
  fc.constant<Value<string>>({ says: 'unresolved in parts', make: () => `${Aws.STACK_NAME}/token`, leaves: ['{"Ref":"AWS::StackName"},"/token"'] }),
).map((value) => prop('secretName', value));
const wrongSecretName: fc.Arbitrary<Part>[] = [
  fc.oneof(wrong(isSecretName), fc.constantFrom('x'.repeat(513), 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme-AbCdEf'))
    .map((text) => wrongProp('secretName', known(text), mustNotBe('secretName', text))),
  fc.constant(wrongProp('secretName', known(LOOK_ALIKE), cdk('text that looks like a token'))),
];

const description = fc.oneof(
  fc.constantFrom('', 'x'.repeat(2048), '\u{1F511}'.repeat(2048), '${Token[', '#{Token[', '__proto__', 'undefined', 'Für\ndie Builds\t"1"').map(known),
  // What cfn-lint takes for a forgotten Fn::Sub is text that a user may write.
  fc.string({ unit: 'grapheme', maxLength: 200 }).filter((text) => !/\$\{.*\}/s.test(text)).map(known),
  unresolved('description', 'a lazy description'),
  fc.constant<Value<string>>({ says: 'long and unresolved in parts', make: () => 'x '.repeat(1000) + Aws.STACK_NAME, leaves: ['x x ",{"Ref":"AWS::StackName"}'] }),
).map((value) => prop('description', value));
const wrongDescription: fc.Arbitrary<Part>[] = [
  fc.tuple(fc.integer({ min: 2049, max: 9000 }), fc.constantFrom('', Aws.STACK_NAME)).map(([length, more]) =>
    wrongProp('description', known('ü'.repeat(length) + more), must('description', `; received ${length}`))),
  fc.constant(wrongProp('description', known(`For ${LOOK_ALIKE}`), cdk('text that looks like a token'))),
  fc.constant(wrongProp('description', known(LOOK_ALIKE.replace('$', '#')), cdk('text that looks like a list token'))),
];

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const keyOf = (name: 'encryptionKey' | 'scheduleEncryptionKey' | 'environmentEncryption') => fc.oneof(
  fc.constantFrom<Value<kms.IKey>>(
    { says: 'new', make: (stack) => new kms.Key(stack, name), leaves: [] },
    { says: 'by ARN', make: (stack) => kms.Key.fromKeyArn(stack, name, KEY_ARN), leaves: [KEY_ARN] },
  ),
  unresolved(`${name}Arn`, KEY_ARN).filter(({ says: said }) => !said.includes('Aws.'))
    .map((arn): Value<kms.IKey> => ({ says: arn.says, make: (stack) => kms.Key.fromKeyArn(stack, name, arn.make(stack)), leaves: arn.leaves })),
).map((value) => prop(name, value));
const wrongKey = (name: 'encryptionKey' | 'scheduleEncryptionKey' | 'environmentEncryption'): fc.Arbitrary<Part>[] => [fc.constant(wrongProp(
  name, { says: 'an alias', make: (stack) => kms.Alias.fromAliasName(stack, name, 'alias/acme') }, must(name, "; received the alias 'alias/acme'")))];

const scheduleGroup = fc.constantFrom<Value<scheduler.IScheduleGroup>>(
  { says: 'new', make: (stack) => new scheduler.ScheduleGroup(stack, 'Group'), leaves: ['"AWS::Scheduler::ScheduleGroup"'] },
  { says: 'by name', make: (stack) => scheduler.ScheduleGroup.fromScheduleGroupName(stack, 'Group', 'tokens'), leaves: ['schedule-group/tokens'] },
  {
    says: 'by an import',
    make: (stack) => scheduler.ScheduleGroup.fromScheduleGroupName(stack, 'Group', Fn.importValue('group')),
    leaves: ['"GroupName":{"Fn::ImportValue":"group"}'],
  },
).map((value) => prop('scheduleGroup', value));

const removalPolicy = fc.constantFrom(RemovalPolicy.DESTROY, RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
  .map((policy) => prop('removalPolicy', { says: policy, make: () => policy, leaves: [] }));
const wrongRemovalPolicy: fc.Arbitrary<Part>[] = [fc.constant(wrongProp(
  'removalPolicy', { says: 'snapshot', make: () => RemovalPolicy.SNAPSHOT }, must('removalPolicy', '; received SNAPSHOT')))];

const replicaRegions = fc.oneof(
  fc.subarray(['us-east-1', 'ap-southeast-2', 'eu-central-1']).map((regions) => regions.map((name) => known(name))),
  unresolved('replica', 'us-west-2').map((value) => [known('us-east-1'), value]),
).map((regions) => prop('replicaRegions', {
  says: `[${regions.map((value) => value.says).join(', ')}]`,
  make: (stack) => regions.map((value, i) => ({
    region: value.make(stack), encryptionKey: i === 1 ? kms.Key.fromKeyArn(stack, 'ReplicaKey', Fn.importValue('replica-key')) : undefined,
  })),
  leaves: [...regions.flatMap(({ leaves }) => leaves), ...regions.length > 1 ? ['{"Fn::ImportValue":"replica-key"}'] : []],
}));
const wrongReplicaRegions: fc.Arbitrary<Part>[] = [
  wrongOrUnset(isRegion).map((text) => wrongProp('replicaRegions', { says: `[us-east-1, ${quoted(text)}]`, make: () => [{ region: 'us-east-1' }, { region: text }] },
    mustNotBe('each region in replicaRegions', text))),
  fc.constant(wrongProp('replicaRegions', { says: 'one twice', make: () => [{ region: 'us-east-1' }, { region: 'us-east-1' }] },
    must('replicaRegions', "; received 'us-east-1' twice"))),
  fc.constantFrom([], [{ region: 'us-east-1' }]).map((others) => part('replicaRegions with the own one', {
    props: () => ({ replicaRegions: [...others, { region: 'eu-west-1' }] }),
    refused: ({ env }) => env ? cdk('a replica in the region of the stack') : undefined,
  })),
];

const roleName = fc.oneof(
  fc.constantFrom('_', 'x'.repeat(64), 'ci-token_+=,.@').map(known), unresolved('roleName', 'lazy-role'),
).map((value) => prop('roleName', value));
const wrongRoleName: fc.Arbitrary<Part>[] = [
  fc.oneof(wrong(isRoleName), fc.constant('x'.repeat(65))).map((text) => wrongProp('roleName', known(text), mustNotBe('roleName', text))),
];

const managedRotation = fc.boolean().map((value) => prop('managedRotation', {
  says: String(value), make: () => value, leaves: value ? ['"AWS::SecretsManager::RotationSchedule"'] : [],
}));

const vpcIn = (stack: Stack, id = 'vpc-12345678', subnet = 'subnet-12345678') => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: id, availabilityZones: ['eu-west-1a'], privateSubnetIds: [subnet], privateSubnetRouteTableIds: ['rtb-12345678'],
});
const endpointsIn = (stack: Stack, vpc: ec2.IVpc): TokenVpcEndpoints => ({
  codeArtifactApi: new ec2.InterfaceVpcEndpoint(stack, 'CodeArtifactApi', { vpc, service: ec2.InterfaceVpcEndpointAwsService.CODEARTIFACT_API, open: false }),
  secretsManager: new ec2.InterfaceVpcEndpoint(stack, 'SecretsManager', { vpc, service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, open: false }),
  s3: new ec2.GatewayVpcEndpoint(stack, 'S3', { vpc, service: ec2.GatewayVpcEndpointAwsService.S3 }),
});
const groupIn = (stack: Stack) => ec2.SecurityGroup.fromSecurityGroupId(stack, 'SecurityGroup', 'sg-12345678');
const network = fc.constantFrom<Part>(
  part('vpc', { props: (stack) => ({ vpc: vpcIn(stack) }) }),
  part('vpc, vpcSubnets', { props: (stack) => ({ vpc: vpcIn(stack), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } }) }),
  part('vpc, securityGroups', { props: (stack) => ({ vpc: vpcIn(stack), securityGroups: [groupIn(stack)] }), leaves: ['"sg-12345678"'] }),
  part('vpc, useVpcEndpoints', {
    props: (stack) => ({ vpc: vpcIn(stack) }),
    use: (token, stack, { vpc }) => token.useVpcEndpoints(endpointsIn(stack, vpc!)),
    // Which region the domain is in is a matter of other parts.
    mayBeRefused: starts('useVpcEndpoints needs a domain in the region of the stack'),
    leaves: ['"AWS::EC2::VPCEndpoint"'],
  }),
  part('vpc, no securityGroups', { props: (stack) => ({ vpc: vpcIn(stack), securityGroups: [] }) }),
  part('unresolved vpc', {
    props: (stack) => ({
      vpc: vpcIn(stack, Fn.importValue('vpc'), Fn.importValue('subnet')),
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'SecurityGroup', Fn.importValue('group'))],
    }),
    leaves: ['{"Fn::ImportValue":"subnet"}', '{"Fn::ImportValue":"group"}'],
  }),
  part('unresolved list of subnets', {
    props: (stack) => ({
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-12345678',
        availabilityZones: ['eu-west-1a', 'eu-west-1b'],
        privateSubnetIds: Fn.split(',', Fn.importValue('subnets'), 2),
      }),
    }),
    leaves: ['{"Fn::Split":[",",{"Fn::ImportValue":"subnets"}]}'],
  }),
);
const wrongNetwork: fc.Arbitrary<Part>[] = [
  fc.constant(part('useVpcEndpoints without vpc', {
    use: (token, stack) => token.useVpcEndpoints(endpointsIn(stack, vpcIn(stack))),
    refused: () => starts('useVpcEndpoints needs a function in a VPC; received no vpc'),
  })),
  fc.constant(part('useVpcEndpoints without private DNS', {
    props: (stack) => ({ vpc: vpcIn(stack) }),
    use: (token, stack, { vpc }) => token.useVpcEndpoints({
      ...endpointsIn(stack, vpc!),
      secretsManager: new ec2.InterfaceVpcEndpoint(stack, 'WithoutDns', {
        vpc: vpc!, service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, privateDnsEnabled: false, open: false,
      }),
    }),
    mayBeRefused: starts('useVpcEndpoints needs a domain in the region of the stack'),
    refused: () => must('secretsManager', '; received Stack/WithoutDns with privateDnsEnabled: false'),
  })),
  fc.constant(part('vpcSubnets without vpc', {
    props: () => ({ vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } }), refused: () => cdk('subnets without a VPC'),
  })),
  fc.constant(part('securityGroups without vpc', {
    props: (stack) => ({ securityGroups: [groupIn(stack)] }), refused: () => cdk('security groups without a VPC'),
  })),
  fc.constant(part('vpcSubnets that vpc has not', {
    props: (stack) => ({ vpc: vpcIn(stack), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } }), refused: () => cdk('subnets that the VPC has not'),
  })),
  fc.constantFrom<ec2.SubnetSelection>({ subnets: [] }, { availabilityZones: ['eu-west-1x'] }, { subnetFilters: [ec2.SubnetFilter.byIds(['subnet-87654321'])] })
    .map((vpcSubnets) => part('vpcSubnets of none', {
      props: (stack) => ({ vpc: vpcIn(stack), vpcSubnets }), refused: () => must('vpcSubnets', '; received a selection of none'),
    })),
];

const logGroup = fc.constantFrom<Value<logs.ILogGroup>>(
  { says: 'new', make: (stack) => new logs.LogGroup(stack, 'Logs', { retention: logs.RetentionDays.ONE_DAY }), leaves: [] },
  { says: 'by name', make: (stack) => logs.LogGroup.fromLogGroupName(stack, 'Logs', '/acme/token'), leaves: ['"LogGroup":"/acme/token"'] },
  { says: 'by an import', make: (stack) => logs.LogGroup.fromLogGroupName(stack, 'Logs', Fn.importValue('logs')), leaves: ['{"Fn::ImportValue":"logs"}'] },
).map((value) => prop('logGroup', value));

const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:111122223333:failed';
const deadLetterQueue = fc.constantFrom<Value<sqs.IQueue>>(
  { says: 'new', make: (stack) => new sqs.Queue(stack, 'DeadLetters'), leaves: [] },
  {
    says: 'new with a key',
    make: (stack) => new sqs.Queue(stack, 'DeadLetters', { encryptionMasterKey: kms.Key.fromKeyArn(stack, 'QueueKey', KEY_ARN) }),
    leaves: [KEY_ARN],
  },
  { says: 'by ARN', make: (stack) => sqs.Queue.fromQueueArn(stack, 'DeadLetters', QUEUE_ARN), leaves: [QUEUE_ARN] },
  { says: 'by an import', make: (stack) => sqs.Queue.fromQueueArn(stack, 'DeadLetters', Fn.importValue('queue')), leaves: ['{"Fn::ImportValue":"queue"}'] },
).map((value) => prop('deadLetterQueue', value));
const wrongDeadLetterQueue: fc.Arbitrary<Part>[] = [fc.constantFrom<(stack: Stack) => sqs.IQueue>(
  (stack) => new sqs.Queue(stack, 'DeadLetters', { fifo: true }), (stack) => sqs.Queue.fromQueueArn(stack, 'DeadLetters', `${QUEUE_ARN}.fifo`),
).map((make) => wrongProp('deadLetterQueue', { says: 'FIFO', make }, must('deadLetterQueue', '; received a FIFO queue')))];

const destination = (name: 'onFailure' | 'onRefreshed') => fc.constantFrom<Value<lambda.IDestination>>(
  { says: 'SQS', make: (stack) => new destinations.SqsDestination(new sqs.Queue(stack, `${name}Queue`)), leaves: [] },
  { says: 'SNS', make: (stack) => new destinations.SnsDestination(sns.Topic.fromTopicArn(stack, `${name}Topic`, Fn.importValue(name))), leaves: [`{"Fn::ImportValue":"${name}"}`] },
  { says: 'EventBridge', make: () => new destinations.EventBridgeDestination(), leaves: [] },
).map((value) => prop(name, value));

const call = (said: string, use: Part['use'], rest: Omit<Part, 'says' | 'use'> = {}): Part => part(said, { use, ...rest });
const unknownDuration = (method: string) => ({ parts }: Case) =>
  parts.times?.durationIsUnknown ? starts(`${method} needs a duration that is known at synthesis and not 0`) : undefined;

const remaining = fc.option(minutes(1, 720));
const alarm = remaining.map((value) => call(
  `alarmBeforeExpiry ${value ? says(value) : ''}`, (token) => token.alarmBeforeExpiry('Alarm', value ? { remainingValidity: value } : undefined), {
    refused: unknownDuration('alarmBeforeExpiry'), mayBeRefused: must('remainingValidity'),
  }));
const wrongAlarm: fc.Arbitrary<Part>[] = [
  wrongMinutes(1).map((value) => call(`alarmBeforeExpiry ${says(value)}`, (token) => token.alarmBeforeExpiry('Alarm', { remainingValidity: value }), {
    refused: (whole) => unknownDuration('alarmBeforeExpiry')(whole) ?? must('remainingValidity', ' seconds)'),
  })),
  unresolvedDuration.map((value) => call(`alarmBeforeExpiry ${value.says}`,
    (token, stack) => token.alarmBeforeExpiry('Alarm', { remainingValidity: value.make(stack) }), {
      refused: (whole) => unknownDuration('alarmBeforeExpiry')(whole) ?? must('remainingValidity', '; received an unresolved value'),
    })),
];

const dashboard = fc.boolean().map((alarms) => call(`createDashboard${alarms ? ' with an alarm' : ''}`, (token, stack) => {
  token.createDashboard('Dashboard', ...alarms ? [cloudwatch.Alarm.fromAlarmArn(stack, 'Given', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:given')] : []);
}));
const wrongDashboard: fc.Arbitrary<Part>[] = [
  fc.constant(call('createDashboard with an empty id', (token) => token.createDashboard(''), { refused: () => cdk('an empty id') })),
  fc.constant(call('createDashboard with an unresolved id', (token) => token.createDashboard(Aws.STACK_NAME), { refused: () => cdk('an unresolved id') })),
];

const serviceIn = (stack: Stack) => ecs.FargateService.fromFargateServiceAttributes(stack, 'Service', {
  serviceName: 'service',
  cluster: ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: Fn.importValue('cluster'), vpc: vpcInOnce(stack) }),
});
const vpcInOnce = (stack: Stack) => stack.node.tryFindChild('Vpc') as ec2.IVpc | undefined ?? vpcIn(stack);
const redeployment = fc.option(minutes(1, 700)).map((interval) => call(
  `redeployBeforeExpiry ${interval ? says(interval) : ''}`, (token, stack) => token.redeployBeforeExpiry(serviceIn(stack), interval ? { interval } : undefined), {
    refused: unknownDuration('redeployBeforeExpiry'),
    mayBeRefused: must('interval, with the flexible window of the schedule,'),
    leaves: ['{"Fn::ImportValue":"cluster"}'],
  }));
const wrongRedeployment: fc.Arbitrary<Part>[] = [fc.oneof(
  wrongMinutes(1).map((value) => [value, ' seconds)'] as const), unresolvedDuration.map((value) => [value.make(new Stack()), '; received an unresolved value'] as const),
).map(([interval, received]) => call('redeployBeforeExpiry with a wrong interval', (token, stack) => token.redeployBeforeExpiry(serviceIn(stack), { interval }), {
  refused: (whole) => unknownDuration('redeployBeforeExpiry')(whole) ?? must('interval', received),
}))];

const roleIn = (stack: Stack) => new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
const readers = fc.constantFrom<Part>(
  call('grantRead to a role', (token, stack) => token.grantRead(roleIn(stack))),
  call('grantRefresh to a role', (token, stack) => token.grantRefresh(roleIn(stack))),
  call('grantRead to an unresolved account', (token) => token.grantRead(new iam.AccountPrincipal(Fn.importValue('account'))), {
    leaves: ['{"Fn::ImportValue":"account"}'],
  }),
  call('ecsSecrets', (token, stack) => new ecs.FargateTaskDefinition(stack, 'Task')
    .addContainer('app', { image: ecs.ContainerImage.fromRegistry('node'), secrets: token.ecsSecrets() })),
  call('ecsSecrets by other names', (token, stack) => new ecs.FargateTaskDefinition(stack, 'Task').addContainer('app', {
    image: ecs.ContainerImage.fromRegistry('node'), secrets: token.ecsSecrets({ CODEARTIFACT_AUTH_TOKEN: 'OTHER_TOKEN' }),
  })),
  call('codeBuildVariables', (token, stack) => new codebuild.PipelineProject(stack, 'Project', { environmentVariables: token.codeBuildVariables() })),
);
const wrongReaders: fc.Arbitrary<Part>[] = [fc.constantFrom<iam.IPrincipal>(
  new iam.AccountPrincipal('444455556666'), new iam.OrganizationPrincipal('o-1234567890'), new iam.ArnPrincipal('arn:aws:iam::444455556666:role/ci'),
).map((principal) => call(`grantRead to ${principal}`, (token) => token.grantRead(principal), {
  // Where the account of the stack is not known, it may be the same one.
  refused: ({ env, parts }) => (env || principal instanceof iam.OrganizationPrincipal) && !parts.encryptionKey
    ? must('encryptionKey', '; received no encryptionKey')
    : undefined,
}))];

const grants = fc.tuple(fc.constantFrom('grantRead' as const, 'grantPublish' as const), repository('g'), repositoryValue('granted', 'h', Aws.STACK_NAME))
  .map(([method, one, other]) => call(`domain.${method} ${one} ${other.says}`, ({ domain: of }, stack) => {
    const role = new iam.Role(stack, 'Grantee', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    of.grantAuthorize(role);
    of[method](role, one, other.make(stack));
  }, { leaves: other.leaves }));
const wrongGrants: fc.Arbitrary<Part>[] = [fc.tuple(fc.constantFrom('grantRead' as const, 'grantPublish' as const), fc.oneof(
  fc.constant([[] as string[], must('repositoryNames', '; received an empty list')] as const),
  fc.constant([['store', 'store'], must('repositoryNames', "; received 'store' twice")] as const),
  wrongOrUnset(isRepository).map((text) => [[text], mustNotBe('each name in repositoryNames', text)] as const),
)).map(([method, [names, refusal]]) => call(`domain.${method} [${names.map(quoted).join(', ')}]`,
  ({ domain: of }) => of[method](new iam.AccountPrincipal('444455556666'), ...names), { refused: () => refusal }))];

const metricName = fc.constantFrom('Refreshes', 'Failures', 'SecondsLeft', 'GetAuthorizationTokenLatency', 'PutSecretValueLatency', 'TagResourceLatency');
const metric = fc.tuple(fc.oneof(metricName.map(known), unresolved('metricName', 'Failures')), fc.option(between(1, 1440), { nil: undefined }))
  .map(([name, period]) => call(`metric ${name.says}`, (token, stack) => new cloudwatch.Alarm(stack, 'OfMetric', {
    metric: token.metric(name.make(stack), period ? { period: Duration.minutes(period) } : undefined), threshold: 1, evaluationPeriods: 1,
  }), { leaves: name.leaves }));
const wrongMetric: fc.Arbitrary<Part>[] = [
  fc.oneof(wrongOrUnset(() => false), fc.constantFrom('Refresh', 'refreshes', 'Failures ', 'toString')).map((text) =>
    call(`metric ${quoted(text)}`, (token) => token.metric(text), { refused: () => must('metricName', text === undefined ? '; received ' : `; received '${text}'`) })),
  metricName.map((name) => call(`metric ${name} of 7 seconds`, (token) => token.metric(name, { period: Duration.seconds(7) }), {
    refused: () => cdk('a period of a metric'),
  })),
];

const endpoint = fc.tuple(repositoryValue('endpoint', 'e', Aws.STACK_NAME), fc.constantFrom(...Object.values(PackageFormat)))
  .map(([name, ofFormat]) => call(`repositoryEndpoint ${name.says} ${ofFormat}`, ({ domain: of }, stack) => {
    const repositoryName = name.make(stack);
    new ssm.StringParameter(stack, 'Endpoint', { stringValue: `${of.repositoryEndpoint(repositoryName, ofFormat)} ${of.repositoryArn(repositoryName)}` });
  }, { leaves: name.leaves }));
const wrongEndpoint: fc.Arbitrary<Part>[] = [wrongOrUnset(() => false).map((text) => call(
  `repositoryPolicyStatement ${quoted(text)}`, (token) => token.repositoryPolicyStatement(text), { refused: () => must('repositoryName', `; received '${text}'`) },
)), fc.tuple(wrongOrUnset(isRepository), fc.boolean()).map(([text, arn]) => call(
  `repository${arn ? 'Arn' : 'Endpoint'} ${quoted(text)}`, ({ domain: of }) => arn ? of.repositoryArn(text) : of.repositoryEndpoint(text, PackageFormat.NPM), {
    refused: () => mustNotBe('repositoryName', text),
  }))];

const rightParts = {
  domain,
  repositories,
  times,
  format,
  secretName,
  description,
  encryptionKey: keyOf('encryptionKey'),
  scheduleEncryptionKey: keyOf('scheduleEncryptionKey'),
  environmentEncryption: keyOf('environmentEncryption'),
  scheduleGroup,
  removalPolicy,
  replicaRegions,
  roleName,
  managedRotation,
  network,
  logGroup,
  deadLetterQueue,
  onFailure: destination('onFailure'),
  onRefreshed: destination('onRefreshed'),
  alarm,
  dashboard,
  redeployment,
  readers,
  grants,
  metric,
  endpoint,
};

const wrongParts: Partial<Record<keyof typeof rightParts, fc.Arbitrary<Part>[]>> = {
  domain: wrongDomain,
  repositories: wrongRepositories,
  times: wrongTimes,
  format: wrongFormats,
  secretName: wrongSecretName,
  description: wrongDescription,
  encryptionKey: wrongKey('encryptionKey'),
  scheduleEncryptionKey: wrongKey('scheduleEncryptionKey'),
  environmentEncryption: wrongKey('environmentEncryption'),
  removalPolicy: wrongRemovalPolicy,
  replicaRegions: wrongReplicaRegions,
  roleName: wrongRoleName,
  network: wrongNetwork,
  deadLetterQueue: wrongDeadLetterQueue,
  alarm: wrongAlarm,
  dashboard: wrongDashboard,
  redeployment: wrongRedeployment,
  readers: wrongReaders,
  grants: wrongGrants,
  metric: wrongMetric,
  endpoint: wrongEndpoint,
};

/** What would make templates so large that fewer of them could be read in the same time. */
const LARGE = new Set<string>([
  'encryptionKey', 'scheduleEncryptionKey', 'environmentEncryption', 'scheduleGroup', 'managedRotation', 'network', 'deadLetterQueue', 'onFailure', 'onRefreshed',
  'alarm', 'dashboard', 'redeployment', 'readers', 'grants', 'metric', 'endpoint',
]);
const sometimes = (name: string, arbitrary: fc.Arbitrary<Part>) => name === 'domain' ? arbitrary : fc.oneof(
  { weight: LARGE.has(name) ? 12 : 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary },
);

const fault = fc.oneof(...Object.entries(wrongParts)
  .flatMap(([name, parts]) => parts.map((arbitrary) => arbitrary.map((wrongPart) => [name, wrongPart] as const))));

/** A token as a user may write it, with nothing wrong in it, or one thing, or two. */
export const cases: fc.Arbitrary<Case> = fc.record({
  env: fc.boolean(),
  right: fc.record(Object.fromEntries(Object.entries(rightParts).map(([name, arbitrary]) => [name, sometimes(name, arbitrary)]))),
  wrong: fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) }, { weight: 10, arbitrary: fc.tuple(fault) }, { weight: 1, arbitrary: fc.tuple(fault, fault) },
  ),
}).map(({ env, right, wrong: faults }) => ({
  env,
  parts: { ...right, ...Object.fromEntries(faults) } as Case['parts'],
})).map((whole) => ({ ...whole, [fc.toStringMethod]: () => sayingOf(whole) }));

export function partsOf({ parts }: Case): Part[] {
  return Object.values(parts).filter((given) => given !== undefined);
}

export function sayingOf(whole: Case): string {
  return [whole.env ? 'in a known region' : 'anywhere', ...partsOf(whole).map((given) => given.says)].join('; ');
}
