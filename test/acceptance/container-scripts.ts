import { clients, publishers } from '../package-managers/clients';
import { packages } from '../package-managers/packages';
import { fill, type Recipe, recipes, type Repository, withEndpoints } from '../package-managers/recipes';
import { PackageFormat } from 'cdk-codeartifact-token';

// What a container runs that follows a recipe of docs/recipes.md: the recipe's own words, in a project that wants a private package.

export type RecipeName = keyof typeof recipes;
type Files = Record<string, string>;
export type EndpointOf = (repository: Repository, format: PackageFormat) => string;

/** A package manager in a container. */
interface Family {
  readonly format: PackageFormat;
  readonly image: string;
  /** A compiler or a JVM, which needs more than half a CPU. */
  readonly large?: boolean;
  /** Installs the package manager from where the public has it. */
  readonly program?: string;
  /** What a test needs: packages as young as these are distrusted. */
  readonly young?: Files;
  /** The files of a project that wants packages, with the text of the recipe in the one where it belongs. */
  project?(text: string, names: string[], recipe: RecipeName): Files;
  /** Prints `hello` if the package was installed. */
  greet?(name: string): string;
}

const NODE = 'public.ecr.aws/docker/library/node:24';
const PYTHON = 'public.ecr.aws/docker/library/python:3.13';
const MAVEN = 'public.ecr.aws/docker/library/maven:3-eclipse-temurin-21';
const GRADLE = 'public.ecr.aws/docker/library/gradle:8-jdk21';

const projectOfClient = (text: string, names: string[], recipe: RecipeName): Files =>
  clients.find((client) => client.recipe === recipe || client.several === recipe)!.project(text, names);

const npmFamily = (program?: string): Family => ({
  format: PackageFormat.NPM,
  image: NODE,
  program: program && `npm install --global --force ${program}`,
  young: { npm_config_minimum_release_age: '0', pnpm_config_minimum_release_age: '0', YARN_NPM_PREAPPROVED_PACKAGES: '**' },
  project: projectOfClient,
  greet: (name) => `node --print 'require("${name}")'`,
});

const pythonFamily = (python = 'python', ...program: string[]): Family => ({
  format: PackageFormat.PYPI,
  image: PYTHON,
  program: `pip install --quiet ${['uv==0.13.*', ...program].map((one) => `'${one}'`).join(' ')}`, // uv builds the package to publish
  project: projectOfClient,
  greet: (name) => `${python} -c 'import ${name}; print(${name}.WORD)'`,
});

const ruby: Family = {
  format: PackageFormat.RUBY,
  image: 'public.ecr.aws/docker/library/ruby:3.4',
  project: projectOfClient,
  greet: (name) => `bundle exec ruby -e 'require "${name}"'`,
};

const dependencies = (names: string[], configuration: string) => names.map((name) => `  ${configuration}("com.acme:${name}:1.0.0")\n`).join('');
/** A plugin that Maven Central has, so that a repository has it that Maven Central is upstream of. */
const GRADLE_PLUGIN = "plugins {\n  id 'io.spring.dependency-management' version '1.1.7'\n}\n";
const gradleBuild = (names: string[]) =>
  `configurations { app }\ndependencies {\n${dependencies(names, 'app')}}\ncopy {\n  from configurations.app\n  into 'packages'\n}\n`;

function gradleProject(text: string, names: string[], recipe: RecipeName): Files {
  switch (recipe) {
    case 'gradleSettings':
      return { 'settings.gradle': text, 'build.gradle': `${GRADLE_PLUGIN}apply plugin: 'base'\n${gradleBuild(names)}` };
    case 'gradleKotlin':
      return {
        'settings.gradle.kts': text,
        'build.gradle.kts': `plugins { base }\nval app = configurations.create("app")\ndependencies {\n${dependencies(names, '"app"')}}\n`
          + 'copy {\n  from(app)\n  into("packages")\n}\n',
      };
    default:
      return { 'settings.gradle': '', 'build.gradle': `apply plugin: 'base'\n${text}${gradleBuild(names)}` };
  }
}

/** By the name of the recipe that is named after it. */
const families: Record<string, Family> = {
  npm: npmFamily(),
  pnpm: npmFamily('pnpm@12'),
  yarnClassic: npmFamily('yarn@1'),
  yarn: { ...npmFamily('@yarnpkg/cli-dist@4'), greet: (name) => `yarn node --print 'require("${name}")'` },
  bun: npmFamily('bun@1'),
  pip: pythonFamily(),
  pipenv: {
    ...pythonFamily('pipenv run python', 'pipenv==2026.*'),
    project: (text, names) => ({ Pipfile: `${text}\n[packages]\n${names.map((name) => `${name} = "==1.0.0"\n`).join('')}` }),
  },
  uv: pythonFamily('.venv/bin/python'),
  poetry: pythonFamily('poetry run python', 'poetry==2.*'),
  pdm: pythonFamily('pdm run python', 'pdm==2.*', 'hishel==1.*'), // PDM does not work with hishel 2
  hatch: pythonFamily(undefined, 'hatch==1.*'),
  twine: pythonFamily(undefined, 'twine==7.*'),
  maven: {
    format: PackageFormat.MAVEN,
    image: MAVEN,
    large: true,
    project: projectOfClient,
    greet: (name) => `jar tf target/dependency/${name}-1.0.0.jar`,
  },
  gradle: {
    format: PackageFormat.MAVEN,
    image: GRADLE,
    large: true,
    project: gradleProject,
    greet: (name) => `jar tf packages/${name}-1.0.0.jar`,
  },
  sbt: {
    format: PackageFormat.MAVEN,
    image: MAVEN,
    large: true,
    program: 'mvn --batch-mode --quiet dependency:copy -Dartifact=org.scala-sbt:sbt-launch:1.11.7 -DoutputDirectory=/opt\n'
      + "printf '#!/bin/sh\\nexec java -jar /opt/sbt-launch-1.11.7.jar \"$@\"\\n' > /usr/local/bin/sbt\nchmod +x /usr/local/bin/sbt",
    project: (text, names) => ({
      'build.sbt': `${text}crossPaths := false\n${names.map((name) => `libraryDependencies += "com.acme" % "${name}" % "1.0.0"\n`).join('')}`,
      'project/build.properties': 'sbt.version=1.11.7\n',
    }),
    greet: (name) => `jar tf "$(find ~/.cache/coursier -name ${name}-1.0.0.jar)"`,
  },
  cargo: {
    format: PackageFormat.CARGO,
    image: 'public.ecr.aws/docker/library/rust:1',
    large: true,
    project: projectOfClient,
    greet: () => 'cargo run --quiet --offline',
  },
  bundler: ruby,
  gem: ruby,
  nuget: {
    format: PackageFormat.NUGET,
    image: 'mcr.microsoft.com/dotnet/sdk:10.0',
    large: true,
    project: (text, names) => ({
      'nuget.config': text,
      'app.csproj': `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup>${names.map((name) => `<PackageReference Include="${name}" Version="1.0.0" />`).join('')}</ItemGroup>
</Project>
`,
      'Program.cs': names.map((name) => `System.Console.WriteLine(${name}.Greeter.Word);\n`).join(''),
    }),
    greet: () => 'dotnet run --no-restore',
  },
  swift: {
    format: PackageFormat.SWIFT,
    image: 'public.ecr.aws/docker/library/swift:6.1',
    large: true,
    program: 'apt-get update --quiet=2\napt-get install --quiet=2 --yes ca-certificates git zip unzip >/dev/null',
    project: (_, names) => ({
      'Package.swift': `// swift-tools-version:5.9
import PackageDescription
let package = Package(
  name: "app",
  dependencies: [${names.map((name) => `.package(id: "acme.${name}", exact: "1.0.0")`).join(', ')}],
  targets: [.executableTarget(name: "app", dependencies: [${names.map((name) => `.product(name: "${name}", package: "acme.${name}")`).join(', ')}])]
)
`,
      'Sources/app/main.swift': names.map((name) => `import ${name}\nprint(${name}.word)\n`).join(''),
    }),
    greet: () => 'swift run --skip-build app',
  },
};

const familyOf = (recipe: RecipeName): Family => families[recipe.replace(/(Publish|Several|Netrc|Mirror|Settings|Kotlin)$/, '')];

/** The sources of a package that says `hello`, and what makes the package of them. */
const sources: Record<PackageFormat, { files(name: string): Files; make?(name: string): string } | undefined> = {
  [PackageFormat.NPM]: { files: packages.npm.sources },
  [PackageFormat.PYPI]: { files: packages.pypi.sources, make: () => 'uv build --wheel --no-create-gitignore' },
  [PackageFormat.CARGO]: { files: packages.cargo.sources },
  [PackageFormat.MAVEN]: { files: packages.maven.sources, make: (name) => `jar cf ${name}.jar src/main/resources/hello` },
  [PackageFormat.RUBY]: { files: packages.ruby.sources, make: () => 'gem build' },
  [PackageFormat.NUGET]: {
    files: (name) => ({
      [`${name}.csproj`]: `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework><Version>1.0.0</Version><Authors>acme</Authors><Description>Greets</Description>
  </PropertyGroup>
</Project>
`,
      'Greeter.cs': `namespace ${name};\npublic static class Greeter { public const string Word = "hello"; }\n`,
    }),
    make: () => 'dotnet pack --configuration Release',
  },
  [PackageFormat.SWIFT]: {
    files: (name) => ({
      'Package.swift': `// swift-tools-version:5.9
import PackageDescription
let package = Package(name: "${name}", products: [.library(name: "${name}", targets: ["${name}"])], targets: [.target(name: "${name}")])
`,
      [`Sources/${name}/${name}.swift`]: 'public let word = "hello"\n',
    }),
  },
  [PackageFormat.GENERIC]: undefined,
};

const all = Object.keys(recipes) as RecipeName[];
export const publishing = all.filter((name) => (recipes[name] as Recipe).publishes);
export const installing = all.filter((name) => !publishing.includes(name));

export const formatOf = (recipe: RecipeName): PackageFormat => familyOf(recipe).format;
export const imageOf = (recipe: RecipeName): string => familyOf(recipe).image;
export const isLarge = (recipe: RecipeName): boolean => familyOf(recipe).large ?? false;

/** The recipe that publishes what the others of its format install. */
const firstOf = (format: PackageFormat): RecipeName => publishing.find((recipe) => formatOf(recipe) === format)!;

/** The name of the package that a recipe publishes to the repository `store`. */
export function packageOf(recipe: RecipeName): string {
  const format = formatOf(recipe);
  if (recipe === firstOf(format)) {
    // Those of .NET look at nuget.org as well, whose names these must not be.
    return format === PackageFormat.SWIFT ? 'Greeting' : format === PackageFormat.NUGET ? 'AcmeGreetingOfOurs' : 'greeting';
  }
  return `greeting${recipe.toLowerCase()}`;
}

/** The name of the package in the repository `own`. */
const farewellOf = (format: PackageFormat): string =>
  format === PackageFormat.NPM ? '@acme/farewell' : format === PackageFormat.NUGET ? 'AcmeFarewellOfOurs' : 'farewell';

const hasSeveral = (format: PackageFormat): boolean => installing.some((recipe) => recipe.endsWith('Several') && formatOf(recipe) === format);

const writing = (files: Files): string => Object.entries(files).map(([path, text]) => {
  const folder = path.includes('/') ? `mkdir -p '${path.slice(0, path.lastIndexOf('/'))}'\n` : '';
  return `${folder}cat > '${path}' <<'END OF FILE'\n${text}${text.endsWith('\n') || text === '' ? '' : '\n'}END OF FILE\n`;
}).join('');

const inFolder = (folder: string) => `mkdir -p ~/${folder}\ncd ~/${folder}\n`;

/** The environment variables that the secret fills for a recipe. */
const variablesOf = (recipe: RecipeName, endpointOf: EndpointOf): string[] =>
  Object.keys(fill(recipes[recipe], (repository, format) => endpointOf(repository as Repository, format), ''));

/** The text of the recipe for the project's own file. sbt has the names of the domain and the repository in it, which are those of the page. */
const textOf = (recipe: Recipe, format: PackageFormat, endpointOf: EndpointOf, sbtRealm: string): string =>
  withEndpoints(recipe.project?.text ?? '', (repository) => endpointOf(repository, format)).replace('acme/store', sbtRealm);

/** Installs the package manager itself, with nothing of the secret in the environment. */
export function setUpOf(recipe: RecipeName, endpointOf: EndpointOf): string {
  const { program, young = {} } = familyOf(recipe);
  return `set -e\n: "\${HOME:=/root}"\nexport HOME${Object.entries(young).map(([name, value]) => ` ${name}='${value}'`).join('')}\n`
    + (program ? `(\nunset ${variablesOf(recipe, endpointOf).join(' ')}\n${program}\n)\n` : '');
}

/**
 * What a container does after that: it makes a package and publishes it, or installs one and runs what it has installed.
 *
 * @param sbtRealm the name of the domain and that of the repository `store`, with a slash between them
 */
export function scriptOf(name: RecipeName, endpointOf: EndpointOf, sbtRealm: string): string {
  return `set -e\n${publishing.includes(name) ? publishScriptOf(name, endpointOf) : installScriptOf(name, endpointOf, sbtRealm)}`;
}

function installScriptOf(name: RecipeName, endpointOf: EndpointOf, sbtRealm: string): string {
  const recipe: Recipe = recipes[name];
  const { format, project, greet } = familyOf(name);
  const names = [packageOf(firstOf(format)), ...(name.endsWith('Several') ? [farewellOf(format)] : [])];
  return `${inFolder('project')}${writing(project!(textOf(recipe, format, endpointOf, sbtRealm), names, name))}`
    + `${recipe.prepare ? `${recipe.prepare}\n` : ''}${withEndpoints(recipe.command, (repository) => endpointOf(repository, format))}\n`
    + names.map((one) => `${greet!(one)} | grep hello\n`).join('');
}

/** What publishes the package that others install also publishes one to the repository `own`, where the variables say that one. */
function publishScriptOf(name: RecipeName, endpointOf: EndpointOf): string {
  const format = formatOf(name);
  const [store, own] = (['store', 'own'] as const).map((repository) => endpointOf(repository, format).replace(/^\w+:\/\/|\/$/g, ''));
  const script = publicationOf(name, packageOf(name), endpointOf);
  if (name !== firstOf(format) || !hasSeveral(format)) {
    return script;
  }
  const toOwn = variablesOf(name, endpointOf)
    .map((variable) => `export ${variable}="$(printf '%s' "$${variable}" | sed 's|${store}|${own}|g')"\n`).join('');
  const ofOwn: EndpointOf = (repository, of) => endpointOf(repository === 'store' ? 'own' : repository, of);
  return `${script}${toOwn}${publicationOf(name, farewellOf(format), ofOwn)}`;
}

function publicationOf(name: RecipeName, packageName: string, endpointOf: EndpointOf): string {
  const recipe: Recipe = recipes[name];
  const format = formatOf(name);
  const { files, make } = sources[format]!;
  const text = textOf(recipe, format, endpointOf, '');
  const own = publishers.find((publisher) => publisher.recipe === name)?.sources?.(packageName, text)
    ?? (recipe.project ? { [recipe.project.file]: text } : {});
  const made = make ? `(\nunset ${variablesOf(name, endpointOf).join(' ')}\n${make(packageName)}\n)\n` : '';
  return `${inFolder(packageName.replace('@', ''))}${writing({ ...files(packageName), ...own })}${made}`
    + `${recipe.prepare ? `${recipe.prepare}\n` : ''}`
    + `${withEndpoints(recipe.command, (repository) => endpointOf(repository, format)).replace('greeting-1.0.0', `${packageName}-1.0.0`)}\n`;
}
