import { Progress as Base } from '@base-ui/react/progress';
import { cn } from './cn.ts';

/** How far something is; with `total` null it only says that it goes on. */
export function Progress({
  label,
  done,
  total,
  className,
}: {
  label: string;
  done: number;
  total: number | null;
  className?: string;
}) {
  const known = total !== null && total > 0;
  return (
    <Base.Root
      aria-label={label}
      value={known ? Math.min(done, total) : null}
      max={known ? total : 100}
      className={className}
    >
      <Base.Track className="relative h-1.5 overflow-hidden rounded-full bg-hover">
        <Base.Indicator
          className={cn(
            'h-full rounded-full bg-accent',
            known
              ? 'transition-[width] duration-300'
              : 'absolute w-1/4 animate-[slide_1.6s_ease-in-out_infinite] motion-reduce:w-full motion-reduce:opacity-40',
          )}
        />
      </Base.Track>
    </Base.Root>
  );
}
