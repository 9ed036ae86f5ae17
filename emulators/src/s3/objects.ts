import { createHash } from 'node:crypto';

/** An object as it is stored. */
export interface S3Object {
  body: Buffer;
  etag: string;
  contentType: string;
  contentEncoding: string | null;
  modified: Date;
  storageClass: string;
  /** Of an archived object: whether a copy can be read for now. */
  restored: boolean;
}

export interface PutOptions {
  contentType?: string | undefined;
  contentEncoding?: string | undefined;
  storageClass?: string;
  restored?: boolean;
}

/** The objects of one bucket, in the order of the bytes of their keys. */
export class Bucket {
  readonly objects = new Map<string, S3Object>();
  #sorted: string[] | null = null;

  put(key: string, body: Buffer, options: PutOptions = {}): S3Object {
    if (!this.objects.has(key)) this.#sorted = null;
    const object = {
      body,
      etag: createHash('md5').update(body).digest('hex'),
      contentType: options.contentType ?? 'binary/octet-stream',
      contentEncoding: options.contentEncoding ?? null,
      modified: new Date(),
      storageClass: options.storageClass ?? 'STANDARD',
      restored: options.restored ?? false,
    };
    this.objects.set(key, object);
    return object;
  }

  remove(key: string): void {
    if (this.objects.delete(key)) this.#sorted = null;
  }

  get sorted(): readonly string[] {
    this.#sorted ??= [...this.objects.keys()]
      .map(key => ({ key, bytes: Buffer.from(key) }))
      .sort((a, b) => a.bytes.compare(b.bytes))
      .map(({ key }) => key);
    return this.#sorted;
  }
}
