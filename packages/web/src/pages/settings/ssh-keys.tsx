import type { SshKey } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Key } from 'lucide-react';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { sshKeysQuery } from '@/api/queries.ts';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { AddSshKeyDialog } from './add-ssh-key-dialog.tsx';

/** Public keys by which clients of other platforms know the person. */
export function SshKeys() {
  const { data: keys, error, refetch } = useQuery(sshKeysQuery);
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<SshKey | null>(null);
  return (
    <Section
      title="Your SSH keys"
      about="Scripts that were written for Encord sign with a key. What they do counts as done by you."
      actions={
        <Button onClick={() => setAdding(true)}>
          <Key aria-hidden />
          Add SSH key
        </Button>
      }
    >
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!keys && !error && <SkeletonRows rows={1} />}
      {keys?.length === 0 && <p className="text-muted">There are none.</p>}
      {keys && keys.length > 0 && (
        <ul className="grid">
          {keys.map(key => (
            <li key={key.id} className="flex items-center gap-4 border-b py-3 last:border-b-0">
              <div className="min-w-0 flex-1">
                <p className="font-medium break-words">{key.name}</p>
                <p className="font-mono text-xs break-all text-muted">{key.fingerprint}</p>
                <p className="text-sm text-muted">
                  {key.lastUsedAt ? 'Last used ' : ''}
                  <Time at={key.lastUsedAt} none="Never used" /> · expires <Time at={key.expiresAt} />
                </p>
              </div>
              <Button size="sm" aria-label={`Remove ${key.name}`} onClick={() => setRemoving(key)}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <AddSshKeyDialog open={isAdding} onOpenChange={setAdding} />
      <RemoveDialog sshKey={removing} onClose={() => setRemoving(null)} />
    </Section>
  );
}

function RemoveDialog({ sshKey, onClose }: { sshKey: SshKey | null; onClose: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: (sshKeyId: string) => client.call('deleteOwnSshKey', { params: { sshKeyId } }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: sshKeysQuery.queryKey });
    },
  });
  return (
    <Dialog
      open={sshKey !== null}
      onOpenChange={open => !open && onClose()}
      title={`Remove ${sshKey?.name ?? 'the key'}`}
      description="From now on Mooring refuses every script that signs with it. You can add it again at any time."
    >
      {remove.error && <ProblemView error={remove.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Keep it</DialogClose>
        <Button
          variant="danger"
          disabled={remove.isPending}
          onClick={() => sshKey && remove.mutate(sshKey.id)}
        >
          Remove
        </Button>
      </DialogActions>
    </Dialog>
  );
}
