import { useEffect } from 'react';

/** Where typing is meant as text, or a player has keys of its own. */
const TAKES_KEYS =
  'input, textarea, select, video, audio, iframe, [contenteditable], [role=menu], [role=dialog]';

/** Whether a key press is free to be a shortcut: no modifier, nobody else's. */
export const isFree = (event: KeyboardEvent): boolean =>
  !event.defaultPrevented &&
  !event.ctrlKey &&
  !event.metaKey &&
  !event.altKey &&
  !(event.target instanceof Element && event.target.closest(TAKES_KEYS)) &&
  document.querySelector('[role=dialog]') === null;

/** Calls the function of the key that is pressed while the page is shown. Keys as in `KeyboardEvent.key`. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const run = isFree(event) ? keys[event.key] : undefined;
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [keys]);
}
