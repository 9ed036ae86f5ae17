import type { Connection } from '@mooring/contract';
import { useState } from 'react';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { CredentialFields } from './credential/credential-fields.tsx';
import { type CredentialDraft, EMPTY_CREDENTIAL, toCredentialInput } from './credential/draft.ts';
import { useUpdateConnection } from './update-connection.ts';

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
    title="Replace the credential"
    description="Everything else of the connection stays. The checks run afterwards."
    className="max-w-2xl"
  >
    <ReplaceForm {...props} />
  </Dialog>
);

function ReplaceForm({ connection, onOpenChange, onReplaced }: Props) {
  const { credential, location } = connection;
  const [draft, setDraft] = useState<CredentialDraft>({
    ...EMPTY_CREDENTIAL,
    kind: credential.kind,
    ...(credential.kind === 'azure-app' && { tenantId: credential.tenantId, clientId: credential.clientId }),
  });
  const update = useUpdateConnection(connection);
  const input = toCredentialInput(draft, new Date());
  return (
    <form
      className="grid gap-5"
      onSubmit={event => {
        event.preventDefault();
        if (!input) return;
        const onSuccess = () => {
          onOpenChange(false);
          onReplaced();
        };
        update.mutate({ credential: input }, { onSuccess });
      }}
    >
      <CredentialFields value={draft} onChange={setDraft} location={location} />
      {update.error && <ProblemView error={update.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button type="submit" variant="primary" disabled={!input || update.isPending}>
          Replace
        </Button>
      </DialogActions>
    </form>
  );
}
