import type { Operation } from '@mooring/contract';
import { EXIT } from '../../exit-code.ts';
import { Exit, renderFailure } from '../../failure.ts';
import { count, countOf, duration, relative } from '../../output/quantity.ts';
import { marked, paint } from '../../output/status.ts';
import type { Style } from '../../output/style.ts';
import { renderDetails } from '../../output/table.ts';
import type { Session } from '../../session.ts';

/** Everything about an operation, a line each. */
export function renderOperation(operation: Operation, style: Style, now: Date): string {
  const { status, subject, done, total, unit, counts, errorCount, problem, attempts } = operation;
  return renderDetails(
    [
      ['id', operation.id],
      ['kind', `${operation.kind} of ${subject.type} ${subject.id}`],
      ['status', paint(marked(status), status, style)],
      ['progress', `${count(done)}${total === null ? '' : ` of ${count(total)}`} ${unit}`],
      ['counts', counts && describeCounts(counts)],
      ['errors', errorCount > 0 ? countOf(errorCount, 'items') : null],
      ['problem', problem?.detail ?? null],
      ['fix', problem?.fix ?? null],
      ['taken up', attempts > 1 ? `${count(attempts)} times` : null],
      ['created', relative(operation.createdAt, now)],
      ['duration', operation.durationMs === null ? null : duration(operation.durationMs)],
    ],
    style,
  );
}

/** `1,204 listed: 3 added, 1 changed` */
export function describeCounts(counts: NonNullable<Operation['counts']>): string {
  const { listed, ...kinds } = counts;
  const moved = Object.entries(kinds).filter(([, value]) => value > 0);
  const parts = moved.map(([kind, value]) => `${count(value)} ${kind}`);
  return `${count(listed)} listed${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
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
