import { build, copyExample, run, synthesise, synthesiseTypeScript, testWith } from './harness';

const MODULE = 'github.com/cdk-codeartifact-token/cdk-codeartifact-token-go/cdkcodeartifacttoken';

testWith('go', 'version')('the example in Go makes what that of TypeScript makes, and go vet has nothing to say', () => {
  const built = build('go');
  copyExample('go');
  run('go', ['mod', 'edit', `-replace=${MODULE}=${built}/cdkcodeartifacttoken`], 'go');
  run('go', ['mod', 'tidy'], 'go');
  run('go', ['vet', './...'], 'go');

  expect(synthesise('go', 'go', ['run', '.'])).toEqual(synthesiseTypeScript());
});
