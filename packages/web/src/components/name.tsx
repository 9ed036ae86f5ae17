import { cn } from '@/components/ui/cn.ts';
import { toVisible, truncateMiddle } from '@/format/names.ts';

/** The name of an asset, folder or container on one line, in its own direction, with the middle left out. */
export function Name({
  text,
  length = 64,
  className,
}: {
  text: string;
  length?: number;
  className?: string;
}) {
  const visible = toVisible(text);
  const short = truncateMiddle(visible, length);
  return (
    <bdi
      dir="auto"
      className={cn('inline-block max-w-full truncate align-bottom', className)}
      title={short === text ? undefined : visible.slice(0, 1200)}
    >
      {short}
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
