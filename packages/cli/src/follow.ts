import type { Operation } from '@mooring/contract';
import { EXIT } from './exit-code.ts';
import { Exit } from './failure.ts';
import { createProgressLine, createProgressText } from './output/progress.ts';
import type { Session } from './session.ts';

/**
 * Waits for an operation with its progress on the terminal. Ctrl-C stops the waiting, not the operation.
 * @param label what is going on, e.g. `Syncing photos`
 */
export async function follow(
  { client, out, io }: Session,
  operationId: string,
  label: string,
): Promise<Operation> {
  const line = createProgressLine(io);
  const describe = createProgressText(io.now);
  const abort = new AbortController();
  const unlisten = io.onInterrupt(() => abort.abort());
  try {
    return await client.watchOperation(operationId, {
      signal: abort.signal,
      onProgress: operation => line.show(`${label}: ${describe(operation)}`),
    });
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    line.clear();
    out.warn(
      `${label} continues without this command.\n` +
        `  See the progress: mooring operation show ${operationId}\n` +
        `  To stop it:    mooring operation cancel ${operationId}`,
    );
    throw new Exit(EXIT.interrupted);
  } finally {
    unlisten();
    line.clear();
  }
}
