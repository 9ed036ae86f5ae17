import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Characters that are written at once. */
const AT_ONCE = 1_000_000;
const url = (index: number): string =>
  `https://account.example/container/folder-${index % 1000}/image-${String(index).padStart(8, '0')}.jpg`;

/** An upload file of Encord: images with facts and client metadata, some 300 bytes each. */
export const writeJson = (path: string, items: number): Promise<void> =>
  write(path, items, '{"images":[\n', '\n],"skip_duplicate_urls":true}\n', index => {
    const item = {
      objectUrl: url(index),
      title: `image-${index}.jpg`,
      imageMetadata: { mime_type: 'image/jpeg', file_size: 100_000 + index, width: 1920, height: 1080 },
      clientMetadata: { split: index % 10 ? 'train' : 'test', score: index / 1e6, tags: ['day', 'rain'] },
    };
    return `${index ? ',\n' : ''}${JSON.stringify(item)}`;
  });

/** The same as a table. */
export const writeCsv = (path: string, items: number): Promise<void> =>
  write(path, items, 'ObjectURL,Image title,width,height,split,score,comment\n', '', index =>
    [
      url(index),
      `image-${index}.jpg`,
      1920,
      1080,
      index % 10 ? 'train' : 'test',
      index / 1e6,
      '"day, rain"\n',
    ].join(),
  );

async function write(
  path: string,
  items: number,
  before: string,
  after: string,
  itemOf: (index: number) => string,
): Promise<void> {
  function* parts() {
    let text = before;
    for (let index = 0; index < items; index++) {
      text += itemOf(index);
      if (text.length < AT_ONCE) continue;
      yield text;
      text = '';
    }
    yield text + after;
  }
  await finished(Readable.from(parts()).pipe(createWriteStream(path)));
}
