import type { MediaFacts, MediaWarning } from '@mooring/contract';
import { ascii } from '../../ascii.ts';
import type { Format } from '../../format.ts';
import { malformed, ProbeError } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { type PdfPages, readPages } from './pdf-pages.ts';
import { recoverPages } from './pdf-recovery.ts';

/** Readers look for the mark in the first 1,024 bytes. */
const MARK_BYTES = 1024;
const MARK = /%PDF-(\d\.\d)/;

export const PDF: Format = {
  id: 'pdf',
  mediaType: 'application/pdf',
  kind: 'pdf',
  extensions: ['pdf', 'ai'],
  recognises: head => MARK.test(ascii(head, 0, MARK_BYTES)),
  canSpin: true,
  async read(reader) {
    const version = MARK.exec(ascii(await reader.upTo(0, MARK_BYTES)))?.[1] ?? null;
    try {
      return found(await readPages(reader), version);
    } catch (error) {
      if (!(error instanceof ProbeError) || error.code !== 'malformed') throw error;
      return await recovered(reader, version);
    }
  },
};

const ENCRYPTED: MediaWarning = { code: 'encrypted', message: 'The PDF is encrypted.' };

function found({ isEncrypted, version, ...pages }: PdfPages, ofFirstLine: string | null) {
  const later = version !== null && version > (ofFirstLine ?? '') ? version : ofFirstLine;
  return { facts: { ...pages, brand: later }, warnings: isEncrypted ? [ENCRYPTED] : [] };
}

/** The cross-reference is damaged, or what it leads to is encrypted. */
async function recovered(reader: RangeReader, version: string | null) {
  let pages: Awaited<ReturnType<typeof recoverPages>>;
  try {
    pages = await recoverPages(reader);
  } catch (error) {
    if (error instanceof ProbeError) throw error;
    throw malformed(`The pages of the PDF cannot be read: ${String(error)}.`);
  }
  if (pages === null)
    return {
      facts: { brand: version },
      warnings: [{ ...ENCRYPTED, message: 'The PDF is encrypted. It opens only with a password.' }],
    };
  const { isEncrypted, ...facts } = pages;
  return {
    facts: { ...facts, brand: version } as Partial<MediaFacts>,
    warnings: isEncrypted ? [ENCRYPTED] : [],
  };
}
