import { createRequire, flushCompileCache } from 'node:module';

/**
 * The process that Azurite runs in. It is started by `startAzurite` with two arguments, the certificate and
 * key files, says where it listens over IPC, and ends with the process that started it, however that went.
 * It uses Azurite's own classes rather than its command line, because filling it with many objects through
 * HTTP takes 2 ms each.
 */
interface BlobRecord {
  name: string;
  properties: { etag: string; lastModified: Date };
  $loki?: number;
  meta?: object;
}
interface BlobServer {
  start(): Promise<void>;
  getHttpServerAddress(): string;
  metadataStore: {
    db: {
      getCollection(name: string): {
        findOne(query: object): BlobRecord | null;
        insert(records: BlobRecord[]): unknown;
      };
    };
  };
}

/** Copies of one object under other keys, to be made without sending their bytes. */
export interface Fill {
  account: string;
  container: string;
  /** Key of the object to copy. */
  template: string;
  keys: string[];
}

const require = createRequire(import.meta.url);
const Configuration = require('azurite/dist/src/blob/BlobConfiguration').default as new (
  ...a: unknown[]
) => object;
const Server = require('azurite/dist/src/blob/BlobServer').default as new (
  configuration: object,
) => BlobServer;

const [certFile, keyFile] = process.argv.slice(2);
const server = new Server(
  new Configuration(
    '127.0.0.1',
    0, // port: any that is free
    5, // seconds that an idle connection is kept
    ...['', '', []], // files for metadata, extents and content: none, it stays in memory
    ...[false, undefined, false, undefined], // no access log, no debug log
    false, // not loose: unknown headers are refused
    true, // any API version
    ...[certFile, keyFile, ''],
    'basic', // OAuth
    false, // account names in host names are understood
    true, // in memory
  ),
);

process.once('disconnect', () => process.exit());
process.on('message', ({ account, container, template, keys }: Fill) => {
  const blobs = server.metadataStore.db.getCollection('$BLOBS_COLLECTION$');
  const original = blobs.findOne({ accountName: account, containerName: container, name: template });
  if (!original) throw new Error(`There is no ${template} in ${account}/${container} to copy.`);
  const { $loki, meta, ...record } = original;
  const lastModified = new Date();
  const moment = lastModified.getTime().toString(16);
  blobs.insert(
    keys.map((name, index) => ({
      ...record,
      name,
      properties: {
        ...record.properties,
        etag: `"0x${(moment + index.toString(16).padStart(6, '0')).toUpperCase()}"`,
        lastModified,
      },
    })),
  );
  process.send?.({ filled: keys.length });
});

await server.start();
flushCompileCache(); // it is killed, and Node writes what it compiled when a process ends
process.send?.({ origin: server.getHttpServerAddress() });
