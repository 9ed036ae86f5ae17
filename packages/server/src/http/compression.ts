import { constants } from 'node:zlib';
import fastifyCompress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** Text that Mooring itself makes. Media is compressed already, and events have to leave at once. */
const COMPRESSED =
  /^(application\/((problem|manifest)\+)?json|text\/(html|css|javascript)|image\/svg\+xml)\b/;
/** Less than this fits one packet with its headers. */
const FROM_BYTES = 1024;
/** As fast as gzip, and smaller; the default of Node takes a hundred times as long. */
const BROTLI_QUALITY = 4;

/** Compresses answers for clients that accept it. A route with `compress: false` sends bytes as they are. */
export async function addCompression(app: FastifyInstance): Promise<void> {
  await app.register(fastifyCompress, {
    encodings: ['br', 'gzip'],
    customTypes: COMPRESSED,
    threshold: FROM_BYTES,
    globalDecompression: false,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  });
}
