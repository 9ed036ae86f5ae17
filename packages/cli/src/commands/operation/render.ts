import { countsOf, type Operation } from '@mooring/contract';
import { EXIT } from '../../exit-code.ts';
import { Exit, renderFailure } from '../../failure.ts';
import { count, countOf, duration, relative } from '../../output/quantity.ts';
import { marked, paint } from '../../output/status.ts';
import type { Style } from '../../output/style.ts';
import { renderDetails } from '../../output/table.ts';
import type { Session } from '../../session.ts';

/** Everything about an operation, a line each. */
export function renderOperation(operation: Operation, style: Style, now: Date): string {
  const { status, subject, done, total, unit, errorCount, problem, attempts } = operation;
  return renderDetails(
    [
      ['id', operation.id],
      ['kind', `${operation.kind} of ${subject.type} ${subject.id}`],
      ['status', paint(marked(status), status, style)],
      ['progress', `${count(done)}${total === null ? '' : ` of ${count(total)}`} ${unit}`],
      ['counts', describeCounts(operation)],
      ['errors', errorCount > 0 ? countOf(errorCount, 'items') : null],
      ['problem', problem?.detail ?? null],
      ['fix', problem && !problem.remedy ? problem.fix : null],
      ['taken up', attempts > 1 ? `${count(attempts)} times` : null],
      ['created', relative(operation.createdAt, now)],
      ['duration', operation.durationMs === null ? null : duration(operation.durationMs)],
    ],
    style,
  );
}

/** `1,204 listed: 3 added, 1 changed`; null where it counts nothing. */
function describeCounts(operation: Operation): string | null {
  const counts = countsOf(operation);
  const totals = counts.filter(({ role }) => role === 'total');
  const others = counts.filter(({ role, count }) => role !== 'total' && count > 0);
  const [first, rest] = [totals, others].map(some =>
    some.map(one => `${count(one.count)} ${one.word}`).join(', '),
  );
  return [first, rest].filter(Boolean).join(': ') || null;
}

/** Shows an operation that was waited for; one that failed or was cancelled makes the command fail. */
export async function finishOperation({ out, io }: Session, operation: Operation): Promise<void> {
  await out.one(operation, () => renderOperation(operation, out.style, io.now()));
  failIfUnsuccessful({ out, io }, [operation]);
}

export function failIfUnsuccessful({ out, io }: Pick<Session, 'out' | 'io'>, operations: Operation[]): void {
  const unsuccessful = operations.filter(({ status }) => status === 'failed' || status === 'cancelled');
  for (const { id, problem } of unsuccessful) {
    const failure = problem ?? { code: 'cancelled', detail: `${id} was cancelled.`, fix: null };
    if (!out.json) io.stderr.write(renderFailure(failure, out.errorStyle));
  }
  if (unsuccessful.length > 0) throw new Exit(EXIT.failed);
}
