import type { Source } from '@mooring/contract';
import { SearchCheck } from 'lucide-react';
import { client } from '@/api/client.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { useStart } from '@/pages/operations/operation-actions.tsx';

/** Asks the storage again for each registered asset of a source. */
export function RecheckButton({ source }: { source: Source }) {
  const { mutate, isPending, error } = useStart(() =>
    client.call('recheckSource', { params: { sourceId: source.id } }),
  );
  if (error) return <ProblemView error={error} onRetry={() => mutate()} />;
  return (
    <Button variant="primary" disabled={isPending} onClick={() => mutate()}>
      <SearchCheck aria-hidden />
      Check the assets
    </Button>
  );
}
