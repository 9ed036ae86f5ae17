import type { Check } from '@mooring/contract';
import { ChevronRight, Monitor, RotateCw, Server } from 'lucide-react';
import { useId, useState } from 'react';
import { FixView } from '@/components/fix.tsx';
import { Sentence } from '@/components/sentence.tsx';
import { CheckMark } from '@/components/status.tsx';
import { Button } from '@/components/ui/button.tsx';
import { cn } from '@/components/ui/cn.ts';
import { formatDuration } from '@/format/time.ts';
import { Countdown } from './checks/countdown.tsx';
import { type CheckRowSides, sidesOf, toRows } from './checks/rows.ts';

interface CheckActions {
  /** Runs one again. */
  onRetry?: ((check: Check) => void) | undefined;
  /** Stops waiting for a role, and takes what there is. */
  onStopWaiting?: (() => void) | undefined;
}

/**
 * Checks one below the other, filling in as they run, with a column of marks for each side that has looked; what
 * failed opens by itself.
 */
export function CheckList({ checks, ...actions }: { checks: readonly Check[] } & CheckActions) {
  const rows = toRows(checks);
  const twoSides = checks.some(({ side }) => side === 'browser');
  return (
    <div className="grid">
      {twoSides && <Legend />}
      <ol aria-label="Checks" className="grid">
        {rows.map(row => (
          <CheckRow key={row.id} row={row} twoSides={twoSides} {...actions} />
        ))}
      </ol>
    </div>
  );
}

/** Over the columns of marks. */
const Legend = () => (
  <p className="flex items-center gap-3 border-b px-2 pb-1.5 text-sm text-muted">
    <Server aria-hidden className="size-4 shrink-0" />
    <Monitor aria-hidden className="size-4 shrink-0" />
    <span>Mooring’s server, and the browser</span>
  </p>
);

const isDone = ({ status }: Check): boolean => status !== 'waiting' && status !== 'running';
const hasSaid = (check: Check): boolean =>
  (isDone(check) && check.status !== 'skipped') || check.waitingUntil !== null;
const needsAttention = (check: Check): boolean =>
  check.status === 'failed' || check.status === 'warning' || check.waitingUntil !== null;

function CheckRow({ row, twoSides, ...actions }: { row: CheckRowSides; twoSides: boolean } & CheckActions) {
  const sides = sidesOf(row);
  const said = sides.filter(hasSaid);
  const opens = said.some(needsAttention);
  const state = sides.map(({ status }) => status).join(' ');
  // What the reader chose counts until the state changes.
  const [chosen, setChosen] = useState<{ state: string; open: boolean } | null>(null);
  const isOpen = said.length > 0 && (chosen?.state === state ? chosen.open : opens);
  const id = useId();
  const skipped = sides.find(({ status }) => status === 'skipped')?.observed;
  const isQuiet = said.length === 0 && !sides.some(({ status }) => status === 'running');
  return (
    <li className="border-b last:border-b-0">
      <button
        type="button"
        disabled={said.length === 0}
        aria-expanded={said.length > 0 ? isOpen : undefined}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setChosen({ state, open: !isOpen })}
        className={cn(
          'flex min-h-10 w-full items-center gap-3 rounded-md px-2 py-1.5 text-left enabled:hover:bg-hover',
          isQuiet && 'text-muted',
        )}
      >
        <Mark check={row.server} />
        {twoSides && <Mark check={row.browser} />}
        <span className="min-w-0 flex-1">
          {row.title}
          {skipped && said.length === 0 && <span className="text-sm"> · {skipped}</span>}
        </span>
        <Timing sides={sides} />
        {said.length > 0 ? (
          <ChevronRight aria-hidden className={cn('size-4 shrink-0 text-muted', isOpen && 'rotate-90')} />
        ) : (
          <span className="size-4 shrink-0" />
        )}
      </button>
      {isOpen && (
        <div id={id} className={cn('grid gap-5 pt-1 pr-2 pb-4', twoSides ? 'pl-16 max-sm:pl-9' : 'pl-9')}>
          {said.map(check => (
            <Details key={check.side} check={check} named={row.browser !== null} {...actions} />
          ))}
        </div>
      )}
    </li>
  );
}

/** The column stays where a side has nothing to say. */
function Mark({ check }: { check: Check | null }) {
  if (!check) return <span className="size-4 shrink-0" />;
  return <CheckMark status={check.status} side={check.side} />;
}

function Timing({ sides }: { sides: readonly Check[] }) {
  const until = sides.find(({ waitingUntil }) => waitingUntil !== null)?.waitingUntil;
  if (until) return <Countdown until={until} />;
  const taken = sides.filter(isDone).flatMap(({ durationMs }) => durationMs ?? []);
  if (taken.length === 0) return null;
  return (
    <span className="text-sm whitespace-nowrap text-muted">
      {formatDuration(taken.reduce((sum, ms) => sum + ms, 0))}
    </span>
  );
}

/** What one side saw, and how to fix it. */
function Details({ check, named, onRetry, onStopWaiting }: { check: Check; named: boolean } & CheckActions) {
  const isWaiting = check.waitingUntil !== null;
  return (
    <div className="grid gap-3">
      {named && (
        <h3 className="text-sm font-medium">{check.side === 'server' ? 'Mooring’s server' : 'Browser'}</h3>
      )}
      {isWaiting && (
        <p className="max-w-prose rounded-md bg-accent-soft px-3 py-2">
          A role that was granted just now takes some minutes to work. Mooring tries again until then.
        </p>
      )}
      <dl className="grid gap-1">
        <Said name="Observed" text={check.observed} />
        <Said name="Expected" text={check.expected} />
      </dl>
      {check.fix && <FixView fix={check.fix} />}
      {isWaiting && onStopWaiting && (
        <Button size="sm" className="justify-self-start" onClick={onStopWaiting}>
          Stop waiting
        </Button>
      )}
      {!isWaiting && onRetry && check.status !== 'passed' && (
        <Button size="sm" className="justify-self-start" onClick={() => onRetry(check)}>
          <RotateCw aria-hidden />
          Check again
        </Button>
      )}
    </div>
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
