import type { ReactNode } from 'react';
import { cn } from '@/components/ui/cn.ts';

/** Names and values, one a line. */
export function Facts({ className, children }: { className?: string; children: ReactNode }) {
  return <dl className={cn('grid content-start', className)}>{children}</dl>;
}

export function Fact({ name, action, children }: { name: string; action?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-h-9 items-baseline gap-3 border-b py-2 last:border-b-0">
      <dt className="w-28 shrink-0 text-sm text-muted">{name}</dt>
      <dd className="min-w-0 flex-1">{children}</dd>
      {action && <div className="-my-1 self-start">{action}</div>}
    </div>
  );
}
