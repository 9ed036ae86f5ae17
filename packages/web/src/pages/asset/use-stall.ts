import { useEffect, useRef } from 'react';

const STALL_MS = 3000;

/**
 * What a player tells when it waits for data. Chromium asks for a refused range some thirty times before it
 * reports an error, which takes half a minute: after a few seconds of waiting another URL is the better guess.
 */
export function useStall(onStall: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const goOn = () => clearTimeout(timer.current);
  const wait = () => {
    goOn();
    timer.current = setTimeout(onStall, STALL_MS);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return { onSeeking: wait, onWaiting: wait, onSeeked: goOn, onCanPlay: goOn, onPlaying: goOn };
}
