import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, type ButtonStyle } from '@/components/ui/button.tsx';
import { toast } from '@/components/ui/toast.tsx';

const SHOWN_MS = 1600;

/** Puts `text` on the clipboard and says so. `what` names it, e.g. `key`. */
export function CopyButton({
  text,
  what,
  children,
  ...style
}: { text: string; what: string; children?: string; className?: string } & ButtonStyle) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = () =>
    copyText(text).then(
      () => setCopied(true),
      () =>
        toast(
          `The ${what} could not be copied`,
          'The browser did not allow it. Select the text and copy it by hand.',
        ),
    );
  const Mark = copied ? Check : Copy;
  return (
    <Button
      variant="ghost"
      size={children ? 'sm' : 'icon-sm'}
      {...style}
      onClick={copy}
      aria-label={children ? undefined : `Copy ${what}`}
      title={children ? undefined : `Copy ${what}`}
    >
      <Mark aria-hidden className={copied ? 'text-good' : undefined} />
      {children && (copied ? 'Copied' : children)}
      <span role="status" className="sr-only">
        {copied && `Copied the ${what}`}
      </span>
    </Button>
  );
}

/** @throws where the page may not write to the clipboard */
export async function copyText(text: string): Promise<void> {
  // `navigator.clipboard` exists only on https and localhost.
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'fixed opacity-0';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('The browser refused to copy.');
}
