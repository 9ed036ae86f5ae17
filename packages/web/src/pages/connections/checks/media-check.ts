import type { BrowserFinding, BrowserProbe } from '@mooring/contract';

type Found = Omit<BrowserFinding, 'id' | 'durationMs'>;

const TIMEOUT_MS = 15_000;

/** Shows the object in an element of its kind, and reads a pixel of it where it has any. */
export async function checkMedia(
  { url, contentType, kind }: Pick<BrowserProbe, 'url' | 'contentType' | 'kind'>,
  signal: AbortSignal,
): Promise<Found> {
  const type = contentType ?? 'not stated';
  if (!isShowable(kind)) {
    const observed = `The sample is not an image, video or sound (its content type: ${type}), so this could not be tried.`;
    return { status: 'skipped', reason: null, observed };
  }
  const element = make(kind, url);
  try {
    await shown(element, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof NotShown)) throw error;
    return {
      status: 'failed',
      reason: 'not-shown',
      observed: `${error.message} Its content type: ${type}.`,
    };
  } finally {
    // Else it goes on loading.
    element.removeAttribute('src');
    if (element instanceof HTMLMediaElement) element.load();
  }
  return { status: 'passed', reason: null, observed: describe(element) };
}

const SHOWABLE = ['image', 'video', 'audio'] as const;
type Kind = (typeof SHOWABLE)[number];
const isShowable = (kind: string): kind is Kind => (SHOWABLE as readonly string[]).includes(kind);

/** What came has none of what an element of its kind shows. */
class NotShown extends Error {
  override readonly name = 'NotShown';
}

function make(kind: Kind, url: string): HTMLImageElement | HTMLMediaElement {
  const element = kind === 'image' ? new Image() : document.createElement(kind);
  element.crossOrigin = 'anonymous';
  if (element instanceof HTMLMediaElement) {
    element.preload = 'auto';
    element.muted = true;
  }
  element.src = url;
  return element;
}

/** @throws NotShown; the signal's reason */
async function shown(element: HTMLImageElement | HTMLMediaElement, signal: AbortSignal): Promise<void> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const name = element.tagName.toLowerCase();
  await new Promise<void>((resolve, reject) => {
    const listen = (type: string, then: () => void) =>
      element.addEventListener(type, then, { once: true, signal: either });
    listen(element instanceof HTMLMediaElement ? 'loadeddata' : 'load', resolve);
    listen('error', () =>
      reject(new NotShown(`An element <${name === 'img' ? 'img' : name}> cannot show it.`)),
    );
    either.addEventListener('abort', () =>
      reject(new NotShown(`An element <${name}> had nothing to show after ${TIMEOUT_MS / 1000} seconds.`)),
    );
  });
  readPixel(element);
}

/** A canvas that holds another origin’s pixels can be read only where CORS allowed them. */
function readPixel(element: HTMLImageElement | HTMLMediaElement): void {
  if (element instanceof HTMLAudioElement) return;
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d');
  context?.drawImage(element as HTMLImageElement | HTMLVideoElement, 0, 0, 1, 1);
  try {
    context?.getImageData(0, 0, 1, 1);
  } catch (error) {
    throw new NotShown('It is shown, but the page may not read its pixels.', { cause: error });
  }
}

function describe(element: HTMLImageElement | HTMLMediaElement): string {
  if (element instanceof HTMLImageElement) {
    return `An image of ${element.naturalWidth} × ${element.naturalHeight}, whose pixels can be read.`;
  }
  const seconds = `${Math.round(element.duration * 10) / 10} seconds`;
  if (!(element instanceof HTMLVideoElement)) return `A sound of ${seconds}.`;
  return `A video of ${element.videoWidth} × ${element.videoHeight} and ${seconds}, whose pixels can be read.`;
}
