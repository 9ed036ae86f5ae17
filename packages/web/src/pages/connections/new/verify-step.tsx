import { useEffect, useRef } from 'react';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatUnits } from '@/format/numbers.ts';
import { CheckList } from '../check-list.tsx';
import { useCheckRun } from '../use-check-run.ts';
import type { Step } from './search.ts';
import { StepActions } from './step-actions.tsx';

/** Runs the checks at once, and again as often as asked. */
export function VerifyStep({ connectionId, goTo }: { connectionId: string; goTo: (step: Step) => void }) {
  const { checks, status, error, isRunning, run } = useCheckRun(connectionId);
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    void run();
  }, [run]);

  const failed = checks?.filter(check => check.status === 'failed') ?? [];
  const isOver = !isRunning && error === null && checks !== null;
  return (
    <>
      <p role="status" className="max-w-prose">
        {isRunning
          ? 'Every part of the way is tried, as it will be used later.'
          : failed.length > 0
            ? `${formatUnits(failed.length, 'check')} failed. Each says what to do. A role that was just granted can take five minutes to work: then check again.`
            : isOver && (status === 'healthy' ? 'Everything works.' : 'It works; something could be better.')}
      </p>
      {error !== null && <ProblemView error={error} onRetry={() => void run()} />}
      {checks ? <CheckList checks={checks} /> : <SkeletonRows rows={8} />}
      <StepActions
        label={failed.length > 0 ? 'Continue anyway' : 'Continue'}
        disabled={!isOver}
        onClick={() => goTo('sync')}
      >
        <Button disabled={isRunning} onClick={() => void run()}>
          Check again
        </Button>
        {failed.length > 0 && (
          <Button variant="ghost" onClick={() => goTo('authorise')}>
            Change the credential
          </Button>
        )}
      </StepActions>
    </>
  );
}
