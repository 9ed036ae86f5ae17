import { WEBHOOK_EVENTS, type WebhookCreated, type WebhookEvent } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { webhooksQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { ShownOnce } from '@/components/shown-once.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';

const EVENT_WORDS: Record<WebhookEvent, string> = {
  'connection.status_changed': 'A connection becomes healthy, degraded or broken',
  'connection.credential_expiring': 'A credential ends in 30, 7 or 1 days',
  'connection.unlinked': 'A connection is unlinked',
  'sync.finished': 'A sync has finished',
  'sync.failed': 'A sync has failed',
  'assets.added': 'Assets were added',
  'assets.removed': 'Assets have gone',
};

export function CreateWebhookDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const [created, setCreated] = useState<WebhookCreated | null>(null);
  const close = (isOpen: boolean) => {
    onOpenChange(isOpen);
    if (!isOpen) setCreated(null);
  };
  return (
    <Dialog open={open} onOpenChange={close} title={created ? 'The webhook’s secret' : 'Create a webhook'}>
      {created ? <Created secret={created.secret} /> : <CreateForm onCreated={setCreated} />}
    </Dialog>
  );
}

function CreateForm({ onCreated }: { onCreated: (webhook: WebhookCreated) => void }) {
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<readonly WebhookEvent[]>(WEBHOOK_EVENTS);
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => client.call('createWebhook', { body: { url: url.trim(), events: [...events] } }),
    onSuccess: webhook => {
      onCreated(webhook);
      return queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey });
    },
  });
  const toggle = (event: WebhookEvent) =>
    setEvents(WEBHOOK_EVENTS.filter(known => (known === event) !== events.includes(known)));
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Field label="URL" hint="Where messages are sent, by POST. Mooring’s server must be able to reach it.">
        {props => (
          <Input
            {...props}
            type="url"
            inputMode="url"
            placeholder="https://example.com/mooring"
            value={url}
            onChange={event => setUrl(event.target.value)}
          />
        )}
      </Field>
      <fieldset className="grid gap-1.5">
        <legend className="mb-1.5 text-sm font-medium">Events</legend>
        {WEBHOOK_EVENTS.map(event => (
          <label key={event} className="flex cursor-pointer items-start gap-2.5">
            <input
              type="checkbox"
              className="mt-1 shrink-0 accent-accent"
              checked={events.includes(event)}
              onChange={() => toggle(event)}
            />
            <span className="min-w-0">{EVENT_WORDS[event]}</span>
          </label>
        ))}
      </fieldset>
      {create.error && <ProblemView error={create.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button
          type="submit"
          variant="primary"
          disabled={!URL.canParse(url.trim()) || events.length === 0 || create.isPending}
        >
          Create webhook
        </Button>
      </DialogActions>
    </form>
  );
}

function Created({ secret }: { secret: string }) {
  return (
    <div className="grid gap-4">
      <p>
        Copy it now: it cannot be shown again. Your receiver verifies with it that a message is from here, as{' '}
        <a
          href="https://www.standardwebhooks.com"
          className="text-accent underline"
          target="_blank"
          rel="noreferrer"
        >
          Standard Webhooks
        </a>{' '}
        says.
      </p>
      <ShownOnce secret={secret} what="secret" />
      <DialogActions>
        <DialogClose render={<Button variant="primary" />}>Done</DialogClose>
      </DialogActions>
    </div>
  );
}
