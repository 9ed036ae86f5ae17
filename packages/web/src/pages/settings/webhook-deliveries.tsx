import type { WebhookDelivery } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { webhookDeliveriesQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { Table, Td, Th } from '@/components/ui/table.tsx';

const STATUS_WORDS: Record<WebhookDelivery['status'], string> = {
  waiting: 'Waiting',
  delivered: 'Delivered',
  failed: 'Failed',
};

/** The latest messages to a webhook, and what became of them. */
export function WebhookDeliveries({ webhookId }: { webhookId: string }) {
  const { data, error, refetch } = useQuery(webhookDeliveriesQuery(webhookId));
  if (error) return <ProblemView error={error} onRetry={() => refetch()} />;
  if (!data) return <SkeletonRows rows={2} />;
  if (data.length === 0) return <p className="text-muted">Nothing was sent yet.</p>;
  return (
    <Table label="Deliveries">
      <thead>
        <tr>
          <Th>When</Th>
          <Th>Event</Th>
          <Th>Status</Th>
          <Th>Attempts</Th>
          <Th>What it answered</Th>
        </tr>
      </thead>
      <tbody>
        {data.map(
          ({ id, createdAt, event, status, attempts, responseStatus, error: failure, nextAttemptAt }) => (
            <tr key={id}>
              <Td className="whitespace-nowrap">
                <Time at={createdAt} />
              </Td>
              <Td className="font-mono text-xs">{event}</Td>
              <Td className={status === 'failed' ? 'text-bad' : undefined}>
                {STATUS_WORDS[status]}
                {status === 'waiting' && attempts > 0 && (
                  <>
                    ; again <Time at={nextAttemptAt} />
                  </>
                )}
              </Td>
              <Td>{attempts}</Td>
              <Td>{failure ?? responseStatus ?? '–'}</Td>
            </tr>
          ),
        )}
      </tbody>
    </Table>
  );
}
