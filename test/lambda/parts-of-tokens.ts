const windowsOf = (text: string) => Array.from({ length: Math.max(0, text.length - 7) }, (_, i) => text.slice(i, i + 8));

/** Every eight characters in a row of a token that are in one of the texts. */
export function partsOfTokensIn(texts: string[], tokens: string[]): string[] {
  const windows = new Set(texts.flatMap(windowsOf));
  return tokens.flatMap(windowsOf).filter((window) => windows.has(window));
}
