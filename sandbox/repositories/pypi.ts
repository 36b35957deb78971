/** What an index serves of an upload, as twine sends it: its file, by the path from the endpoint. */
export async function uploadedFiles(contentType: string, body: Buffer): Promise<Record<string, Buffer>> {
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  const file = form.get('content') as File;
  const path = `simple/${normalized(String(form.get('name')))}/${form.get('version')}/${file.name}`;
  return { [path]: Buffer.from(await file.arrayBuffer()) };
}

/** A package's page of the simple index, which lists its files by their paths from there. */
export function simplePage(files: string[]): string {
  return `<!DOCTYPE html><html><body>\n${files.map(file => `<a href="${file}">${file.split('/').pop()}</a><br>\n`).join('')}</body></html>`;
}

const normalized = (name: string) => name.replace(/[-_.]+/g, '-').toLowerCase();
