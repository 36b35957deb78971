import { type Format, mavenProject, RUBY, UV, ZIP } from './clients';

/** A package of version 1.0.0 that says `hello`, in each format: its sources, and what makes the package of them. */
interface Package {
  sources(name: string): Record<string, string>;
  make?(name: string): string[];
}

const version = '1.0.0';

export const packages: Record<Format, Package> = {
  npm: {
    sources: (name) => ({
      'package.json': JSON.stringify({ name, version, main: 'index.js', license: 'UNLICENSED' }),
      'index.js': 'module.exports = "hello";\n',
      'yarn.lock': '', // Yarn 4 looks for its project upwards, unless it finds this
    }),
  },
  pypi: {
    sources: (name) => ({
      'pyproject.toml': `[project]
name = "${name}"
version = "${version}"

[build-system]
requires = ["uv_build"]
build-backend = "uv_build"
`,
      [`src/${name}/__init__.py`]: 'WORD = "hello"\n',
    }),
    make: () => [...UV, 'build', '--wheel', '--offline', '--no-create-gitignore'],
  },
  cargo: {
    sources: (name) => ({
      'Cargo.toml': `[package]\nname = "${name}"\nversion = "${version}"\nedition = "2021"\ndescription = "Greets"\nlicense-file = "LICENSE"\n`,
      'LICENSE': '',
      'src/lib.rs': 'pub const WORD: &str = "hello";\n',
    }),
  },
  maven: {
    sources: (name) => ({ 'src/main/resources/hello': '', 'pom.xml': mavenProject(name, '') }),
    make: (name) => [...ZIP, '--create', `${name}.jar`, 'src/main/resources/hello'],
  },
  ruby: {
    sources: (name) => ({
      [`${name}.gemspec`]: `Gem::Specification.new do |gem|
  gem.name = '${name}'
  gem.version = '${version}'
  gem.summary = 'Greets'
  gem.authors = ['acme']
  gem.files = ['lib/${name}.rb']
end
`,
      [`lib/${name}.rb`]: "puts 'hello'\n",
    }),
    make: () => [...RUBY, '-S', 'gem', 'build'],
  },
};
