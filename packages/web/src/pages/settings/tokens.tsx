import type { Token } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { tokensQuery } from '@/api/queries.ts';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { Table, Td, Th } from '@/components/ui/table.tsx';
import { CreateTokenDialog } from './create-token-dialog.tsx';

export function Tokens() {
  const { data: tokens, error, refetch } = useQuery(tokensQuery);
  const [isCreating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  return (
    <Section
      title="API tokens"
      about="For the command line and for programs. Each is shown once, when it is made."
      actions={
        <Button onClick={() => setCreating(true)}>
          <KeyRound aria-hidden />
          Create token
        </Button>
      }
    >
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!tokens && !error && <SkeletonRows rows={2} />}
      {tokens?.length === 0 && <p className="text-muted">There are none.</p>}
      {tokens && tokens.length > 0 && (
        <Table label="API tokens">
          <thead>
            <tr>
              <Th>Name</Th>
              <Th>May</Th>
              <Th>Last used</Th>
              <Th>Expires</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {tokens.map(token => (
              <tr key={token.id}>
                <Td>
                  <span className="font-medium">{token.name}</span>
                  <span className="block font-mono text-xs text-muted">{token.hint}…</span>
                </Td>
                <Td>
                  <Badge>{token.scope}</Badge>
                </Td>
                <Td className="whitespace-nowrap text-muted">
                  <Time at={token.lastUsedAt} />
                </Td>
                <Td className="whitespace-nowrap text-muted">
                  <Time at={token.expiresAt} />
                </Td>
                <Td className="text-right">
                  <Button size="sm" aria-label={`Revoke ${token.name}`} onClick={() => setRevoking(token)}>
                    Revoke
                  </Button>
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      <CreateTokenDialog open={isCreating} onOpenChange={setCreating} />
      <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />
    </Section>
  );
}

function RevokeDialog({ token, onClose }: { token: Token | null; onClose: () => void }) {
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: (tokenId: string) => client.call('deleteToken', { params: { tokenId } }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
  return (
    <Dialog
      open={token !== null}
      onOpenChange={open => !open && onClose()}
      title={`Revoke ${token?.name ?? 'the token'}`}
      description="Whatever uses it is refused from now on. This cannot be undone; a new token can be made at any time."
    >
      {revoke.error && <ProblemView error={revoke.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Keep it</DialogClose>
        <Button variant="danger" disabled={revoke.isPending} onClick={() => token && revoke.mutate(token.id)}>
          Revoke
        </Button>
      </DialogActions>
    </Dialog>
  );
}
