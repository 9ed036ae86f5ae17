import { may, OIDC_PATHS, ROLE_WORDS } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { client } from '@/api/client.ts';
import { identityQuery } from '@/api/queries.ts';
import { setTheme, THEMES, type Theme, useTheme } from '@/app/theme.ts';
import { Fact, Facts } from '@/components/facts.tsx';
import { Page, Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { signedUrls } from '@/delivery/browser-urls.ts';
import { Links } from '@/pages/links/links.tsx';
import { roleName } from '@/pages/people/words.ts';
import { AuditLink } from './audit-link.tsx';
import { PeopleLink } from './people-link.tsx';
import { Quota } from './quota.tsx';
import { Sessions } from './sessions.tsx';
import { SshKeys } from './ssh-keys.tsx';
import { Tokens } from './tokens.tsx';
import { Webhooks } from './webhooks.tsx';

export function SettingsPage() {
  const { data: identity, error, refetch } = useQuery(identityQuery);
  return (
    <Page title="Settings">
      <Section title="You" actions={<SignOut isOidc={identity?.isOidc ?? false} />}>
        {error && <ProblemView error={error} onRetry={() => refetch()} />}
        {!identity && !error && <SkeletonRows rows={3} />}
        {identity && (
          <Facts>
            <Fact name="Name">{identity.name}</Fact>
            <Fact name="Workspace">{identity.workspace.name}</Fact>
            <Fact name="Role">
              {roleName(identity.role)}: {ROLE_WORDS[identity.role]}
            </Fact>
            <Fact name="Session ends">
              <Time at={identity.expiresAt} />
            </Fact>
          </Facts>
        )}
      </Section>
      {identity && <Quota canChange={may(identity, 'workspace.change')} />}
      {identity && may(identity, 'people.see') && <PeopleLink />}
      {identity && <Tokens isOwn={!may(identity, 'people.see')} />}
      {identity && may(identity, 'links.see') && <Links />}
      {identity && <SshKeys />}
      {identity && <Sessions isOwn={!may(identity, 'people.see')} />}
      {identity && may(identity, 'webhooks.see') && <Webhooks />}
      {identity && may(identity, 'audit.see') && <AuditLink />}
      <Appearance />
    </Page>
  );
}

/** @param isOidc whether signing out goes on at the OpenID provider */
function SignOut({ isOidc }: { isOidc: boolean }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => client.call('deleteSession'),
    onSuccess: async () => {
      signedUrls.clear();
      if (isOidc) return window.location.assign(OIDC_PATHS.signOut);
      await navigate({ to: '/sign-in' });
      queryClient.clear();
    },
  });
  return (
    <>
      {signOut.error && <ProblemView error={signOut.error} />}
      <Button disabled={signOut.isPending} onClick={() => signOut.mutate()}>
        <LogOut aria-hidden />
        Sign out
      </Button>
    </>
  );
}

const THEME_LOOKS: Record<Theme, { word: string; icon: typeof Sun }> = {
  system: { word: 'As the system', icon: Monitor },
  light: { word: 'Light', icon: Sun },
  dark: { word: 'Dark', icon: Moon },
};

function Appearance() {
  const theme = useTheme();
  return (
    <Section title="Appearance">
      <fieldset aria-label="Theme" className="flex flex-wrap gap-1">
        {THEMES.map(known => {
          const { word, icon: Icon } = THEME_LOOKS[known];
          return (
            <Button
              key={known}
              variant="ghost"
              aria-pressed={known === theme}
              onClick={() => setTheme(known)}
            >
              <Icon aria-hidden />
              {word}
            </Button>
          );
        })}
      </fieldset>
    </Section>
  );
}
