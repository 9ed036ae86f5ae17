import { MooringApiError } from '@mooring/sdk';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { client } from '@/api/client.ts';
import { identityQuery, signInOptionsQuery } from '@/api/queries.ts';
import { Logo } from '@/app/logo.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Snippet } from '@/components/snippet.tsx';
import { keepNextPage, takeNextPage } from './next-page.ts';
import { Provider } from './provider.tsx';

const route = getRouteApi('/sign-in');

const readCode = (hash: string): string | null => new URLSearchParams(hash).get('code');

export function SignInPage() {
  const { next, refused } = route.useSearch();
  const code = useLocation({ select: ({ hash }) => readCode(hash) });
  const { data: options } = useQuery({ ...signInOptionsQuery, enabled: code === null });
  const [error, setError] = useState<unknown>(null);
  const queryClient = useQueryClient();
  const router = useRouter();
  const navigate = useNavigate();

  useEffect(() => {
    if (code === null) {
      if (next) keepNextPage(next);
      return;
    }
    exchange(code).then(
      ({ identity, wanted }) => {
        queryClient.setQueryData(identityQuery.queryKey, identity);
        const page = next ?? wanted;
        if (page) router.history.replace(page);
        else void navigate({ to: '/', replace: true });
      },
      (failure: unknown) => {
        setError(failure);
        // The code is of no more use: out of the address, and out of the history.
        void navigate({ to: '/sign-in', search: next ? { next } : {}, replace: true });
      },
    );
  }, [code, next, queryClient, router, navigate]);

  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <title>Sign in · Mooring</title>
      <div className="grid w-full max-w-md gap-5">
        <h1 className="flex items-center gap-2.5 text-xl font-semibold tracking-tight">
          <Logo className="size-6 text-accent" />
          Sign in to Mooring
        </h1>
        {code !== null && <p role="status">Signing in…</p>}
        {code === null && error !== null && <ProblemView error={error} />}
        {code === null && options?.oidc && (
          <Provider name={options.oidc.name} next={next} refused={refused} />
        )}
        {code === null && (
          <HowToGetALink expired={error instanceof MooringApiError} isOther={Boolean(options?.oidc)} />
        )}
      </div>
    </main>
  );
}

/** @param isOther whether the page offers another way */
function HowToGetALink({ expired, isOther }: { expired: boolean; isOther: boolean }) {
  const why = isOther
    ? 'Or you sign in with a link that works once, within an hour. '
    : 'There are no passwords. You sign in with a link that works once, within an hour. ';
  return (
    <div className="grid gap-3">
      <p>
        {expired ? 'Each link works once, for an hour. ' : why}
        On the machine where Mooring runs, ask for {expired ? 'another' : 'one'}, and open it in this browser:
      </p>
      <Snippet title="Terminal" text="mooring sign-in-link" />
      <p className="text-muted">
        <code className="font-mono text-sm">mooring serve</code> prints one as well when it starts for the
        first time. If someone else runs Mooring for you, ask them to send you a link.
      </p>
    </div>
  );
}

/** React runs effects twice in development; the second run gets the answer to the first. */
const exchanges = new Map<string, ReturnType<typeof createSession>>();
async function createSession(code: string) {
  const identity = await client.call('createSession', { body: { code } });
  return { identity, wanted: takeNextPage() };
}
function exchange(code: string) {
  const started = exchanges.get(code) ?? createSession(code);
  exchanges.set(code, started);
  return started;
}
