import { CopyButton } from '@/components/copy.tsx';

const PRE =
  'overflow-x-auto px-3 pb-3 font-mono text-xs leading-5 outline-offset-[-2px] print:whitespace-pre-wrap print:wrap-anywhere';

/** A command or file to copy. */
export function Snippet({ title, text }: { title: string; text: string }) {
  return (
    <figure className="overflow-hidden rounded-md bg-sunken ring-1 ring-line ring-inset">
      <figcaption className="flex items-center justify-between gap-2 py-1 pr-1 pl-3 text-xs text-muted">
        <span className="min-w-0 truncate">{title}</span>
        <CopyButton text={text} what={title} className="print:hidden">
          Copy
        </CopyButton>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex lint/a11y/useSemanticElements: what scrolls must be reachable by keyboard, under a name */}
      <pre tabIndex={0} role="group" aria-label={title} className={PRE}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
