import { useSyncExternalStore } from 'react';

/** Tailwind's `lg`: there is room for a panel beside the list. */
const WIDE = '(min-width: 64rem)';

const subscribe = (onChange: () => void) => {
  const query = matchMedia(WIDE);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
};

/** Whether there is room for a panel beside the list. */
export const useIsWide = (): boolean => useSyncExternalStore(subscribe, () => matchMedia(WIDE).matches);
