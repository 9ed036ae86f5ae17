import type { Check } from '@mooring/contract';
import { ArrowLeft, CircleCheck, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { CheckList } from '../check-list.tsx';
import { useCheckRun } from '../use-check-run.ts';
import type { Step } from './search.ts';
import { StepActions } from './step-actions.tsx';
import { STEP_WORDS } from './stepper.tsx';
import { stepsToFix } from './steps-to-fix.ts';

interface Props {
  connectionId: string;
  goTo: (step: Step) => void;
}

/** Runs the checks at once, of the server and of this browser, and again as often as asked. */
export function VerifyStep({ connectionId, goTo }: Props) {
  const { checks, error, isRunning, run } = useCheckRun(connectionId);
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    void run();
  }, [run]);

  const found = checks ?? [];
  const isOver = !isRunning && error === null && checks !== null;
  const hasFailed = found.some(({ status }) => status === 'failed');
  const isWaiting = isRunning && found.some(({ waitingUntil }) => waitingUntil !== null);
  return (
    <>
      <div role="status" className="max-w-prose">
        {isWaiting ? (
          <p>
            A role is missing, or it is new. A new role takes up to five minutes to work, so Mooring tries
            again by itself until then.
          </p>
        ) : isRunning ? (
          <p>Mooring tries each layer of the connection, as it will use it later.</p>
        ) : (
          isOver && <Outcome hasFailed={hasFailed} warnings={found.filter(isWarning)} />
        )}
      </div>
      {error !== null && <ProblemView error={error} onRetry={() => void run()} />}
      {isOver && <StepsToFix steps={stepsToFix(found)} goTo={goTo} />}
      {checks ? (
        <CheckList
          checks={checks}
          onRetry={isRunning ? undefined : check => void run({ only: check })}
          onStopWaiting={() => void run({ wait: false })}
        />
      ) : (
        <SkeletonRows rows={8} />
      )}
      {isOver && hasFailed ? (
        <StepActions label="Check again" onClick={() => void run()}>
          <Button onClick={() => goTo('sync')}>Continue anyway</Button>
        </StepActions>
      ) : (
        <StepActions
          label={isWaiting ? 'Continue anyway' : 'Continue'}
          disabled={!isOver && !isWaiting}
          why={isRunning && 'Wait until the checks are done.'}
          onClick={() => goTo('sync')}
        >
          <Button disabled={isRunning} onClick={() => void run()}>
            Check again
          </Button>
        </StepActions>
      )}
    </>
  );
}

const isWarning = ({ status }: Check) => status === 'warning';

function Outcome({ hasFailed, warnings }: { hasFailed: boolean; warnings: Check[] }) {
  if (hasFailed) {
    return (
      <p className="flex gap-2">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
        <span>
          <strong className="font-semibold text-bad">It does not work yet.</strong> Each check that failed
          says below what to do. You can continue anyway, but a sync will fail for the same reason.
        </span>
      </p>
    );
  }
  return (
    <p className="flex gap-2">
      <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
      <span>
        <strong className="font-semibold text-good">
          {warnings.length === 0 ? 'Everything works.' : 'Connected, with a warning.'}
        </strong>
        {warnings.map(({ title, observed }) => ` ${title}: ${observed}`)}
      </span>
    </p>
  );
}

/** Leads back to the step where each failed check is fixed. */
function StepsToFix({ steps, goTo }: { steps: ReturnType<typeof stepsToFix>; goTo: Props['goTo'] }) {
  if (steps.length === 0) return null;
  return (
    <ul className="grid gap-2">
      {steps.map(({ step, titles }) => (
        <li key={step} className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Button onClick={() => goTo(step)}>
            <ArrowLeft aria-hidden />
            Fix in {STEP_WORDS[step]}
          </Button>
          <span className="min-w-0 text-sm text-muted">{titles.join(', ')} failed.</span>
        </li>
      ))}
    </ul>
  );
}
