import type { Check, CheckStatus, ConnectionStatus, OperationStatus } from '@mooring/contract';
import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDotDashed,
  CircleMinus,
  CirclePause,
  Clock,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import { cn } from '@/components/ui/cn.ts';

interface Look {
  word: string;
  icon: LucideIcon;
  tone: string;
  spins?: boolean;
}

const CONNECTION: Record<ConnectionStatus, Look> = {
  draft: { word: 'Not checked', icon: CircleDashed, tone: 'text-muted' },
  verifying: { word: 'Checking', icon: LoaderCircle, tone: 'text-accent', spins: true },
  healthy: { word: 'Healthy', icon: CircleCheck, tone: 'text-good' },
  degraded: { word: 'Degraded', icon: TriangleAlert, tone: 'text-warn' },
  broken: { word: 'Broken', icon: CircleAlert, tone: 'text-bad' },
  unlinked: { word: 'Unlinked', icon: CircleMinus, tone: 'text-muted' },
};

const UNFINISHED: Look = { word: 'Set-up unfinished', icon: CircleDashed, tone: 'text-muted' };

const OPERATION: Record<OperationStatus, Look> = {
  queued: { word: 'Queued', icon: Clock, tone: 'text-muted' },
  running: { word: 'Running', icon: LoaderCircle, tone: 'text-accent', spins: true },
  paused: { word: 'Paused', icon: CirclePause, tone: 'text-muted' },
  cancelling: { word: 'Cancelling', icon: LoaderCircle, tone: 'text-muted', spins: true },
  succeeded: { word: 'Done', icon: CircleCheck, tone: 'text-good' },
  failed: { word: 'Failed', icon: CircleAlert, tone: 'text-bad' },
  cancelled: { word: 'Cancelled', icon: Ban, tone: 'text-muted' },
};

const CHECK: Record<CheckStatus, Look> = {
  waiting: { word: 'Waiting', icon: CircleDotDashed, tone: 'text-muted' },
  running: { word: 'Running', icon: LoaderCircle, tone: 'text-accent', spins: true },
  passed: { word: 'Passed', icon: CircleCheck, tone: 'text-good' },
  warning: { word: 'Warning', icon: TriangleAlert, tone: 'text-warn' },
  failed: { word: 'Failed', icon: CircleAlert, tone: 'text-bad' },
  skipped: { word: 'Skipped', icon: CircleMinus, tone: 'text-muted' },
};

/** A state as a mark and a word; the word is hidden from sight where `markOnly` and a column has no room. */
function StatusMark({
  look,
  markOnly = false,
  where = '',
}: {
  look: Look;
  markOnly?: boolean;
  /** Said after the word. */
  where?: string;
}) {
  const Icon = look.icon;
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap', look.tone)}>
      <Icon
        aria-hidden
        className={cn('size-4 shrink-0', look.spins && 'animate-spin motion-reduce:animate-none')}
      />
      <span className={cn('font-medium', markOnly && 'sr-only')}>
        {look.word}
        {where}
      </span>
    </span>
  );
}

/** @param isSetUp false: it has never worked, so that nothing is broken */
export const ConnectionMark = ({
  status,
  isSetUp = true,
}: {
  status: ConnectionStatus;
  isSetUp?: boolean;
}) => <StatusMark look={!isSetUp && status !== 'verifying' ? UNFINISHED : CONNECTION[status]} />;
export const OperationMark = ({
  status,
  markOnly = false,
}: {
  status: OperationStatus;
  markOnly?: boolean;
}) => <StatusMark look={OPERATION[status]} markOnly={markOnly} />;
export const CheckMark = ({ status, side = 'server' }: { status: CheckStatus; side?: Check['side'] }) => (
  <StatusMark look={CHECK[status]} markOnly where={side === 'browser' ? ' in the browser' : ''} />
);
