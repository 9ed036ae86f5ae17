import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { RangeReader } from '../../range-reader.ts';

/** What pdf.js asks for at once. */
const CHUNK_BYTES = 64 * 1024;

export interface RecoveredPages {
  pages: number;
  width: number;
  height: number;
  rotation: number;
  isEncrypted: boolean;
}

/**
 * Pages by pdf.js, which decrypts and mends what it can. It can spin on crafted files.
 * @returns null where the file opens only with a password
 * @throws ProbeError from the reader, or an error of pdf.js
 */
export async function recoverPages(reader: RangeReader): Promise<RecoveredPages | null> {
  // The second one makes pdf.js work on this thread, in Node and in browsers alike.
  const [{ getDocument, PDFDataRangeTransport, PasswordException }] = await Promise.all([
    import('pdfjs-dist/legacy/build/pdf.mjs'),
    // @ts-expect-error: it has no types.
    import('pdfjs-dist/legacy/build/pdf.worker.mjs'),
  ]);
  const failure = Promise.withResolvers<never>();
  class Ranges extends PDFDataRangeTransport {
    override requestDataRange(begin: number, end: number): void {
      reader.upTo(begin, end - begin).then(
        // pdf.js takes the bytes away from whom it gets them.
        bytes => this.onDataRange(begin, bytes.slice()),
        failure.reject,
      );
    }
  }
  const task = getDocument({
    range: new Ranges(reader.sizeBytes, null),
    rangeChunkSize: CHUNK_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    useWasm: false,
    verbosity: 0,
  });
  try {
    return await Promise.race([task.promise.then(pagesOf), failure.promise]);
  } catch (error) {
    if (error instanceof PasswordException) return null;
    throw error;
  } finally {
    await task.destroy();
  }
}

async function pagesOf(document: PDFDocumentProxy): Promise<RecoveredPages> {
  const [{ view, rotate }, { info }] = await Promise.all([document.getPage(1), document.getMetadata()]);
  const [left, bottom, right, top] = view as [number, number, number, number];
  return {
    pages: document.numPages,
    width: Math.round(right - left),
    height: Math.round(top - bottom),
    rotation: rotate,
    isEncrypted: 'EncryptFilterName' in info && info.EncryptFilterName !== null,
  };
}
