import { ID_PREFIXES } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '@/api/client.ts';
import { linksQuery, sessionsQuery } from '@/api/queries.ts';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';

/** Where people are signed in, and which links still open something. Each can be ended. */
export function Sessions({ isOwn }: { isOwn: boolean }) {
  const sessions = useQuery(sessionsQuery(isOwn));
  const links = useQuery({ ...linksQuery, enabled: !isOwn });
  const error = sessions.error ?? links.error;
  const refetch = () => Promise.all([sessions.refetch(), ...(isOwn ? [] : [links.refetch()])]);
  const shownLinks = isOwn ? [] : links.data;
  return (
    <Section
      title={isOwn ? 'Your sessions' : 'Sessions and links'}
      about={
        isOwn
          ? 'Browsers in which you are signed in.'
          : 'Browsers that are signed in, sign-in links that were not used, and links to set-up pages. What came from a token ends with it.'
      }
    >
      {error && <ProblemView error={error} onRetry={refetch} />}
      {(!sessions.data || !shownLinks) && !error && <SkeletonRows rows={2} />}
      {sessions.data && shownLinks && (
        <ul className="grid" aria-label="Sessions and links">
          {sessions.data.map(session => (
            <Row
              key={session.id}
              {...session}
              isOwn={isOwn}
              title={session.name}
              badge={session.current ? 'this browser' : 'session'}
              canEnd={!session.current} // by signing out
            />
          ))}
          {shownLinks.map(link => (
            <Row
              key={link.id}
              {...link}
              isOwn={false}
              title={isSignInLink(link.id) ? 'Sign-in link' : 'Link to a set-up page'}
              badge="link"
              canEnd
            />
          ))}
        </ul>
      )}
    </Section>
  );
}

const isSignInLink = (id: string): boolean => id.startsWith(`${ID_PREFIXES.signInLink}_`);

interface Shown {
  id: string;
  isOwn: boolean;
  title: string;
  badge: string;
  createdAt: string;
  expiresAt: string;
  parentTokenId: string | null;
  canEnd: boolean;
}

function Row({ id, isOwn, title, badge, createdAt, expiresAt, parentTokenId, canEnd }: Shown) {
  const queryClient = useQueryClient();
  const end = useMutation({
    mutationFn: () => {
      if (id.startsWith(`${ID_PREFIXES.session}_`))
        return client.call(isOwn ? 'endOwnSession' : 'endSession', { params: { sessionId: id } });
      if (isSignInLink(id)) return client.call('deleteSignInLink', { params: { signInLinkId: id } });
      return client.call('deleteSetupLink', { params: { setupLinkId: id } });
    },
    onSuccess: () =>
      Promise.all(
        [sessionsQuery(isOwn), linksQuery].map(({ queryKey }) => queryClient.invalidateQueries({ queryKey })),
      ),
  });
  return (
    <li className="grid gap-3 border-b py-3 last:border-b-0">
      <div className="flex items-center gap-4">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-x-2.5">
            <span className="font-medium break-words">{title}</span>
            <Badge>{badge}</Badge>
          </p>
          <p className="text-sm text-muted">
            Began <Time at={createdAt} /> · ends <Time at={expiresAt} />
            {parentTokenId && (
              <>
                {' '}
                · from <span className="font-mono text-xs break-all">{parentTokenId}</span>
              </>
            )}
          </p>
        </div>
        {canEnd && (
          <Button
            size="sm"
            aria-label={`End ${title}, ${id}`}
            disabled={end.isPending}
            onClick={() => end.mutate()}
          >
            End
          </Button>
        )}
      </div>
      {end.error && <ProblemView error={end.error} />}
    </li>
  );
}
