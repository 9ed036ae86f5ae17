import type { Connection, CredentialInput } from '@mooring/contract';
import { MooringApiError } from '@mooring/sdk';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { connectionQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Warning } from '@/components/warning.tsx';
import { signedUrls } from '@/delivery/browser-urls.ts';
import { kindOf } from '@/storage-kind.ts';
import { CredentialFields } from './credential/credential-fields.tsx';
import { draftOf, isStoredCredential, readChange, wayOf, wholeRefusal } from './credential/draft.ts';

interface Props {
  connection: Connection;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onReplaced: () => void;
}

export const ReplaceCredentialDialog = (props: Props) => (
  <Dialog
    open={props.open}
    onOpenChange={props.onOpenChange}
    title={replaceWords(props.connection)}
    description="Mooring tries the new credential first. The old one works until it is replaced, so nothing is interrupted."
    className="max-w-2xl"
  >
    <ReplaceForm {...props} />
  </Dialog>
);

/** What replacing the credential of a connection is called. */
export function replaceWords({
  status,
  provider,
  credential,
}: Pick<Connection, 'status' | 'provider' | 'credential'>): string {
  if (status === 'unlinked') return 'Link again';
  return wayOf(kindOf(provider), credential.kind)?.replace ?? 'Replace the credential';
}

function ReplaceForm({ connection, onOpenChange, onReplaced }: Props) {
  const { credential, location, accessMode } = connection;
  const kind = kindOf(connection.provider);
  const [draft, setDraft] = useState(() => draftOf(kind, credential));
  const replace = useReplaceCredential(connection.id);
  const context = { now: new Date(), location, accessMode };
  const stored = connection.status === 'unlinked' ? null : credential;
  const isTyped = !stored || !isStoredCredential(kind, draft, stored);
  const read = readChange(kind, draft, stored, context);
  const input = read.ok && isTyped ? read.value : null;
  const refusal = read.ok ? null : wholeRefusal(kind, draft, context);
  const grantsLess =
    replace.error instanceof MooringApiError && replace.error.code === 'credential_grants_less';
  const send = (acceptLess: boolean) => {
    if (!input) return;
    const onSuccess = () => {
      onOpenChange(false);
      onReplaced();
    };
    replace.mutate({ credential: input, acceptLess }, { onSuccess });
  };
  return (
    <form
      className="grid grid-cols-1 gap-5"
      onSubmit={event => {
        event.preventDefault();
        send(false);
      }}
    >
      <CredentialFields
        kind={kind}
        value={draft}
        onChange={changed => {
          replace.reset();
          setDraft(changed);
        }}
        location={location}
        stored={stored}
      />
      {refusal && (
        <Warning>
          {refusal.message} {refusal.fix}
        </Warning>
      )}
      {replace.error && <ProblemView error={replace.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        {grantsLess && (
          <Button variant="danger" disabled={!input || replace.isPending} onClick={() => send(true)}>
            Replace anyway
          </Button>
        )}
        <Button type="submit" variant="primary" disabled={!input || replace.isPending}>
          {replace.isPending ? 'Trying the new one…' : grantsLess ? 'Try again' : 'Try and replace'}
        </Button>
      </DialogActions>
    </form>
  );
}

function useReplaceCredential(connectionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { credential: CredentialInput; acceptLess: boolean }) =>
      client.call('replaceCredential', { params: { connectionId }, body }),
    onSuccess: replaced => {
      // URLs made with the credential of before may no longer work.
      signedUrls.clear();
      queryClient.setQueryData(connectionQuery(connectionId).queryKey, replaced);
      return queryClient.invalidateQueries();
    },
  });
}
