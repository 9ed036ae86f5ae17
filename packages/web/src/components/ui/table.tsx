import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';

/** A plain table that scrolls sideways by itself where the page is too narrow. */
export function Table({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="-mx-1 overflow-x-auto px-1" aria-label={label} tabIndex={0}>
      <table className="w-full border-collapse text-left">{children}</table>
    </section>
  );
}

export const Th = ({ className, ...props }: ComponentProps<'th'>) => (
  <th
    scope="col"
    className={cn('border-b py-2 pr-4 text-xs font-medium whitespace-nowrap text-muted last:pr-0', className)}
    {...props}
  />
);

export const Td = ({ className, ...props }: ComponentProps<'td'>) => (
  <td className={cn('border-b py-2.5 pr-4 align-top last:pr-0', className)} {...props} />
);
