import type { ReactNode } from 'react';
import { cn } from '@/components/ui/cn.ts';

/** Names and values, one a line. */
export function Facts({ className, children }: { className?: string; children: ReactNode }) {
  return <dl className={cn('grid grid-cols-1 content-start', className)}>{children}</dl>;
}

/** @param long puts the value below its name, over the whole width */
export function Fact({
  name,
  action,
  long = false,
  children,
}: {
  name: string;
  action?: ReactNode;
  long?: boolean;
  children: ReactNode;
}) {
  return (
    <div
      className={cn(
        'border-b py-2 last:border-b-0',
        long ? 'grid grid-cols-1 gap-0.5' : 'flex min-h-9 items-baseline gap-3',
      )}
    >
      <dt className="w-26 shrink-0 text-sm text-muted">{name}</dt>
      <dd className="flex min-w-0 flex-1 items-baseline justify-between gap-2">
        <div className="min-w-0 flex-1">{children}</div>
        {action && <div className="-my-1 self-start">{action}</div>}
      </dd>
    </div>
  );
}
