import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button.tsx';

/**
 * The foot of a step: on to the next one. Stays in sight, however long the step is; not on phones, where it would
 * cover what is said about the field above it.
 */
export function StepActions({
  label = 'Continue',
  disabled = false,
  why,
  onClick,
  children,
}: {
  label?: string;
  disabled?: boolean;
  /** Why one cannot go on. */
  why?: ReactNode;
  onClick?: () => void;
  children?: ReactNode;
}) {
  return (
    <div className="bottom-0 z-10 -mx-2 flex flex-wrap items-center gap-3 border-t bg-page px-2 py-4 sm:sticky">
      <Button type={onClick ? 'button' : 'submit'} variant="primary" disabled={disabled} onClick={onClick}>
        {label}
        <ArrowRight aria-hidden />
      </Button>
      {children}
      {disabled && why && <span className="text-sm text-muted">{why}</span>}
    </div>
  );
}
