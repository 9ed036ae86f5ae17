import { useCallback, useEffect, useState } from 'react';

/** Begins to open something. What is opened closes itself when the signal aborts. */
type Open<T> = (signal: AbortSignal, fail: (error: unknown) => void) => Promise<T>;

interface State<T> {
  open: Open<T>;
  attempt: number;
  opened: T | null;
  error: unknown;
}

/**
 * Opens something for as long as it is shown.
 * @param open keep it the same between renders: another one opens anew. It calls `fail` where something goes wrong later.
 */
export function useOpened<T>(open: Open<T>): { opened: T | null; error: unknown; retry: () => void } {
  const [last, setState] = useState<State<T>>({ open, attempt: 1, opened: null, error: null });
  const state = last.open === open ? last : { open, attempt: last.attempt, opened: null, error: null };
  const { attempt, opened, error } = state;
  useEffect(() => {
    const leave = new AbortController();
    const settle = (opened: T | null, error: unknown) => {
      if (!leave.signal.aborted) setState({ open, attempt, opened, error });
    };
    const fail = (error: unknown) => settle(null, error);
    open(leave.signal, fail).then(opened => settle(opened, null), fail);
    return () => leave.abort();
  }, [open, attempt]);
  const retry = useCallback(
    () => setState(before => ({ open: before.open, attempt: before.attempt + 1, opened: null, error: null })),
    [],
  );
  return { opened, error, retry };
}
