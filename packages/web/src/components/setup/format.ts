import { SETUP_FORMATS, type SetupFormat } from '@mooring/contract';
import { useSyncExternalStore } from 'react';

// The format that the reader chose last, for every place that shows commands, on this machine.

const KEY = 'mooring.setup-format';
const listeners = new Set<() => void>();
let chosen: SetupFormat | null = null;

const current = (): SetupFormat => {
  chosen ??= SETUP_FORMATS.find(format => format === stored()) ?? 'az-cli';
  return chosen;
};

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // Storage is switched off: the first format it is.
  }
}

export function setSetupFormat(format: SetupFormat): void {
  chosen = format;
  try {
    localStorage.setItem(KEY, format);
  } catch {
    // Storage is switched off: the choice lasts until the page is left.
  }
  for (const notify of listeners) notify();
}

export const useSetupFormat = (): SetupFormat =>
  useSyncExternalStore(notify => {
    listeners.add(notify);
    return () => listeners.delete(notify);
  }, current);
