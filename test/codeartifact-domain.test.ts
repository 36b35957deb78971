import { App, Aws, CfnParameter, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codeartifact from 'aws-cdk-lib/aws-codeartifact';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CodeArtifactDomain, CodeArtifactToken, EndpointType, PackageFormat, PackageManager, SecretFormat } from '../src';

const ENV = { account: '111122223333', region: 'eu-west-1' };

function stackWith(env?: { account: string; region: string }): Stack {
  return new Stack(new App(), 'Stack', { env });
}

/** The statements of the one policy that the grants made. */
function statementsOf(stack: Stack) {
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .flatMap((policy) => policy.Properties.PolicyDocument.Statement);
}

function roleIn(stack: Stack): iam.Role {
  return new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
}

describe('a domain by name', () => {
  test('is in the account and region of the stack', () => {
    const stack = stackWith(ENV);
    const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme');

    expect(domain).toMatchObject({ domainName: 'acme', domainOwner: '111122223333', domainRegion: 'eu-west-1' });
    expect(stack.resolve(domain.domainArn)).toEqual(
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':codeartifact:eu-west-1:111122223333:domain/acme']] });
  });

  test('is where it is said to be', () => {
    const stack = stackWith(ENV);
    const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme', { owner: '444455556666', region: 'us-east-1' });

    expect(stack.resolve(domain.repositoryArn('npm-store'))).toEqual(
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':codeartifact:us-east-1:444455556666:repository/acme/npm-store']] });
    expect(domain).toMatchObject({ domainOwner: '444455556666', domainRegion: 'us-east-1' });
  });

  test('works in a stack that knows neither account nor region', () => {
    const stack = stackWith();
    const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme');

    expect(stack.resolve(domain.domainOwner)).toEqual({ Ref: 'AWS::AccountId' });
    expect(stack.resolve(domain.domainRegion)).toEqual({ Ref: 'AWS::Region' });
  });

  test('creates no resource', () => {
    const stack = stackWith();
    CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme');

    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });

  test('lets unresolved values pass', () => {
    const stack = stackWith();
    const parameter = new CfnParameter(stack, 'Parameter').valueAsString;
    const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', parameter, {
      owner: Fn.importValue('owner'),
      region: Lazy.string({ produce: () => 'us-east-1' }),
    });

    expect(stack.resolve(domain.repositoryArn(Lazy.string({ produce: () => 'npm-store' })))).toEqual({
      'Fn::Join': ['', [
        'arn:', { Ref: 'AWS::Partition' }, ':codeartifact:us-east-1:', { 'Fn::ImportValue': 'owner' },
        ':repository/', { Ref: 'Parameter' }, '/npm-store',
      ]],
    });
  });

  test.each(['a', 'Acme', 'my_domain', '1acme', 'acme-', `a${'b'.repeat(50)}`, ''])('refuses the name %p', (name) => {
    expect(() => CodeArtifactDomain.fromDomainName(stackWith(), 'Domain', name)).toThrow(
      `domainName must be 2 to 50 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen; received '${name}'`);
  });

  test.each(['ab', 'my-domain-1', `a${'b'.repeat(49)}`])('accepts the name %p', (name) => {
    expect(CodeArtifactDomain.fromDomainName(stackWith(), 'Domain', name).domainName).toBe(name);
  });

  test.each(['11112222333', '1111222233334', '1111-2222-3333', ' 111122223333'])('refuses the owner %p', (owner) => {
    expect(() => CodeArtifactDomain.fromDomainName(stackWith(), 'Domain', 'acme', { owner })).toThrow(
      `owner must be the 12 digits of an AWS account; received '${owner}'`);
  });

  test('refuses the account of the stack as its owner, if that is none', () => {
    expect(() => CodeArtifactDomain.fromDomainName(stackWith({ account: 'test', region: 'eu-west-1' }), 'Domain', 'acme')).toThrow(
      "the account of the stack must be the 12 digits of an AWS account; received 'test'");
  });

  test.each(['', 'EU (Ireland)', 'eu-west', 'eu-west-1a', 'Eu-west-1'])('refuses the region %p', (region) => {
    expect(() => CodeArtifactDomain.fromDomainName(stackWith(), 'Domain', 'acme', { region })).toThrow(
      `region must be the name of a region, as in eu-west-1; received '${region}'`);
  });

  test.each(['eu-west-1', 'us-gov-west-1', 'eu-west-10'])('accepts the region %p', (region) => {
    const stack = stackWith(ENV);

    expect(CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme', { region }).domainRegion).toBe(region);
    const arn = `arn:aws:codeartifact:${region}:111122223333:domain/acme`;
    expect(CodeArtifactDomain.fromDomainArn(stack, 'ByArn', arn).domainArn).toBe(arn);
  });

  test('refuses a name that is not set, and does not take it for the text undefined', () => {
    expect(() => CodeArtifactDomain.fromDomainName(stackWith(), 'Domain', process.env.NOT_SET!)).toThrow('not ending with a hyphen; received undefined');
  });

  test('refuses an owner that is a number, as a context file may have it', () => {
    const { owner } = JSON.parse('{ "owner": 111122223333 }');

    expect(() => CodeArtifactDomain.fromDomainName(stackWith(), 'Domain', 'acme', { owner })).toThrow(
      'owner must be text, the 12 digits of an AWS account; received 111122223333');
  });
});

describe('a domain by ARN', () => {
  test('has the partition, the region and the owner of the ARN', () => {
    const domain = CodeArtifactDomain.fromDomainArn(stackWith(ENV), 'Domain', 'arn:aws-cn:codeartifact:cn-north-1:444455556666:domain/acme');

    expect(domain).toMatchObject({
      domainName: 'acme',
      domainOwner: '444455556666',
      domainRegion: 'cn-north-1',
      domainArn: 'arn:aws-cn:codeartifact:cn-north-1:444455556666:domain/acme',
    });
    expect(domain.repositoryArn('store')).toBe('arn:aws-cn:codeartifact:cn-north-1:444455556666:repository/acme/store');
  });

  test('can come from another stack', () => {
    const stack = stackWith();
    const domain = CodeArtifactDomain.fromDomainArn(stack, 'Domain', Fn.importValue('domain-arn'));
    const part = (separator: string, index: number, of: unknown) => ({ 'Fn::Select': [index, { 'Fn::Split': [separator, of] }] });
    const arn = { 'Fn::ImportValue': 'domain-arn' };

    expect(stack.resolve(domain.domainOwner)).toEqual(part(':', 4, arn));
    expect(stack.resolve(domain.domainRegion)).toEqual(part(':', 3, arn));
    expect(stack.resolve(domain.domainName)).toEqual(part('/', 1, part(':', 5, arn)));
  });

  test.each([
    'acme',
    'arn:aws:codeartifact:eu-west-1:111122223333:repository/acme/npm-store',
    'arn:aws:s3:eu-west-1:111122223333:domain/acme',
    'arn:aws:codeartifact:eu-west-1:11112222333:domain/acme',
    'arn:aws:codeartifact:eu-west-1:111122223333:domain/acme/more',
    'arn:aws:codeartifact:EU West:111122223333:domain/acme',
    'the arn:aws:codeartifact:eu-west-1:111122223333:domain/acme',
  ])('refuses %p', (arn) => {
    expect(() => CodeArtifactDomain.fromDomainArn(stackWith(), 'Domain', arn)).toThrow(
      `domainArn must be the ARN of a CodeArtifact domain, arn:<partition>:codeartifact:<region>:<owner>:domain/<name>; received '${arn}'`);
  });

  test.each([
    [`arn:aws:codeartifact:eu_west:${Aws.ACCOUNT_ID}:domain/acme`, "the region in domainArn must be the name of a region, as in eu-west-1; received 'eu_west'"],
    [`arn:aws:codeartifact:${Aws.REGION}:1111:domain/acme`, "the owner in domainArn must be the 12 digits of an AWS account; received '1111'"],
    [`arn:aws:codeartifact:${Aws.REGION}:111122223333:acme`, 'the name in domainArn must be text, 2 to 50 lower-case letters'],
  ])('refuses what is known of an unresolved ARN, by its part: %#', (arn, message) => {
    expect(() => CodeArtifactDomain.fromDomainArn(stackWith(), 'Domain', arn)).toThrow(message);
  });
});

describe('a domain that the app creates', () => {
  test('is referred to, so that what uses it waits for it', () => {
    const stack = stackWith();
    const cfnDomain = new codeartifact.CfnDomain(stack, 'CfnDomain', { domainName: 'acme' });
    const domain = CodeArtifactDomain.fromCfnDomain(cfnDomain);

    expect(stack.resolve(domain.domainArn)).toEqual({
      'Fn::Join': ['', [
        'arn:', { Ref: 'AWS::Partition' }, ':codeartifact:', { Ref: 'AWS::Region' }, ':',
        { 'Fn::GetAtt': ['CfnDomain', 'Owner'] }, ':domain/', { 'Fn::GetAtt': ['CfnDomain', 'Name'] },
      ]],
    });
  });

  test('can be referred to twice', () => {
    const cfnDomain = new codeartifact.CfnDomain(stackWith(), 'CfnDomain', { domainName: 'acme' });

    expect(CodeArtifactDomain.fromCfnDomain(cfnDomain)).toBe(CodeArtifactDomain.fromCfnDomain(cfnDomain));
  });
});

describe('the endpoint of a repository', () => {
  test.each(Object.values(PackageFormat))('for %s ends with a slash', (format) => {
    const domain = CodeArtifactDomain.fromDomainName(stackWith(ENV), 'Domain', 'acme');

    expect(domain.repositoryEndpoint('npm-store', format)).toBe(
      `https://acme-111122223333.d.codeartifact.eu-west-1.amazonaws.com/${format}/npm-store/`);
  });

  test.each([[undefined, { Ref: 'AWS::Region' }], ['xx-new-1', 'xx-new-1']])('has the suffix of the deployment in the region %p', (region, resolved) => {
    const stack = stackWith();
    const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme', { owner: '111122223333', region });
    const { 'Fn::Join': [, parts] } = stack.resolve(domain.repositoryEndpoint('npm-store', PackageFormat.NPM));

    expect(parts.at(-2)).toEqual({ Ref: 'AWS::URLSuffix' });
    expect(JSON.stringify(parts)).toContain(typeof resolved === 'string' ? resolved : JSON.stringify(resolved));
  });

  test('refuses a name that no repository has', () => {
    const domain = CodeArtifactDomain.fromDomainName(stackWith(ENV), 'Domain', 'acme');

    expect(() => domain.repositoryArn('npm store')).toThrow(/^repositoryName must be 2 to 100 letters/);
    expect(() => domain.repositoryEndpoint('npm store', PackageFormat.NPM)).toThrow(
      "repositoryName must be 2 to 100 letters, digits, dots, underscores and hyphens, starting with a letter or a digit; received 'npm store'");
  });
});

describe('a domain with dual-stack endpoints', () => {
  const dualStack = { endpointType: EndpointType.DUAL_STACK };
  const ENDPOINT = 'https://acme-111122223333.codeartifact.eu-west-1.on.aws/npm/npm-store/';

  test('has repositories there, by its name and by its ARN', () => {
    const stack = stackWith(ENV);
    const byName = CodeArtifactDomain.fromDomainName(stack, 'ByName', 'acme', dualStack);
    const byArn = CodeArtifactDomain.fromDomainArn(stack, 'ByArn', 'arn:aws:codeartifact:eu-west-1:111122223333:domain/acme', dualStack);

    for (const domain of [byName, byArn]) {
      expect(domain.endpointType).toBe(EndpointType.DUAL_STACK);
      expect(domain.repositoryEndpoint('npm-store', PackageFormat.NPM)).toBe(ENDPOINT);
    }
  });

  test('is another one than that with IPv4 endpoints, where it is created in this app', () => {
    const stack = stackWith(ENV);
    const cfnDomain = new codeartifact.CfnDomain(stack, 'Domain', { domainName: 'acme' });
    const domain = CodeArtifactDomain.fromCfnDomain(cfnDomain, dualStack);

    expect(CodeArtifactDomain.fromCfnDomain(cfnDomain, dualStack)).toBe(domain);
    expect(CodeArtifactDomain.fromCfnDomain(cfnDomain)).not.toBe(domain);
    expect(CodeArtifactDomain.fromCfnDomain(cfnDomain).endpointType).toBe(EndpointType.IPV4);
    expect(JSON.stringify(stack.resolve(domain.repositoryEndpoint('npm-store', PackageFormat.NPM)))).toContain('.codeartifact.eu-west-1.on.aws/npm/npm-store/');
  });

  test('gives package managers these endpoints, Bundler in a region that aws-cdk-lib does not know as well', () => {
    const stack = stackWith({ ...ENV, region: 'xx-new-1' });
    const domain = CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme', dualStack);
    const token = new CodeArtifactToken(stack, 'Token', {
      domain, readFrom: ['npm-store'], format: SecretFormat.json(PackageManager.npm('npm-store'), PackageManager.bundler('npm-store')),
    });

    expect(Object.keys(token.ecsSecrets())).toContain('BUNDLE_ACME___111122223333__CODEARTIFACT__XX___NEW___1__ON__AWS');
  });
});

describe('grants', () => {
  const DOMAIN = 'arn:aws:codeartifact:eu-west-1:111122223333:domain/acme';
  const REPOSITORY = 'arn:aws:codeartifact:eu-west-1:111122223333:repository/acme';
  const read = (...repositories: string[]) => ({
    Action: 'codeartifact:ReadFromRepository',
    Effect: 'Allow',
    Resource: repositories.length === 1 ? repositories[0] : repositories,
  });

  test('to authorize are the two permissions of the call, and nothing more', () => {
    const stack = stackWith(ENV);
    CodeArtifactDomain.fromDomainArn(stack, 'Domain', DOMAIN).grantAuthorize(roleIn(stack)).assertSuccess();

    expect(statementsOf(stack)).toEqual([
      { Action: 'codeartifact:GetAuthorizationToken', Effect: 'Allow', Resource: DOMAIN },
      {
        Action: 'sts:GetServiceBearerToken',
        Effect: 'Allow',
        Resource: '*',
        Condition: { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' } },
      },
    ]);
  });

  test('to read are for the repositories that are named', () => {
    const stack = stackWith(ENV);
    CodeArtifactDomain.fromDomainArn(stack, 'Domain', DOMAIN).grantRead(roleIn(stack), 'npm-store', 'pypi-store').assertSuccess();

    expect(statementsOf(stack)).toEqual([read(`${REPOSITORY}/npm-store`, `${REPOSITORY}/pypi-store`)]);
  });

  test('to publish include the reading that publishing needs', () => {
    const stack = stackWith(ENV);
    CodeArtifactDomain.fromDomainArn(stack, 'Domain', DOMAIN).grantPublish(roleIn(stack), 'npm-store').assertSuccess();

    expect(statementsOf(stack)).toEqual([
      read(`${REPOSITORY}/npm-store`),
      {
        Action: ['codeartifact:PublishPackageVersion', 'codeartifact:PutPackageMetadata'],
        Effect: 'Allow',
        Resource: 'arn:aws:codeartifact:eu-west-1:111122223333:package/acme/npm-store/*',
      },
    ]);
  });

  test('say that they failed for a principal that has no policy', () => {
    const stack = stackWith(ENV);
    const domain = CodeArtifactDomain.fromDomainArn(stack, 'Domain', DOMAIN);

    expect(domain.grantAuthorize(new iam.ServicePrincipal('ecs.amazonaws.com')).success).toBe(false);
  });

  test.each([
    ['no repository', [], 'repositoryNames must name at least one repository; received an empty list'],
    ['a repository twice', ['store', 'store'], "repositoryNames must name each repository once; received 'store' twice"],
    ['a repository with a slash', ['acme/store'], 'each name in repositoryNames must be 2 to 100 letters, digits, dots, underscores and hyphens,'
      + " starting with a letter or a digit; received 'acme/store'"],
  ])('refuse %s', (_, repositories, message) => {
    const stack = stackWith(ENV);
    const domain = CodeArtifactDomain.fromDomainArn(stack, 'Domain', DOMAIN);

    expect(() => domain.grantRead(roleIn(stack), ...repositories)).toThrow(message);
  });
});
