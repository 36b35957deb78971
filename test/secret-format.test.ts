import { App, Aws, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CodeArtifactDomain, CodeArtifactToken, CodeArtifactTokenProps, PackageManager, SecretFormat } from '../src';

const HOST = 'acme-111122223333.d.codeartifact.eu-west-1.amazonaws.com';

function tokenWith(...packageManagers: PackageManager[]): CodeArtifactToken {
  return tokenThat({ readFrom: ['store'] }, ...packageManagers);
}

function tokenThat(does: Pick<CodeArtifactTokenProps, 'readFrom' | 'publishTo'>, ...packageManagers: PackageManager[]): CodeArtifactToken {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  return new CodeArtifactToken(stack, 'Token', {
    domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'),
    format: SecretFormat.json(...packageManagers),
    ...does,
  });
}

/** What the function will write, with its placeholders. */
function secretOf(token: CodeArtifactToken): Record<string, string> {
  const [fn] = Object.values(Template.fromStack(Stack.of(token)).findResources('AWS::Lambda::Function'));
  return JSON.parse(fn.Properties.Environment.Variables.SECRET_TEMPLATE);
}

/** The same, where not all of it is known at synthesis. */
function secretTemplateOf(token: CodeArtifactToken): unknown {
  const [fn] = Object.values(Template.fromStack(Stack.of(token)).findResources('AWS::Lambda::Function'));
  return fn.Properties.Environment.Variables.SECRET_TEMPLATE;
}

/** The variables that a package manager adds to those that every JSON secret has. */
function variablesOf(...packageManagers: PackageManager[]): Record<string, string> {
  return ofPackageManagers(secretOf(tokenWith(...packageManagers)));
}

function ofPackageManagers({ username, password, expires_at, CODEARTIFACT_AUTH_TOKEN, ...variables }: Record<string, string>) {
  return variables;
}

describe('a JSON secret', () => {
  test('has what users of External Secrets know, and the variable of AWS, for any reader', () => {
    expect(secretOf(tokenWith())).toEqual({
      username: 'aws',
      password: '{{token}}',
      expires_at: '{{expires_at}}',
      CODEARTIFACT_AUTH_TOKEN: '{{token}}',
    });
  });

  test('gives an ECS container each variable, by its field', () => {
    const token = tokenWith(PackageManager.twine('store'));
    const stack = Stack.of(token);
    new ecs.FargateTaskDefinition(stack, 'TaskDefinition').addContainer('app', {
      image: ecs.ContainerImage.fromRegistry('node'), secrets: token.ecsSecrets(),
    });
    const secretArn = stack.resolve(token.secret.secretArn);

    Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({
        Secrets: ['CODEARTIFACT_AUTH_TOKEN', 'TWINE_REPOSITORY_URL', 'TWINE_USERNAME', 'TWINE_PASSWORD'].map((Name) => ({
          Name, ValueFrom: { 'Fn::Join': ['', [secretArn, `:${Name}::`]] },
        })),
      })],
    });
  });

  test('gives a CodeBuild project the same, and the permission to read them', () => {
    const token = tokenWith(PackageManager.pip('store'));
    const stack = Stack.of(token);
    new codebuild.PipelineProject(stack, 'Project', { environmentVariables: token.codeBuildVariables() });
    const secretArn = stack.resolve(token.secret.secretArn);

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CodeBuild::Project', {
      Environment: {
        EnvironmentVariables: ['CODEARTIFACT_AUTH_TOKEN', 'PIP_INDEX_URL'].map((Name) => ({
          Name, Type: 'SECRETS_MANAGER', Value: { 'Fn::Join': ['', [secretArn, `:${Name}`]] },
        })),
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secretArn }]) },
    });
  });

  test('takes two package managers that write the same', () => {
    expect(Object.keys(secretOf(tokenWith(PackageManager.npm('store'), PackageManager.pnpm('store'))))).toContain('NPMRC');
  });

  test('refuses what does not fit the environment of the function, and says by how much', () => {
    const registries = Array.from({ length: 20 }, (_, i) => PackageManager.cargo('store', { name: `registry${i}${'x'.repeat(40)}` }));
    expect(() => tokenWith(...registries)).toThrow(
      /^format must fit the 4096 bytes of the function's environment; it is at least \d+ bytes too long. Name fewer package managers/);
  });

  test('lets unresolved values pass', () => {
    const stack = new Stack(new App(), 'Stack');
    const token = new CodeArtifactToken(stack, 'Token', {
      domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', Lazy.string({ produce: () => 'acme' })),
      readFrom: ['store'],
      format: SecretFormat.json(PackageManager.twine(Lazy.string({ produce: () => 'store' }))),
    });
    const variable = stack.resolve((token.function.node.defaultChild as any).environment).variables.SECRET_TEMPLATE;

    expect(variable['Fn::Join'][1]).toEqual(expect.arrayContaining([{ Ref: 'AWS::AccountId' }, { Ref: 'AWS::Region' }]));
  });
});

describe('package managers of a kind combine into one secret:', () => {
  test.each<[string, PackageManager[], Record<string, string>]>([
    ['scopes of npm, pnpm and Yarn 1, two of them of one repository', [
      PackageManager.npm('store'), PackageManager.npm('own', { scope: '@acme' }), PackageManager.pnpm('own', { scope: '@acme' }),
      PackageManager.yarnClassic('own', { scope: '@tools' }),
    ], {
      NPMRC: `registry=https://${HOST}/npm/store/\n//${HOST}/npm/store/:_authToken={{token}}\n`
        + `@acme:registry=https://${HOST}/npm/own/\n//${HOST}/npm/own/:_authToken={{token}}\n@tools:registry=https://${HOST}/npm/own/\nalways-auth=true\n`,
    }],
    ['scopes of Yarn', [PackageManager.yarn('store'), PackageManager.yarn('own', { scope: '@acme' }), PackageManager.yarn('tools', { scope: '@tools' })], {
      YARN_NPM_REGISTRY_SERVER: `https://${HOST}/npm/store/`,
      YARN_NPM_AUTH_TOKEN: '{{token}}',
      YARN_NPM_ALWAYS_AUTH: 'true',
      YARNRC_YML: `npmScopes:
  acme:
    npmRegistryServer: "https://${HOST}/npm/own/"
    npmAuthToken: "{{token}}"
    npmAlwaysAuth: true
  tools:
    npmRegistryServer: "https://${HOST}/npm/tools/"
    npmAuthToken: "{{token}}"
    npmAlwaysAuth: true
`,
    }],
    ['a default and further indexes of uv', [
      PackageManager.uv('store'), PackageManager.uv('own', { name: 'private-registry' }), PackageManager.uv('tools', { name: 'Acme.Tools' }),
    ], {
      UV_DEFAULT_INDEX: `codeartifact=https://${HOST}/pypi/store/simple/`,
      UV_INDEX: `private-registry=https://${HOST}/pypi/own/simple/ Acme.Tools=https://${HOST}/pypi/tools/simple/`,
      UV_INDEX_CODEARTIFACT_USERNAME: 'aws',
      UV_INDEX_CODEARTIFACT_PASSWORD: '{{token}}',
      UV_INDEX_PRIVATE_REGISTRY_USERNAME: 'aws',
      UV_INDEX_PRIVATE_REGISTRY_PASSWORD: '{{token}}',
      UV_INDEX_ACME_TOOLS_USERNAME: 'aws',
      UV_INDEX_ACME_TOOLS_PASSWORD: '{{token}}',
    }],
    ['registries of Cargo', [PackageManager.cargo('store'), PackageManager.cargo('own', { name: 'Contoso' })], {
      CARGO_REGISTRIES_CODEARTIFACT_INDEX: `sparse+https://${HOST}/cargo/store/`,
      CARGO_REGISTRIES_CODEARTIFACT_TOKEN: '{{token}}',
      CARGO_REGISTRIES_CODEARTIFACT_CREDENTIAL_PROVIDER: 'cargo:token',
      CARGO_REGISTRIES_CONTOSO_INDEX: `sparse+https://${HOST}/cargo/own/`,
      CARGO_REGISTRIES_CONTOSO_TOKEN: '{{token}}',
      CARGO_REGISTRIES_CONTOSO_CREDENTIAL_PROVIDER: 'cargo:token',
    }],
    ['sources of NuGet, in their case', [PackageManager.nuget('store'), PackageManager.nuget('own', { name: 'Contoso' })], {
      NuGetPackageSourceCredentials_codeartifact: 'Username=aws;Password={{token}}',
      NuGetPackageSourceCredentials_Contoso: 'Username=aws;Password={{token}}',
    }],
    ['repositories of Maven, one of them for all others', [
      PackageManager.maven('store', { mirrorOf: '*,!Private.Registry' }), PackageManager.maven('own', { name: 'Private.Registry' }),
    ], {
      MAVEN_SETTINGS_XML: '<settings><servers>'
        + '<server><id>codeartifact</id><username>aws</username><password>{{token}}</password></server>'
        + '<server><id>Private.Registry</id><username>aws</username><password>{{token}}</password></server>'
        + `</servers><mirrors><mirror><id>codeartifact</id><mirrorOf>*,!Private.Registry</mirrorOf><url>https://${HOST}/maven/store/</url></mirror></mirrors>`
        + '<profiles><profile><id>codeartifact</id>'
        + `<repositories><repository><id>codeartifact</id><url>https://${HOST}/maven/store/</url></repository>`
        + `<repository><id>Private.Registry</id><url>https://${HOST}/maven/own/</url></repository></repositories>`
        + `<pluginRepositories><pluginRepository><id>codeartifact</id><url>https://${HOST}/maven/store/</url></pluginRepository>`
        + `<pluginRepository><id>Private.Registry</id><url>https://${HOST}/maven/own/</url></pluginRepository></pluginRepositories>`
        + '</profile></profiles><activeProfiles><activeProfile>codeartifact</activeProfile></activeProfiles></settings>',
    }],
    ['repositories of Gradle', [PackageManager.gradle('store'), PackageManager.gradle('own', { name: 'private-registry' })], {
      CODEARTIFACT_MAVEN_URL: `https://${HOST}/maven/store/`,
      PRIVATE_REGISTRY_MAVEN_URL: `https://${HOST}/maven/own/`,
    }],
  ])('%s', (_, packageManagers, variables) => {
    expect(variablesOf(...packageManagers)).toEqual(variables);
  });

  test.each<[string, PackageManager, PackageManager, string]>([
    ['two default registries of npm', PackageManager.npm('store'), PackageManager.pnpm('own'),
      "PackageManager.npm('store') and PackageManager.pnpm('own') would set registry in NPMRC differently: give one of them a scope of its own, or make one repository an upstream"],
    ['one scope of two repositories', PackageManager.npm('store', { scope: '@acme' }), PackageManager.npm('own', { scope: '@acme' }),
      "PackageManager.npm('store') and PackageManager.npm('own') would set @acme:registry in NPMRC differently"],
    ['two default registries of Yarn', PackageManager.yarn('store'), PackageManager.yarn('own'),
      'would set YARN_NPM_REGISTRY_SERVER in the environment differently: give one of them a scope of its own'],
    ['two indexes of pip', PackageManager.pip('store'), PackageManager.pip('own'),
      'would set PIP_INDEX_URL in the environment differently: make one repository an upstream of the other'],
    ['two indexes of uv of one name', PackageManager.uv('store'), PackageManager.uv('own'),
      'would set codeartifact in UV_INDEX differently: give one of them another name'],
    ['two repositories of Maven of one name', PackageManager.maven('store'), PackageManager.maven('own'),
      'would set codeartifact in MAVEN_SETTINGS_XML differently: give one of them another name'],
    ['two logins to one host', PackageManager.swift('store'), PackageManager.pip('store', { netrc: true }),
      `would set ${HOST} in NETRC_CONTENT differently: make one repository an upstream of the other`],
    ['two logins to one host, in the other order', PackageManager.pip('store', { netrc: true }), PackageManager.swift('store'),
      `PackageManager.pip('store') and PackageManager.swift('store') would set ${HOST} in NETRC_CONTENT differently: use pip without netrc`],
    ['one scope of two repositories of Yarn', PackageManager.yarn('store', { scope: '@acme' }), PackageManager.yarn('own', { scope: '@acme' }),
      'would set @acme in YARNRC_YML differently: give one of them a scope of its own'],
  ])('but not %s, and the error says what helps', (_, one, other, message) => {
    expect(() => tokenWith(one, other)).toThrow(message);
    expect(() => tokenWith(one, other)).toThrow(
      /or make a CodeArtifactToken for each, and give the variables of one other names with ecsSecrets or codeBuildVariables$/);
  });

  test.each<[string, (repository: string) => PackageManager]>([
    ['npm', (repository) => PackageManager.npm(repository)],
    ['pnpm', (repository) => PackageManager.pnpm(repository)],
    ['yarnClassic', (repository) => PackageManager.yarnClassic(repository)],
    ['yarn', (repository) => PackageManager.yarn(repository)],
    ['pip', (repository) => PackageManager.pip(repository)],
    ['uv', (repository) => PackageManager.uv(repository)],
    ['poetry', (repository) => PackageManager.poetry(repository)],
    ['pdm', (repository) => PackageManager.pdm(repository)],
    ['hatch', (repository) => PackageManager.hatch(repository)],
    ['twine', (repository) => PackageManager.twine(repository)],
    ['maven', (repository) => PackageManager.maven(repository)],
    ['gradle', (repository) => PackageManager.gradle(repository)],
    ['cargo', (repository) => PackageManager.cargo(repository)],
  ])('the error has %s as the code of the user has it', (name, make) => {
    expect(() => tokenThat({ publishTo: ['store', 'own'] }, make('store'), make('own')))
      .toThrow(`PackageManager.${name}('store') and PackageManager.${name}('own') would set`);
  });
});

describe('two tokens in one container', () => {
  test('have other names for the variables of one of them, from the same fields', () => {
    const token = tokenWith(PackageManager.npm('store'));
    const secrets = token.ecsSecrets({ NPMRC: 'OWN_NPMRC', CODEARTIFACT_AUTH_TOKEN: 'OWN_TOKEN' });
    const variables = token.codeBuildVariables({ NPMRC: 'OWN_NPMRC' });

    expect(Object.fromEntries(Object.entries(secrets).map(([name, { arn }]) => [name, arn.split(':').at(-3)])))
      .toEqual({ OWN_TOKEN: 'CODEARTIFACT_AUTH_TOKEN', OWN_NPMRC: 'NPMRC' });
    expect(Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value.split(':').at(-1)])))
      .toEqual({ CODEARTIFACT_AUTH_TOKEN: 'CODEARTIFACT_AUTH_TOKEN', OWN_NPMRC: 'NPMRC' });
  });

  test('have the whole of a secret in plain text under another name', () => {
    const stack = new Stack(new App(), 'Stack');
    const token = new CodeArtifactToken(stack, 'Token', { domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'), readFrom: ['store'] });

    expect(token.ecsSecrets({ CODEARTIFACT_AUTH_TOKEN: 'OWN_TOKEN' })).toEqual({ OWN_TOKEN: expect.objectContaining({ arn: token.secret.secretArn }) });
  });

  test.each<[Record<string, string>, string]>([
    [{ UV_INDEX: 'OTHER' }, "otherNames must name variables that the secret fills, CODEARTIFACT_AUTH_TOKEN, NPMRC; received 'UV_INDEX'"],
    [{ NPMRC: 'OWN-NPMRC' }, "the other name of NPMRC must be letters, digits and underscores, not starting with a digit; received 'OWN-NPMRC'"],
    [{ NPMRC: 'CODEARTIFACT_AUTH_TOKEN' }, "otherNames must name each variable once; received 'CODEARTIFACT_AUTH_TOKEN' twice"],
  ])('are refused for %p', (otherNames, message) => {
    const token = tokenWith(PackageManager.npm('store'));
    expect(() => token.ecsSecrets(otherNames)).toThrow(message);
    expect(() => token.codeBuildVariables(otherNames)).toThrow(message);
  });
});

describe('a repository in publishTo gets the variables that publish to it', () => {
  test.each<[string, PackageManager, Record<string, string>]>([
    ['uv', PackageManager.uv('store'), {
      UV_PUBLISH_URL: `https://${HOST}/pypi/store/`,
      UV_PUBLISH_CHECK_URL: `https://${HOST}/pypi/store/simple/`,
      UV_PUBLISH_USERNAME: 'aws',
      UV_PUBLISH_PASSWORD: '{{token}}',
    }],
    ['Poetry', PackageManager.poetry('store', { name: 'private-registry' }), { POETRY_REPOSITORIES_PRIVATE_REGISTRY_URL: `https://${HOST}/pypi/store/` }],
    ['PDM', PackageManager.pdm('store'), { PDM_PUBLISH_REPO: `https://${HOST}/pypi/store/`, PDM_PUBLISH_USERNAME: 'aws', PDM_PUBLISH_PASSWORD: '{{token}}' }],
    ['RubyGems', PackageManager.bundler('store'), { RUBYGEMS_HOST: `https://${HOST}/ruby/store`, GEM_HOST_API_KEY: 'Bearer {{token}}' }],
  ])('%s, which one in readFrom has not', (_, packageManager, more) => {
    const reads = variablesOf(packageManager);

    expect(ofPackageManagers(secretOf(tokenThat({ publishTo: ['store'] }, packageManager)))).toEqual({ ...reads, ...more });
    expect(ofPackageManagers(secretOf(tokenThat({ readFrom: ['store'], publishTo: ['own'] }, packageManager)))).toEqual(reads);
    expect(Object.keys(reads)).not.toEqual(expect.arrayContaining(Object.keys(more)));
  });

  test('but two of them that one client publishes to are refused', () => {
    expect(() => tokenThat({ publishTo: ['store', 'own'] }, PackageManager.uv('store'), PackageManager.uv('own', { name: 'own' })))
      .toThrow('would set UV_PUBLISH_URL in the environment differently');
  });
});

describe('the variables of', () => {
  test.each<[string, PackageManager, Record<string, string>]>([
    ['npm', PackageManager.npm('store'), {
      NPMRC: `registry=https://${HOST}/npm/store/\n//${HOST}/npm/store/:_authToken={{token}}\n`,
    }],
    ['npm for a scope', PackageManager.npm('store', { scope: '@acme' }), {
      NPMRC: `@acme:registry=https://${HOST}/npm/store/\n//${HOST}/npm/store/:_authToken={{token}}\n`,
    }],
    ['pnpm', PackageManager.pnpm('store'), {
      NPMRC: `registry=https://${HOST}/npm/store/\n//${HOST}/npm/store/:_authToken={{token}}\n`,
    }],
    ['Yarn 1', PackageManager.yarnClassic('store'), {
      NPMRC: `registry=https://${HOST}/npm/store/\n//${HOST}/npm/store/:_authToken={{token}}\nalways-auth=true\n`,
    }],
    ['Yarn', PackageManager.yarn('store'), {
      YARN_NPM_REGISTRY_SERVER: `https://${HOST}/npm/store/`,
      YARN_NPM_AUTH_TOKEN: '{{token}}',
      YARN_NPM_ALWAYS_AUTH: 'true',
    }],
    ['pip', PackageManager.pip('store'), {
      PIP_INDEX_URL: `https://aws:{{token}}@${HOST}/pypi/store/simple/`,
    }],
    ['uv', PackageManager.uv('store'), {
      UV_DEFAULT_INDEX: `codeartifact=https://${HOST}/pypi/store/simple/`,
      UV_INDEX_CODEARTIFACT_USERNAME: 'aws',
      UV_INDEX_CODEARTIFACT_PASSWORD: '{{token}}',
    }],
    ['Poetry, by a name of the project', PackageManager.poetry('store', { name: 'acme_store' }), {
      POETRY_HTTP_BASIC_ACME_STORE_USERNAME: 'aws',
      POETRY_HTTP_BASIC_ACME_STORE_PASSWORD: '{{token}}',
    }],
    ['twine', PackageManager.twine('store'), {
      TWINE_REPOSITORY_URL: `https://${HOST}/pypi/store/`,
      TWINE_USERNAME: 'aws',
      TWINE_PASSWORD: '{{token}}',
    }],
    ['Maven', PackageManager.maven('store'), {
      MAVEN_SETTINGS_XML: expect.stringContaining('<server><id>codeartifact</id><username>aws</username><password>{{token}}</password></server>'),
    }],
    ['Gradle', PackageManager.gradle('store'), {
      CODEARTIFACT_MAVEN_URL: `https://${HOST}/maven/store/`,
    }],
    ['NuGet', PackageManager.nuget('store'), {
      NuGetPackageSourceCredentials_codeartifact: 'Username=aws;Password={{token}}',
    }],
    ['Cargo', PackageManager.cargo('store', { name: 'acme' }), {
      CARGO_REGISTRIES_ACME_INDEX: `sparse+https://${HOST}/cargo/store/`,
      CARGO_REGISTRIES_ACME_TOKEN: '{{token}}',
      CARGO_REGISTRIES_ACME_CREDENTIAL_PROVIDER: 'cargo:token',
    }],
    ['Bundler', PackageManager.bundler('store'), {
      BUNDLE_ACME___111122223333__D__CODEARTIFACT__EU___WEST___1__AMAZONAWS__COM: 'aws:{{token}}',
    }],
    ['pip, with a netrc file', PackageManager.pip('store', { netrc: true }), {
      PIP_INDEX_URL: `https://${HOST}/pypi/store/simple/`,
      NETRC_CONTENT: `machine ${HOST} login aws password {{token}}\n`,
    }],
    ['PDM', PackageManager.pdm('store'), {
      PDM_PYPI_URL: `https://${HOST}/pypi/store/simple/`,
      PDM_PYPI_USERNAME: 'aws',
      PDM_PYPI_PASSWORD: '{{token}}',
    }],
    ['Hatch', PackageManager.hatch('store'), {
      HATCH_INDEX_REPO: `https://${HOST}/pypi/store/`,
      HATCH_INDEX_USER: 'aws',
      HATCH_INDEX_AUTH: '{{token}}',
    }],
    ['Swift', PackageManager.swift('store'), {
      NETRC_CONTENT: `machine ${HOST} login token password {{token}}\n`,
    }],
  ])('%s', (_, packageManager, variables) => {
    expect(variablesOf(packageManager)).toEqual(variables);
  });

  test.each([
    ['uv', PackageManager.uv, ['private registry', '-private', 'ü'], 'letters, digits, dots, hyphens and underscores, starting with a letter or a digit'],
    ['Maven', PackageManager.maven, ['private/registry', '<id>', ''], 'letters, digits, dots, hyphens and underscores, starting with a letter or a digit'],
    ['Poetry', PackageManager.poetry, ['Private.Registry', '1st'], 'letters, digits, hyphens and underscores, starting with a letter'],
    ['Cargo', PackageManager.cargo, ['Private.Registry', '1st'], 'letters, digits, hyphens and underscores, starting with a letter'],
    ['Gradle', PackageManager.gradle, ['Private.Registry', '1st'], 'letters, digits, hyphens and underscores, starting with a letter'],
    ['NuGet', PackageManager.nuget, ['private-registry', 'Private.Registry'], 'letters, digits and underscores, starting with a letter'],
  ] as const)('%s are refused for a name that does not work there', (_, make, names, rule) => {
    names.forEach((name) => expect(() => make('store', { name })).toThrow(`name must be ${rule}; received '${name}'`));
  });

  test.each([
    ['uv', PackageManager.uv], ['Poetry', PackageManager.poetry], ['Cargo', PackageManager.cargo], ['Gradle', PackageManager.gradle], ['NuGet', PackageManager.nuget],
  ])('%s are refused for a name that is not known at synthesis', (_, make) => {
    expect(() => make('store', { name: Aws.STACK_NAME })).toThrow('name must be known at synthesis, because it is a part of variables');
  });

  test('Maven take a name that is not known at synthesis', () => {
    expect(JSON.stringify(secretTemplateOf(tokenWith(PackageManager.maven('store', { name: Aws.STACK_NAME }))))).toContain('{"Ref":"AWS::StackName"}');
  });

  test('Maven are refused for a mirror of nothing', () => {
    for (const mirrorOf of ['', '<*', '*>']) {
      expect(() => PackageManager.maven('store', { mirrorOf })).toThrow(
        `mirrorOf must be repositories' names or patterns with commas between, as in *,!own; received '${mirrorOf}'`);
    }
  });

  test('Yarn take a scope that is known at deployment only', () => {
    const template = secretTemplateOf(tokenWith(PackageManager.yarn('store', { scope: Lazy.string({ produce: () => Aws.STACK_NAME }) })));
    expect(JSON.stringify(template)).toContain('{"Fn::Select":[1,{"Fn::Split":["@",{"Ref":"AWS::StackName"}]}]}');
  });

  test.each(['acme', 'the@acme', '@acme/server', '@', '@Acme'])('npm are refused for %p, which is no scope', (scope) => {
    expect(() => PackageManager.npm('store', { scope })).toThrow(`scope must be an npm scope, as in @acme; received '${scope}'`);
  });

  test('Bundler are refused where the host is not known at synthesis', () => {
    const stack = new Stack(new App(), 'Stack');

    expect(() => new CodeArtifactToken(stack, 'Token', {
      domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'), format: SecretFormat.json(PackageManager.bundler('store')),
    })).toThrow('PackageManager.bundler needs a domain whose name, owner and region are known at synthesis');
  });

  test('Bundler are refused in a region that is too new for aws-cdk-lib to know its hosts, and the error says so', () => {
    const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'xx-new-1' } });

    expect(() => new CodeArtifactToken(stack, 'Token', {
      domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'), format: SecretFormat.json(PackageManager.bundler('store')),
    })).toThrow(/received an unresolved value.* and update aws-cdk-lib, if the region is newer$/);
  });
});
