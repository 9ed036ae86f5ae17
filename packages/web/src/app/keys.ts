import { useEffect } from 'react';

/** Where typing is meant as text, or a list or dialog has keys of its own. */
const TAKES_KEYS = 'input, textarea, select, iframe, [contenteditable], [role=menu], [data-modal]';
/** Players, and what scrolls sideways, have uses of their own for these, and leave the others alone. */
const PLAYER = 'video, audio, [data-own-arrows]';
const PLAYER_KEY = /^(Arrow.*|Home|End|Enter| )$/;

/** These press what has the focus. */
const PRESSED = 'button, a[href], summary';
const PRESS_KEY = /^(Enter| )$/;

/** A dialog over the page. Messages in the corner are dialogs to screen readers too, but leave the page usable. */
const DIALOG = '[role=dialog]:not([aria-modal=false])';

/** Whether a key press is free to be a shortcut: no modifier, and no element uses it. */
export const isFree = (event: KeyboardEvent): boolean =>
  !event.defaultPrevented &&
  !event.ctrlKey &&
  !event.metaKey &&
  !event.altKey &&
  !(event.target instanceof Element && takes(event.target, event.key)) &&
  document.querySelector(DIALOG) === null;

const takes = (target: Element, key: string): boolean =>
  target.closest(TAKES_KEYS) !== null ||
  (target.matches(PLAYER) && PLAYER_KEY.test(key)) ||
  (target.matches(PRESSED) && PRESS_KEY.test(key));

/** Keys as in `KeyboardEvent.key`, and what each does. */
export type Keys = readonly (readonly [key: string, run: () => void])[];

/** Calls the function of the key that is pressed while the page is shown. */
export function useKeys(keys: Keys): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const found = isFree(event) && keys.find(([key]) => key === event.key);
      if (!found) return;
      event.preventDefault();
      found[1]();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [keys]);
}
