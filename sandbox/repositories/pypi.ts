/** A file of a package, as `twine upload` sends it. */
export interface UploadedFile {
  /** Where clients find it, from the repository's endpoint. */
  readonly path: string;
  readonly content: Buffer;
}

/** Reads the form in which an upload comes. */
export async function readUpload(contentType: string, body: Buffer): Promise<UploadedFile> {
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  const file = form.get('content') as File;
  return {
    path: `simple/${normalized(String(form.get('name')))}/${form.get('version')}/${file.name}`,
    content: Buffer.from(await file.arrayBuffer()),
  };
}

/** A package's page of the simple index, which lists its files by their paths from there. */
export function simplePage(files: string[]): string {
  return `<!DOCTYPE html><html><body>\n${files.map(file => `<a href="${file}">${file.split('/').pop()}</a><br>\n`).join('')}</body></html>`;
}

const normalized = (name: string) => name.replace(/[-_.]+/g, '-').toLowerCase();
