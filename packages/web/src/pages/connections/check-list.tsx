import type { Check, Fix } from '@mooring/contract';
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { Sentence } from '@/components/sentence.tsx';
import { Snippet } from '@/components/snippet.tsx';
import { CheckMark } from '@/components/status.tsx';
import { cn } from '@/components/ui/cn.ts';
import { formatDuration } from '@/format/time.ts';

/** Checks one below the other, filling in as they run; what failed opens by itself. */
export function CheckList({ checks }: { checks: readonly Check[] }) {
  return (
    <ol aria-label="Checks" className="grid">
      {checks.map(check => (
        <CheckRow key={`${check.side} ${check.id}`} check={check} />
      ))}
    </ol>
  );
}

function CheckRow({ check }: { check: Check }) {
  const needsAttention = check.status === 'failed' || check.status === 'warning';
  const isDone = needsAttention || check.status === 'passed';
  // What the reader chose counts until the state changes.
  const [chosen, setChosen] = useState<{ status: Check['status']; open: boolean } | null>(null);
  const isOpen = isDone && (chosen?.status === check.status ? chosen.open : needsAttention);
  const id = useId();
  return (
    <li className="border-b last:border-b-0">
      <button
        type="button"
        disabled={!isDone}
        aria-expanded={isDone ? isOpen : undefined}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setChosen({ status: check.status, open: !isOpen })}
        className={cn(
          'flex min-h-10 w-full items-center gap-3 rounded-md px-2 py-1.5 text-left enabled:hover:bg-hover',
          !isDone && check.status !== 'running' && 'text-muted',
        )}
      >
        <CheckMark status={check.status} />
        <span className="min-w-0 flex-1">
          {check.title}
          {check.status === 'skipped' && check.observed && (
            <span className="text-sm"> · {check.observed}</span>
          )}
        </span>
        {check.durationMs !== null && isDone && (
          <span className="text-sm whitespace-nowrap text-muted">{formatDuration(check.durationMs)}</span>
        )}
        {isDone ? (
          <ChevronRight aria-hidden className={cn('size-4 shrink-0 text-muted', isOpen && 'rotate-90')} />
        ) : (
          <span className="size-4" />
        )}
      </button>
      {isOpen && (
        <div id={id} className="grid gap-3 pt-1 pr-2 pb-4 pl-9">
          <dl className="grid gap-1">
            <Said name="Observed" text={check.observed} />
            <Said name="Expected" text={check.expected} />
          </dl>
          {check.fix && <FixView fix={check.fix} />}
        </div>
      )}
    </li>
  );
}

function Said({ name, text }: { name: string; text: string | null }) {
  if (!text) return null;
  return (
    <div className="flex gap-3 max-sm:flex-col max-sm:gap-0">
      <dt className="w-20 shrink-0 text-muted">{name}</dt>
      <dd className="min-w-0 break-words">
        <Sentence text={text} />
      </dd>
    </div>
  );
}

/** Why it matters, what to do, and what to copy. */
export function FixView({ fix }: { fix: Fix }) {
  return (
    <div className="grid gap-2.5">
      <p className="max-w-prose">
        <Sentence text={fix.why} />
      </p>
      {fix.steps.length > 0 && (
        <ol className="grid max-w-prose list-decimal gap-1 pl-5 marker:text-muted">
          {fix.steps.map(step => (
            <li key={step} className="pl-1 break-words">
              <Sentence text={step} />
            </li>
          ))}
        </ol>
      )}
      {fix.snippets.map(({ title, text }) => (
        <Snippet key={title} title={title} text={text} />
      ))}
    </div>
  );
}
