import { cn } from '@/components/ui/cn.ts';
import { splitTail, toVisible, truncateMiddle } from '@/format/names.ts';

/** Shorter names are cut at their end, if at all. */
const SHORT = 20;
const TAIL = 9;
const LONGEST_SPOKEN = 200;

/**
 * The name of an asset, folder or container on one line, in its own direction. Where it does not fit, its middle
 * gives way, so that beginning and extension stay.
 */
export function Name({ text, className }: { text: string; className?: string }) {
  const visible = toVisible(text);
  if (visible.length <= SHORT) {
    return (
      <bdi
        dir="auto"
        className={cn('inline-block max-w-full truncate align-bottom', className)}
        title={visible}
      >
        {visible}
      </bdi>
    );
  }
  const [head, tail] = splitTail(visible, TAIL);
  return (
    <bdi
      dir="auto"
      className={cn('inline-flex max-w-full min-w-0 align-bottom', className)}
      title={visible.slice(0, 1200)}
    >
      <span className="sr-only">{truncateMiddle(visible, LONGEST_SPOKEN)}</span>
      <span aria-hidden className="truncate whitespace-pre">
        {head}
      </span>
      <span aria-hidden className="shrink-0 whitespace-pre">
        {tail}
      </span>
    </bdi>
  );
}

/** A whole key, over as many lines as it takes. */
export function FullName({ text, className }: { text: string; className?: string }) {
  return (
    <bdi dir="auto" className={cn('break-all', className)}>
      {toVisible(text)}
    </bdi>
  );
}
