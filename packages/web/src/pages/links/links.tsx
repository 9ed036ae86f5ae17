import type { Link } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { openLinksQuery } from '@/api/queries.ts';
import { ConfirmDialog } from '@/components/confirm-dialog.tsx';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';

/** The links that open assets without signing in; each can be revoked. */
export function Links() {
  const { data: links, error, refetch } = useQuery(openLinksQuery);
  const [revoking, setRevoking] = useState<Link | null>(null);
  return (
    <Section
      title="Links for other tools"
      about="They open assets without signing in. Make one on the page of an asset, or for what is listed under Assets."
    >
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!links && !error && <SkeletonRows rows={2} />}
      {links?.length === 0 && <p className="text-muted">There are none.</p>}
      {links && links.length > 0 && (
        <ul className="grid" aria-label="Links for other tools">
          {links.map(link => (
            <li key={link.id} className="flex items-center gap-4 border-b py-3 last:border-b-0">
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-center gap-x-2.5">
                  <span className="font-medium break-words">{link.name}</span>
                  <Badge>{scopeWords(link.scope)}</Badge>
                  <Badge>{link.memberName ?? 'service'}</Badge>
                  <span className="font-mono text-xs text-muted">{link.hint}…</span>
                </p>
                {link.origins && (
                  <p className="text-sm break-words text-muted">
                    Only for pages of {link.origins.join(', ')}
                  </p>
                )}
                <p className="text-sm text-muted">
                  {link.lastUsedAt ? 'Last used ' : ''}
                  <Time at={link.lastUsedAt} none="Never used" /> · expires <Time at={link.expiresAt} />
                </p>
              </div>
              <Button size="sm" aria-label={`Revoke ${link.name}`} onClick={() => setRevoking(link)}>
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
      <ConfirmDialog
        thing={revoking}
        title={`Revoke ${revoking?.name ?? 'the link'}`}
        description="From now on Mooring refuses it. Tools that use it show these assets no more. A signed URL that it gave out before works until its end, minutes later. This cannot be undone."
        action="Revoke"
        remove={({ id: linkId }) => client.call('deleteLink', { params: { linkId } })}
        stale={[openLinksQuery]}
        onClose={() => setRevoking(null)}
      />
    </Section>
  );
}

function scopeWords(scope: Link['scope']): string {
  if (scope.kind === 'asset') return 'one asset';
  const { folderId, sourceId, connectionId, recursive: _recursive, ...others } = scope.filter;
  if (Object.keys(others).length > 0) return 'a selection';
  if (folderId) return 'a folder';
  if (sourceId) return 'a source';
  return connectionId ? 'a connection' : 'all assets';
}
