import { Fn } from 'aws-cdk-lib';

/** A repository in Maven's settings. */
export interface MavenRepository {
  readonly url: string;
  /** Which repositories it answers for, in Maven's words. */
  readonly mirrorOf?: string;
}

/** How a format fills the secret. */
export interface SecretLayout {
  /** The value of the secret, with placeholders for what is known at run time only. */
  readonly template: string;
  /** The environment variables that the secret fills, each from the field of its name, or from all of the secret. */
  readonly variables: string[];
  readonly isJson: boolean;
  /** The repositories that the package managers work with. */
  readonly repositories: string[];
}

/** What package managers write, each text by its own keys: package managers of a kind write into the same text. */
export interface Texts {
  /** Environment variables by their names. */
  environment: Record<string, string>;
  /** `~/.npmrc`, by its settings. */
  npmrc: Record<string, string>;
  /** `~/.yarnrc.yml`: the registry of each scope. */
  yarnrc: Record<string, string>;
  /** The index URLs of uv by their names. The first is the default. */
  uvIndexes: Record<string, string>;
  /** `~/.m2/settings.xml`: its repositories by their names. */
  mavenSettings: Record<string, MavenRepository>;
  /** `~/.netrc`: the login of each host. */
  netrc: Record<string, string>;
}

type Writers = { [Text in keyof Texts]: (entries: Texts[Text], token: string) => Record<string, string> };

const lines = (entries: Record<string, unknown>, line: (key: string) => string) => Object.keys(entries).map(line).join('');

const WRITERS: Writers = {
  environment: (variables) => variables,
  npmrc: (settings) => ({ NPMRC: lines(settings, (key) => `${key}=${settings[key]}\n`) }),
  yarnrc: (registries, token) => ({
    YARNRC_YML: `npmScopes:\n${lines(registries, (scope) =>
      `  ${Fn.select(1, Fn.split('@', scope))}:\n    npmRegistryServer: "${registries[scope]}"\n    npmAuthToken: "${token}"\n    npmAlwaysAuth: true\n`)}`,
  }),
  uvIndexes: (urls) => {
    const [defaultIndex, ...others] = Object.keys(urls).map((name) => `${name}=${urls[name]}`);
    return { UV_DEFAULT_INDEX: defaultIndex, ...others.length > 0 ? { UV_INDEX: others.join(' ') } : {} };
  },
  mavenSettings: (repositories, token) => {
    const each = (element: (name: string) => string) => lines(repositories, element);
    const repository = (tag: string) => each((name) => `<${tag}><id>${name}</id><url>${repositories[name].url}</url></${tag}>`);
    const mirrors = each((name) => repositories[name].mirrorOf === undefined ? ''
      : `<mirror><id>${name}</id><mirrorOf>${repositories[name].mirrorOf}</mirrorOf><url>${repositories[name].url}</url></mirror>`);
    return {
      MAVEN_SETTINGS_XML: '<settings><servers>'
        + each((name) => `<server><id>${name}</id><username>aws</username><password>${token}</password></server>`)
        + `</servers>${mirrors && `<mirrors>${mirrors}</mirrors>`}<profiles><profile><id>codeartifact</id><repositories>${repository('repository')}</repositories>`
        + `<pluginRepositories>${repository('pluginRepository')}</pluginRepositories></profile></profiles>`
        + '<activeProfiles><activeProfile>codeartifact</activeProfile></activeProfiles></settings>',
    };
  },
  netrc: (logins, token) => ({ NETRC_CONTENT: lines(logins, (host) => `machine ${host} login ${logins[host]} password ${token}\n`) }),
};

/** Where the entries of a text go, for whoever reads an error. */
export const TEXT_VARIABLES: Record<keyof Texts, string> = {
  environment: 'the environment',
  npmrc: 'NPMRC',
  yarnrc: 'YARNRC_YML',
  uvIndexes: 'UV_INDEX',
  mavenSettings: 'MAVEN_SETTINGS_XML',
  netrc: 'NETRC_CONTENT',
};

/** The environment variables that the texts make. */
export function variablesOf(texts: Partial<Texts>, token: string): Record<string, string> {
  const variablesOfText = <Text extends keyof Texts>(text: Text) => WRITERS[text](texts[text]!, token);
  return Object.assign({}, ...(Object.keys(texts) as (keyof Texts)[]).map(variablesOfText));
}
