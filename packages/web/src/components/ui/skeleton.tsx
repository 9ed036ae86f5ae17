import { cn } from './cn.ts';

/** Holds the place of what is being fetched, in its size. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn('block rounded-sm bg-tile', className)} />;
}

/** As many lines as a list is likely to have. */
export function SkeletonRows({ rows, className }: { rows: number; className?: string }) {
  return (
    <div role="status" aria-label="Loading" className={cn('grid gap-3 py-3', className)}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={row} className="h-9" />
      ))}
    </div>
  );
}
