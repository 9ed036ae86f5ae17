import type { Browser, BrowserContext, Page } from 'playwright-core';
import { recordTraffic, type Traffic } from './traffic.ts';

/** A person with a fresh browser profile. */
export interface Visit {
  page: Page;
  context: BrowserContext;
  traffic: Traffic;
  /** What the browser complained about so far: errors on the console, uncaught errors, breaches of the content-security policy. */
  complaints: string[];
  close(): Promise<void>;
}

/** Longer than anything takes on a busy machine; a wait that fails waits so long. */
const TIMEOUT_MS = 60_000;

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export interface VisitOptions {
  viewport?: { width: number; height: number };
  dark?: boolean;
  /** Whether the person has asked for little motion: then nothing is ever halfway. */
  still?: boolean;
}

/** Opens a browser profile at Mooring's address. No one is signed in. */
export async function startVisit(
  browser: Browser,
  baseURL: string,
  { viewport = DESKTOP, dark = false, still = false }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL,
    viewport,
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: still ? 'reduce' : 'no-preference',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  const traffic = recordTraffic(context);
  const complaints: string[] = [];
  // Chromium says breaches of the content-security policy on the console, as errors.
  context.on('console', message => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', error => complaints.push(String(error.error().stack)));
  const page = await context.newPage();
  return { page, context, traffic, complaints, close: () => context.close() };
}
