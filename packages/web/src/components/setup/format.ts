import type { SetupFormat } from '@mooring/contract';
import { useSyncExternalStore } from 'react';

// The format that the reader chose last, for every place that shows commands, on this machine.

const KEY = 'mooring.setup-format';
const listeners = new Set<() => void>();
let chosen: string | null = null;

const current = (): string | null => {
  chosen ??= stored();
  return chosen;
};

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // Storage is switched off: the first format it is.
  }
}

export function setSetupFormat(format: string): void {
  chosen = format;
  try {
    localStorage.setItem(KEY, format);
  } catch {
    // Storage is switched off: the choice lasts until the page is left.
  }
  for (const notify of listeners) notify();
}

/** The one of these formats that was chosen last; else the first. */
export function useSetupFormat(formats: readonly SetupFormat[]): string {
  const last = useSyncExternalStore(notify => {
    listeners.add(notify);
    return () => listeners.delete(notify);
  }, current);
  return (formats.find(({ id }) => id === last) ?? formats[0])?.id ?? '';
}
