/** Joins the texts of several files, as certificate and key often come apart. */
export async function joinFiles(files: Iterable<File>): Promise<string> {
  const texts = await Promise.all(Array.from(files, file => file.text()));
  return texts.map(text => text.trim()).join('\n');
}
