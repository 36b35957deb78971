import { json } from 'node:stream/consumers';

// Reads a software bill of materials with licence texts, and writes them as a text for people.

interface License {
  readonly license: { readonly id?: string; readonly name?: string; readonly text?: { readonly content: string } };
}
interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly licenses: License[];
  readonly evidence?: { readonly licenses: License[] };
}

void json(process.stdin).then((bom) => {
  console.log('The packages that are bundled in index/index.js, each with its licence.');
  for (const { group, name, version, licenses, evidence } of (bom as { components: Component[] }).components) {
    const title = `${[group, name].filter(Boolean).join('/')} ${version}`;
    if (!evidence) {
      throw new Error(`${title} comes without the text of its licence`);
    }
    const texts = evidence.licenses.map(({ license }) => Buffer.from(license.text!.content, 'base64').toString().trim());
    console.log(['', '='.repeat(80), `${title} (${licenses.map(({ license }) => license.id ?? license.name).join(', ')})`, '', ...texts].join('\n'));
  }
});
