import { App, Aws, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CodeArtifactDomain, CodeArtifactToken, PackageManager, SecretFormat } from '../src';

const HOST = 'acme-111122223333.d.codeartifact.eu-west-1.amazonaws.com';

function tokenWith(...packageManagers: PackageManager[]): CodeArtifactToken {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  return new CodeArtifactToken(stack, 'Token', {
    domain: CodeArtifactDomain.fromDomainName(stack, 'Domain', 'acme'),
    readFrom: ['store'],
    format: SecretFormat.json(...packageManagers),
  });
}

/** What the function will write, with its placeholders. */
function secretOf(token: CodeArtifactToken): Record<string, string> {
  const [fn] = Object.values(Template.fromStack(Stack.of(token)).findResources('AWS::Lambda::Function'));
  return JSON.parse(fn.Properties.Environment.Variables.SECRET_TEMPLATE);
}

/** The variables that a package manager adds to those that every JSON secret has. */
function variablesOf(packageManager: PackageManager): Record<string, string> {
  const { username, password, expires_at, CODEARTIFACT_AUTH_TOKEN, ...variables } = secretOf(tokenWith(packageManager));
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

  test('refuses two that would write the same variable differently, by both their names', () => {
    expect(() => tokenWith(PackageManager.npm('store'), PackageManager.pip('store'), PackageManager.pnpm('other'))).toThrow(
      'PackageManager.npm and PackageManager.pnpm would write the variable NPMRC differently: leave one out, or make a CodeArtifactToken for each');
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
    ['Swift', PackageManager.swift('store'), {
      NETRC: `machine ${HOST} login token password {{token}}\n`,
    }],
  ])('%s', (_, packageManager, variables) => {
    expect(variablesOf(packageManager)).toEqual(variables);
  });

  test.each([
    ['PackageManager.uv', PackageManager.uv], ['PackageManager.poetry', PackageManager.poetry],
    ['PackageManager.cargo', PackageManager.cargo], ['PackageManager.maven', PackageManager.maven], ['PackageManager.nuget', PackageManager.nuget],
  ])('%s are refused for a name that no variable can have', (_, make) => {
    expect(() => make('store', { name: 'acme-store' })).toThrow(
      "name must be lower-case letters, digits and underscores, starting with a letter; received 'acme-store'");
    expect(() => make('store', { name: Aws.STACK_NAME })).toThrow('name must be known at synthesis');
  });

  test('npm are refused for a scope without its @', () => {
    expect(() => PackageManager.npm('store', { scope: 'acme' })).toThrow("scope must be an npm scope, as in @acme; received 'acme'");
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
