import type { Webhook, WebhookDelivery } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Webhook as WebhookIcon } from 'lucide-react';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { webhooksQuery } from '@/api/queries.ts';
import { ConfirmDialog } from '@/components/confirm-dialog.tsx';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { CreateWebhookDialog } from './create-webhook-dialog.tsx';
import { WebhookDeliveries } from './webhook-deliveries.tsx';

/** The receivers of events outside Mooring. */
export function Webhooks() {
  const { data: webhooks, error, refetch } = useQuery(webhooksQuery);
  const [isCreating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<Webhook | null>(null);
  return (
    <Section
      title="Webhooks"
      about="Tell other systems when a connection changes or a sync ends. Each message is signed, and sent again until it arrives."
      actions={
        <Button onClick={() => setCreating(true)}>
          <WebhookIcon aria-hidden />
          Create webhook
        </Button>
      }
    >
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!webhooks && !error && <SkeletonRows rows={2} />}
      {webhooks?.length === 0 && <p className="text-muted">There are none.</p>}
      {webhooks && webhooks.length > 0 && (
        <ul className="grid">
          {webhooks.map(webhook => (
            <WebhookRow key={webhook.id} webhook={webhook} onDelete={() => setDeleting(webhook)} />
          ))}
        </ul>
      )}
      <CreateWebhookDialog open={isCreating} onOpenChange={setCreating} />
      <ConfirmDialog
        thing={deleting}
        title="Delete the webhook"
        description="Mooring sends it nothing more. It also drops what waits to be sent. The list of its deliveries is deleted."
        action="Delete"
        remove={({ id: webhookId }) => client.call('deleteWebhook', { params: { webhookId } })}
        stale={[webhooksQuery]}
        onClose={() => setDeleting(null)}
      >
        <p className="font-mono text-sm break-all">{deleting?.url}</p>
      </ConfirmDialog>
    </Section>
  );
}

function WebhookRow({ webhook, onDelete }: { webhook: Webhook; onDelete: () => void }) {
  const { id, url, events, lastDeliveryAt, lastError } = webhook;
  const [isOpen, setOpen] = useState(false);
  const queryClient = useQueryClient();
  const test = useMutation({
    mutationFn: () => client.call('testWebhook', { params: { webhookId: id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey }),
  });
  return (
    <li className="grid grid-cols-1 gap-3 border-b py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-72">
          <p className="font-mono text-sm break-all">{url}</p>
          <p className="mt-1 flex flex-wrap gap-1">
            {events.map(event => (
              <Badge key={event}>{event}</Badge>
            ))}
          </p>
          <p className="mt-1 text-sm text-muted">
            Last delivered <Time at={lastDeliveryAt} />
            {lastError && <span className="text-bad"> · {lastError}</span>}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button
            size="sm"
            aria-label={`Test ${url}`}
            disabled={test.isPending}
            onClick={() => test.mutate()}
          >
            {test.isPending ? 'Sending…' : 'Test'}
          </Button>
          <Button
            size="sm"
            aria-expanded={isOpen}
            aria-label={`Deliveries to ${url}`}
            onClick={() => setOpen(!isOpen)}
          >
            Deliveries
          </Button>
          <Button size="sm" aria-label={`Delete ${url}`} onClick={onDelete}>
            Delete
          </Button>
        </div>
      </div>
      {test.error && <ProblemView error={test.error} />}
      {test.data && <TestResult delivery={test.data} />}
      {isOpen && <WebhookDeliveries webhookId={id} />}
    </li>
  );
}

const TestResult = ({ delivery: { status, responseStatus, error } }: { delivery: WebhookDelivery }) =>
  status === 'delivered' ? (
    <p role="status" className="rounded-md bg-good-soft px-3 py-2">
      It answered {responseStatus}: the test arrived.
    </p>
  ) : (
    <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 break-words">
      The test did not arrive. {error}
    </p>
  );
