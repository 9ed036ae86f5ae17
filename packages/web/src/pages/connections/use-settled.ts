import { useEffect, useState } from 'react';

const SETTLED_MS = 400;

/** A text once it has not changed for a moment, so that typing asks the server once. @param atOnce do not wait */
export function useSettled(text: string, atOnce = false): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return atOnce ? text : settled;
}
