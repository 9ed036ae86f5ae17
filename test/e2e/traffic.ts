import type { BrowserContext } from 'playwright-core';

/** An answer that the browser got. */
export interface Answer {
  url: string;
  origin: string;
  status: number;
  /** Without parameters, e.g. `image/jpeg`; empty where the answer says none. */
  type: string;
}

export interface Traffic {
  /** Addresses of all requests so far, answered or not. */
  requested: string[];
  /** Answers so far. Those from the browser's cache are among them. */
  answers: Answer[];
  /** Requests that came to nothing. Among them are pictures that were answered with an error: browsers hide such answers. */
  failed: { url: string; reason: string }[];
  /** Answers with media in them: images, video, audio, PDF. What belongs to the app is none, and thumbnails are none. */
  media(): Answer[];
  thumbnails(): Answer[];
}

/** Writes down what a browser asks for and gets. */
export function recordTraffic(context: BrowserContext): Traffic {
  const requested: string[] = [];
  const answers: Answer[] = [];
  context.on('request', request => requested.push(request.url()));
  const failed: Traffic['failed'] = [];
  context.on('requestfailed', request =>
    failed.push({ url: request.url(), reason: request.failure()?.errorText ?? '' }),
  );
  context.on('response', response => {
    const type = response.headers()['content-type'] ?? '';
    const url = response.url();
    answers.push({
      url,
      origin: new URL(url).origin,
      status: response.status(),
      type: type.split(';', 1)[0]!.trim(),
    });
  });
  return {
    requested,
    answers,
    failed,
    media: () => answers.filter(({ type, url }) => MEDIA.test(type) && !isThumbnail(url) && !isOfApp(url)),
    thumbnails: () => answers.filter(({ url }) => isThumbnail(url)),
  };
}

const isThumbnail = (url: string): boolean => /\/v1\/assets\/\w+\/thumbnail\?/.test(url);
const isOfApp = (url: string): boolean => new URL(url).pathname.startsWith('/static/');
const MEDIA = /^(image\/(?!svg)|video\/|audio\/|application\/(pdf|dicom)$)/;
