import type { Invitation } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '@/api/client.ts';
import { invitationsQuery } from '@/api/queries.ts';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';

/** People who are invited and have not come yet. */
export function Invitations() {
  const { data: invitations, error, refetch } = useQuery(invitationsQuery);
  return (
    <Section title="Invitations">
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!invitations && !error && <SkeletonRows rows={1} />}
      {invitations?.length === 0 && <p className="text-muted">There are none that still work.</p>}
      {invitations && invitations.length > 0 && (
        <ul className="grid" aria-label="Invitations">
          {invitations.map(invitation => (
            <Row key={invitation.id} invitation={invitation} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Row({ invitation: { id, email, role, invitedBy, expiresAt } }: { invitation: Invitation }) {
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => client.call('deleteInvitation', { params: { invitationId: id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  });
  return (
    <li className="grid gap-2 border-b py-3 last:border-b-0">
      <div className="flex items-center gap-4">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-x-2.5">
            <span className="font-medium break-all">{email}</span>
            <Badge>{role}</Badge>
          </p>
          <p className="text-sm text-muted">
            {invitedBy && `Invited by ${invitedBy} · `}ends <Time at={expiresAt} />
          </p>
        </div>
        <Button
          size="sm"
          aria-label={`Revoke the invitation of ${email}`}
          disabled={revoke.isPending}
          onClick={() => revoke.mutate()}
        >
          Revoke
        </Button>
      </div>
      {revoke.error && <ProblemView error={revoke.error} />}
    </li>
  );
}
