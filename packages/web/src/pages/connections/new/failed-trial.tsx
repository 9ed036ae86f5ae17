import type { Check } from '@mooring/contract';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, CircleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { FixView } from '@/components/fix.tsx';
import { Sentence } from '@/components/sentence.tsx';
import { buttonStyle } from '@/components/ui/button.tsx';
import { STEP_WORDS } from './stepper.tsx';
import { stepOf } from './steps-to-fix.ts';

/** What was seen when a credential was tried, and what to do; where another step fixes it, the way there. */
export function FailedTrial({ check }: { check: Check }) {
  const step = stepOf(check);
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    shown.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={shown} role="alert" className="flex gap-3 rounded-lg bg-bad-soft p-4">
      <CircleAlert aria-hidden className="mt-0.5 size-4.5 shrink-0 text-bad" />
      <div className="grid min-w-0 flex-1 grid-cols-1 gap-2">
        <p className="font-semibold break-words text-bad">
          {check.title} failed: <Sentence text={check.observed ?? ''} />
        </p>
        {check.fix && <FixView fix={check.fix} />}
        {step === 'location' && (
          <Link to="/connections/new" className={buttonStyle({ className: 'justify-self-start' })}>
            <ArrowLeft aria-hidden />
            Fix in {STEP_WORDS[step]}
          </Link>
        )}
      </div>
    </div>
  );
}
