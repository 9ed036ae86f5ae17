import { CircleCheck, CircleDashed, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button.tsx';

/** Something that is looked for again and again until it is there: turns green by itself, or sooner when asked. */
export function LiveStatus({
  isDone,
  isLooking,
  done,
  waiting,
  onLook,
}: {
  isDone: boolean;
  isLooking: boolean;
  /** What is said once it is there, and until then. */
  done: ReactNode;
  waiting: ReactNode;
  onLook: () => void;
}) {
  const Mark = isDone ? CircleCheck : isLooking ? LoaderCircle : CircleDashed;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border px-4 py-3">
      <p role="status" className="flex min-w-0 flex-1 basis-64 gap-2">
        <Mark
          aria-hidden
          className={
            isDone
              ? 'mt-0.5 size-4 shrink-0 text-good'
              : `mt-0.5 size-4 shrink-0 text-muted ${isLooking ? 'animate-spin motion-reduce:animate-none' : ''}`
          }
        />
        <span className="min-w-0">{isDone ? done : waiting}</span>
      </p>
      {!isDone && <Button onClick={onLook}>Check now</Button>}
    </div>
  );
}
