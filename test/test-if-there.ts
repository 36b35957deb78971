/** `test`, or what skips it and says what is missing. */
export function testIfThere({ name, missing }: { readonly name: string; readonly missing?: string }): typeof test {
  if (missing) {
    console.warn(`${name} is not tested: this machine lacks ${missing}.`);
  }
  return missing ? test.skip as typeof test : test;
}
