import type { LinkCreate, LinkCreated } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { openLinksQuery } from '@/api/queries.ts';
import { LifeField } from '@/components/life-field.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { ShownOnce } from '@/components/shown-once.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';

const DAY_SECONDS = 86_400;
const LIVES = [
  [1 / 24, 'An hour'],
  [1, 'A day'],
  [30, '30 days'],
  [366, 'A year'],
] as const;

/** Makes a link that opens `scope` without signing in, and shows it once. `what` says what that is. */
export function CreateLinkDialog({
  scope,
  what,
  open,
  onOpenChange,
}: {
  scope: LinkCreate['scope'];
  what: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const [created, setCreated] = useState<LinkCreated | null>(null);
  const close = (isOpen: boolean) => {
    onOpenChange(isOpen);
    if (!isOpen) setCreated(null);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={created ? `Link “${created.name}”` : 'Make a link for other tools'}
      description={created ? undefined : `Any program that has the link can open ${what} without signing in.`}
    >
      {created ? <Created link={created} /> : <CreateForm scope={scope} onCreated={setCreated} />}
    </Dialog>
  );
}

function CreateForm({
  scope,
  onCreated,
}: {
  scope: LinkCreate['scope'];
  onCreated: (link: LinkCreated) => void;
}) {
  const [name, setName] = useState('');
  const [days, setDays] = useState<number>(30);
  const [origins, setOrigins] = useState('');
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => {
      const named = origins.split(/[\s,]+/).filter(text => text !== '');
      return client.call('createLink', {
        body: {
          name: name.trim(),
          scope,
          ...(named.length > 0 && { origins: named }),
          expiresInSeconds: Math.round(days * DAY_SECONDS),
        },
      });
    },
    onSuccess: link => {
      onCreated(link);
      return queryClient.invalidateQueries({ queryKey: openLinksQuery.queryKey });
    },
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Field label="Name" hint="What it is for, such as “labelling project”.">
        {props => (
          <Input {...props} value={name} maxLength={120} onChange={event => setName(event.target.value)} />
        )}
      </Field>
      <LifeField label="Works for" lives={LIVES} days={days} onChange={setDays} />
      <Field
        label="Only for pages of"
        hint="Origins, such as https://labels.example.com. Leave it empty for all pages and programs."
      >
        {props => (
          <Input
            {...props}
            value={origins}
            placeholder="any"
            onChange={event => setOrigins(event.target.value)}
          />
        )}
      </Field>
      {create.error && <ProblemView error={create.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button type="submit" variant="primary" disabled={name.trim() === '' || create.isPending}>
          Make link
        </Button>
      </DialogActions>
    </form>
  );
}

function Created({ link }: { link: LinkCreated }) {
  return (
    <div className="grid gap-4">
      <p>Copy it now: only a hash of it is stored, so it cannot be shown again.</p>
      <ShownOnce secret={link.url} what="link" />
      {link.scope.kind === 'filter' && (
        <p className="text-sm text-muted">
          Put the id of an asset in the place of <code className="font-mono">{'{assetId}'}</code>.
        </p>
      )}
      <p className="text-sm text-muted">You can revoke it at any time, in Settings.</p>
      <DialogActions>
        <DialogClose render={<Button variant="primary" />}>Done</DialogClose>
      </DialogActions>
    </div>
  );
}
