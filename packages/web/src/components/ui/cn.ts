import { type ClassValue, clsx } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

const merge = extendTailwindMerge({
  extend: { theme: { text: ['xs', 'sm', 'base', 'lg', 'xl'], shadow: ['float'] } },
});

/** Joins class names; of classes that contradict each other the last one counts. */
export const cn = (...inputs: ClassValue[]): string => merge(clsx(inputs));
