import type { ReactNode } from 'react';
import { cn } from './cn.ts';

/** A small fact beside something, such as a kind or a scope. Not for states: see StatusMark. */
export function Badge({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <span
      className={cn(
        'inline-flex items-center rounded-sm border px-1.5 text-xs leading-5 whitespace-nowrap text-muted',
        className,
      )}
    >
      {children}
    </span>
  );
}
