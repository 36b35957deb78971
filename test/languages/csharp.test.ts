import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, copyExample, path, ROOT, synthesise, synthesiseTypeScript, testWith } from './harness';

test('the package for .NET is generated, and has each member that the example in C# uses', () => {
  const sources = join(build('dotnet', '--code-only'), 'CdkCodeArtifactToken', 'CdkCodeArtifactToken');
  const read = (name: string) => readFileSync(join(sources, `${name}.cs`), 'utf8');

  expect(readdirSync(sources)).toEqual(expect.arrayContaining(['CodeArtifactDomain.cs', 'CodeArtifactToken.cs', 'CodeArtifactTokenProps.cs']));
  expect(read('CodeArtifactToken')).toMatch(/public CodeArtifactToken\(Constructs\.Construct scope, string id, \S+ICodeArtifactTokenProps props\)/);
  expect(read('CodeArtifactToken')).toMatch(/public virtual \S+<string, Amazon\.CDK\.AWS\.ECS\.Secret> EcsSecrets\(.*? otherNames = null\)/);
  expect(read('CodeArtifactDomain')).toContain('public static CdkCodeArtifactToken.ICodeArtifactDomain FromDomainName(');
  expect(read('CodeArtifactTokenProps')).toMatch(/public CdkCodeArtifactToken\.ICodeArtifactDomain Domain\b[\s\S]*public string\[\]\? ReadFrom\b/);
});

testWith('dotnet', '--version')('the example in C# makes what that of TypeScript makes', () => {
  const built = build('dotnet');
  copyExample('csharp');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

  expect(synthesise('csharp', 'dotnet', ['run', `-p:RestoreAdditionalProjectSources=${built}`, `-p:CdkCodeArtifactTokenVersion=${version}`], {
    NUGET_PACKAGES: path('nuget'), // not those of an earlier build
  })).toEqual(synthesiseTypeScript());
});
