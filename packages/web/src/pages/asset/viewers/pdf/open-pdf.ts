import type { Asset } from '@mooring/contract';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import type { PDFViewer } from 'pdfjs-dist/web/pdf_viewer.mjs';
import { assetSource } from '@/delivery/asset-source.ts';
import { empty, notViewed } from '@/delivery/not-loaded.ts';
import './pdf.css';

/** What pdf.js asks the storage for at once. */
const CHUNK_BYTES = 256 * 1024;

/** Where a document is, from 1, and how large. */
export interface PdfPlace {
  page: number;
  pages: number;
  scale: number;
}
/** Places where the words that are searched for stand; `current` from 1, 0 for none. */
export interface PdfMatches {
  current: number;
  total: number;
}

export interface PdfListener {
  onPlace(place: PdfPlace): void;
  onMatches(matches: PdfMatches): void;
}

export interface OpenPdf {
  viewer: PDFViewer;
  /** Goes to the first, next or previous place with these words; no words end the search. */
  find(words: string, step: 'first' | 'next' | 'previous'): void;
}

/**
 * Shows a PDF in an element, page by page as they come into view, from ranges of the file.
 * @param container positioned absolutely; its only child gets the pages
 * @param password null: pdf.js asks for one where it needs it
 * @throws NotLoaded, PasswordException
 */
export async function openPdf(
  asset: Asset,
  container: HTMLDivElement,
  password: string | null,
  { onPlace, onMatches }: PdfListener,
  signal: AbortSignal,
  fail: (error: unknown) => void,
): Promise<OpenPdf> {
  if (asset.sizeBytes === 0) throw empty();
  const pdfjs = await import('pdfjs-dist');
  // It takes pdf.js from the window, so it comes behind it.
  const { EventBus, PDFFindController, PDFLinkService, PDFViewer } = await import(
    'pdfjs-dist/web/pdf_viewer.mjs'
  );
  signal.throwIfAborted();
  pdfjs.GlobalWorkerOptions.workerSrc = workerUrl;
  const resources = `/static/pdfjs-${pdfjs.version}`;
  const document = await loadDocument();

  const eventBus = new EventBus();
  const linkService = new PDFLinkService({ eventBus, externalLinkTarget: 2, externalLinkRel: 'noreferrer' });
  const findController = new PDFFindController({ eventBus, linkService });
  const viewer = new PDFViewer({
    container,
    eventBus,
    linkService,
    findController,
    removePageBorders: true,
    annotationMode: pdfjs.AnnotationMode.ENABLE,
    annotationEditorMode: pdfjs.AnnotationEditorType.DISABLE,
  });
  linkService.setViewer(viewer);
  const tellPlace = () =>
    onPlace({ page: viewer.currentPageNumber, pages: viewer.pagesCount, scale: viewer.currentScale });
  eventBus.on('pagesinit', () => {
    viewer.currentScaleValue = 'auto';
    tellPlace();
  });
  eventBus.on('pagechanging', tellPlace);
  eventBus.on('scalechanging', tellPlace);
  const tellMatches = ({ matchesCount }: { matchesCount: PdfMatches }) => onMatches(matchesCount);
  eventBus.on('updatefindmatchescount', tellMatches);
  eventBus.on('updatefindcontrolstate', tellMatches);
  viewer.setDocument(document);
  linkService.setDocument(document);

  const resized = new ResizeObserver(() => {
    const { currentScaleValue } = viewer;
    if (Number.isNaN(Number(currentScaleValue))) viewer.currentScaleValue = currentScaleValue;
    viewer.update();
  });
  resized.observe(container);
  signal.addEventListener('abort', () => {
    resized.disconnect();
    viewer.setDocument(null);
    linkService.setDocument(null);
  });
  return {
    viewer,
    find(query, step) {
      const type = step === 'first' ? '' : 'again';
      const options = { caseSensitive: false, highlightAll: true, findPrevious: step === 'previous' };
      eventBus.dispatch(query ? 'find' : 'findbarclose', { query, type, ...options });
    },
  };

  async function loadDocument(): Promise<PDFDocumentProxy> {
    const source = assetSource(asset);
    const failure = Promise.withResolvers<never>();
    failure.promise.catch(fail);
    class Ranges extends pdfjs.PDFDataRangeTransport {
      override requestDataRange(begin: number, end: number): void {
        source.read(begin, end - begin, signal).then(bytes => this.onDataRange(begin, bytes), failure.reject);
      }
    }
    const task = pdfjs.getDocument({
      range: new Ranges(asset.sizeBytes, null),
      rangeChunkSize: CHUNK_BYTES,
      disableAutoFetch: true,
      disableStream: true,
      ...(password !== null && { password }),
      cMapUrl: `${resources}/cmaps/`,
      standardFontDataUrl: `${resources}/standard_fonts/`,
      wasmUrl: `${resources}/wasm/`,
      iccUrl: `${resources}/iccs/`,
      verbosity: pdfjs.VerbosityLevel.ERRORS,
    });
    signal.addEventListener('abort', () => void task.destroy());
    try {
      return await Promise.race([task.promise, failure.promise]);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof pdfjs.InvalidPDFException)
        throw notViewed(`The file is damaged, or no PDF: ${error.message}`);
      throw error;
    }
  }
}
