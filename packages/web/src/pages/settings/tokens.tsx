import type { Token } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { tokensQuery } from '@/api/queries.ts';
import { ConfirmDialog } from '@/components/confirm-dialog.tsx';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { CreateTokenDialog } from './create-token-dialog.tsx';

/** API tokens of the workspace, or those of the person alone. */
export function Tokens({ isOwn }: { isOwn: boolean }) {
  const { data: tokens, error, refetch } = useQuery(tokensQuery(isOwn));
  const [isCreating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  return (
    <Section
      title={isOwn ? 'Your API tokens' : 'API tokens'}
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
        <ul className="grid">
          {tokens.map(token => (
            <li key={token.id} className="flex items-center gap-4 border-b py-3 last:border-b-0">
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-center gap-x-2.5">
                  <span className="font-medium break-words">{token.name}</span>
                  <Badge>{token.role}</Badge>
                  {token.readOnly && <Badge>only reads</Badge>}
                  {token.scope && <Badge>opens one {token.scope.kind}</Badge>}
                  <Badge>{token.memberName ?? 'service'}</Badge>
                  <span className="font-mono text-xs text-muted">{token.hint}…</span>
                </p>
                <p className="text-sm text-muted">
                  {token.lastUsedAt ? 'Last used ' : ''}
                  <Time at={token.lastUsedAt} none="Never used" /> · expires <Time at={token.expiresAt} />
                </p>
              </div>
              <Button size="sm" aria-label={`Revoke ${token.name}`} onClick={() => setRevoking(token)}>
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
      <CreateTokenDialog isOwn={isOwn} open={isCreating} onOpenChange={setCreating} />
      <RevokeDialog isOwn={isOwn} token={revoking} onClose={() => setRevoking(null)} />
    </Section>
  );
}

function RevokeDialog({
  isOwn,
  token,
  onClose,
}: {
  isOwn: boolean;
  token: Token | null;
  onClose: () => void;
}) {
  return (
    <ConfirmDialog
      thing={token}
      title={`Revoke ${token?.name ?? 'the token'}`}
      description="From now on Mooring refuses every program that uses it, and all tokens, links and sessions that came from it. This cannot be undone. You can make a new token at any time."
      action="Revoke"
      remove={({ id: tokenId }) =>
        client.call(isOwn ? 'deleteOwnToken' : 'deleteToken', { params: { tokenId } })
      }
      stale={[tokensQuery(isOwn)]}
      onClose={onClose}
    />
  );
}
