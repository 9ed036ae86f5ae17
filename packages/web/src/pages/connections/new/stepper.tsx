import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { cn } from '@/components/ui/cn.ts';
import { STEPS, type Step } from './search.ts';

export const STEP_WORDS: Record<Step, string> = {
  location: 'Location',
  authorise: 'Authorise',
  browser: 'Browser access',
  verify: 'Verify',
  sync: 'First sync',
};

/** No step is shown before what it needs is there. */
export function reachable(wanted: Step, hasLocation: boolean, hasConnection: boolean): Step {
  if (!hasLocation || wanted === 'location') return 'location';
  return wanted === 'authorise' || hasConnection ? wanted : 'authorise';
}

/** The five steps, with those that can be gone to as links. */
export function Stepper({
  current,
  hasLocation,
  hasConnection,
  isVerified,
}: {
  current: Step;
  hasLocation: boolean;
  hasConnection: boolean;
  /** Whether the checks said that it works. */
  isVerified: boolean;
}) {
  const at = STEPS.indexOf(current);
  return (
    <nav aria-label="Steps">
      <ol className="flex flex-wrap gap-x-1 gap-y-2">
        {STEPS.map((step, i) => {
          const isCurrent = i === at;
          const isDone = i < at && (step !== 'verify' || isVerified);
          const canGo = reachable(step, hasLocation, hasConnection) === step;
          const mark = (
            <span
              aria-hidden
              className={cn(
                'grid size-5.5 shrink-0 place-items-center rounded-full border text-xs font-semibold [&_svg]:size-3.5',
                isCurrent
                  ? 'border-accent bg-accent text-on-accent'
                  : isDone
                    ? 'border-accent text-accent'
                    : 'border-edge',
              )}
            >
              {isDone ? <Check strokeWidth={3} /> : i + 1}
            </span>
          );
          const content = (
            <>
              {mark}
              <span className={isCurrent ? '' : 'max-sm:sr-only'}>{STEP_WORDS[step]}</span>
            </>
          );
          const style = cn(
            'flex items-center gap-2 rounded-md py-1 pr-3 pl-1 text-sm whitespace-nowrap',
            isCurrent ? 'font-semibold' : 'text-muted',
          );
          return (
            <li key={step}>
              {canGo && !isCurrent ? (
                <Link
                  to="/connections/new"
                  search={step === STEPS[0] ? {} : { step }}
                  className={cn(style, 'hover:text-ink')}
                >
                  {content}
                </Link>
              ) : (
                <span aria-current={isCurrent ? 'step' : undefined} className={style}>
                  {content}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
