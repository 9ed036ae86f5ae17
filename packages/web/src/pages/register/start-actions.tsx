import type { ColumnMapping } from '@mooring/manifest';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { client } from '@/api/client.ts';
import { operationQuery, operationsQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { formatBytes } from '@/format/numbers.ts';
import type { List } from './list.ts';
import type { Options } from './options.ts';

interface Props {
  list: List;
  options: Options;
  columns: ColumnMapping | null;
  onDryRun: (operationId: string) => void;
}

/** Sends the list, to be registered or only tried. The browser reads the file while it sends it. */
export function StartActions({ list, options, columns, onDryRun }: Props) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const sending = useRef(new AbortController());
  useEffect(() => () => sending.current.abort(), []);
  const start = useMutation({
    mutationFn: (dryRun: boolean) => {
      sending.current = new AbortController();
      return client.register(list.bytes, {
        ...options,
        ...namesOf(columns),
        dryRun,
        signal: sending.current.signal,
      });
    },
    onSuccess: async (operation, dryRun) => {
      queryClient.setQueryData(operationQuery(operation.id).queryKey, operation);
      void queryClient.invalidateQueries({ queryKey: operationsQuery.queryKey });
      if (dryRun) onDryRun(operation.id);
      else await navigate({ to: '/operations/$operationId', params: { operationId: operation.id } });
    },
  });
  const { isPending, error, variables } = start;
  const isStopped = sending.current.signal.aborted;
  const cannot = isPending || options.folder.trim() === '';
  return (
    <div className="grid gap-3">
      {error && !isStopped && <ProblemView error={error} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" disabled={cannot} onClick={() => start.mutate(false)}>
          {isPending && !variables ? 'Sending…' : 'Register'}
        </Button>
        <Button disabled={cannot} onClick={() => start.mutate(true)}>
          {isPending && variables ? 'Sending…' : 'Dry run'}
        </Button>
        {isPending && (
          <>
            <Button variant="ghost" onClick={() => sending.current.abort()}>
              Stop
            </Button>
            <span role="status" className="text-sm text-muted">
              Sending {formatBytes(list.bytes.size)}. Keep this page open until it is sent.
            </span>
          </>
        )}
      </div>
    </div>
  );
}

const namesOf = (columns: ColumnMapping | null) =>
  columns && {
    addressColumn: columns.address,
    ...(columns.title && { titleColumn: columns.title }),
    ...(columns.kind && { kindColumn: columns.kind }),
  };
