import type { SshKey } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Key } from 'lucide-react';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { sshKeysQuery } from '@/api/queries.ts';
import { ConfirmDialog } from '@/components/confirm-dialog.tsx';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
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
      <ConfirmDialog
        thing={removing}
        title={`Remove ${removing?.name ?? 'the key'}`}
        description="From now on Mooring refuses every script that signs with it. You can add it again at any time."
        action="Remove"
        remove={({ id: sshKeyId }) => client.call('deleteOwnSshKey', { params: { sshKeyId } })}
        stale={[sshKeysQuery]}
        onClose={() => setRemoving(null)}
      />
    </Section>
  );
}
