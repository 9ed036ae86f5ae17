import { isFinished, type Operation } from '@mooring/contract';
import { OperationErrors } from './operation-errors.tsx';
import { OperationFailure } from './operation-failure.tsx';
import { Counts, OperationProgress } from './operation-progress.tsx';
import { RegistrationReportView } from './registration-report.tsx';
import { SyncReportView } from './sync-report.tsx';

/** How far an operation is, what it found, and what went wrong. */
export function OperationOutcome({ operation }: { operation: Operation }) {
  const { id, kind, status, errorCount, problem } = operation;
  const isOver = isFinished(status);
  return (
    <>
      {problem && <OperationFailure operation={operation} />}
      {isOver ? <Counts operation={operation} /> : <OperationProgress operation={operation} />}
      {!isOver && status !== 'paused' && <p className="text-muted">It continues when you close this page.</p>}
      {kind === 'sync' && <SyncReportView operation={operation} />}
      {kind === 'register' && <RegistrationReportView operation={operation} />}
      {errorCount > 0 && (
        <OperationErrors
          key={errorCount}
          operationId={id}
          count={errorCount}
          areOthersDone={status === 'succeeded'}
        />
      )}
    </>
  );
}
