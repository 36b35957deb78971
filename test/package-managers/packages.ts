import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CARGO, type Client, RUBY, UV, ZIP } from './clients';
import { crateFiles } from '../../sandbox/repositories/cargo';
import { gemFiles } from '../../sandbox/repositories/ruby';

/** The sources of the package `greeting` 1.0.0, in each format, and what makes the package of them. */
interface Package {
  readonly sources: Record<string, string>;
  readonly make?: string[];
  /** All that a repository serves once it has the package, by its path from the endpoint; none where a client publishes it. */
  files?(directory: string, endpoint: string): Record<string, string | Buffer>;
}

const name = 'greeting';
const version = '1.0.0';

export const packages: Record<Client['format'], Package> = {
  npm: {
    sources: {
      'package.json': JSON.stringify({ name, version, main: 'index.js' }),
      'index.js': 'module.exports = "hello";\n',
    },
  },
  pypi: {
    sources: {
      'pyproject.toml': `[project]
name = "${name}"
version = "${version}"

[build-system]
requires = ["uv_build"]
build-backend = "uv_build"
`,
      'src/greeting/__init__.py': 'WORD = "hello"\n',
    },
    make: [...UV, 'build', '--wheel', '--offline'],
  },
  cargo: {
    sources: {
      'Cargo.toml': `[package]\nname = "${name}"\nversion = "${version}"\nedition = "2021"\n`,
      'src/lib.rs': 'pub const WORD: &str = "hello";\n',
    },
    make: [CARGO, 'package', '--no-verify', '--offline'],
    files: (directory, endpoint) => crateFiles(endpoint, {
      name, version, content: readFileSync(join(directory, 'target', 'package', 'greeting-1.0.0.crate')),
    }),
  },
  maven: {
    sources: {
      'greeting.pom': `<project><modelVersion>4.0.0</modelVersion><groupId>com.acme</groupId><artifactId>${name}</artifactId><version>${version}</version></project>`,
      'hello': '',
    },
    make: [...ZIP, '--create', 'greeting.jar', 'hello'],
    files: (directory) => Object.fromEntries(['pom', 'jar'].map(extension => [
      `com/acme/greeting/1.0.0/greeting-1.0.0.${extension}`, readFileSync(join(directory, `greeting.${extension}`)),
    ])),
  },
  ruby: {
    sources: {
      'greeting.gemspec': `Gem::Specification.new do |gem|
  gem.name = '${name}'
  gem.version = '${version}'
  gem.summary = 'Greets'
  gem.authors = ['acme']
  gem.files = ['lib/greeting.rb']
end
`,
      'lib/greeting.rb': "WORD = 'hello'\n",
    },
    make: [...RUBY, '-S', 'gem', 'build'],
    files: (directory) => gemFiles({ name, version, content: readFileSync(join(directory, 'greeting-1.0.0.gem')) }),
  },
};
