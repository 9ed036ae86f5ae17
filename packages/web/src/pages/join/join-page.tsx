import type { OpenInvitation } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { identityQuery } from '@/api/queries.ts';
import { Logo } from '@/app/logo.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { roleHint } from '@/pages/people/words.ts';

/** Where an invitation leads: says who invites to what, asks for a name, and signs in. */
export function JoinPage() {
  const code = useLocation({ select: ({ hash }) => new URLSearchParams(hash).get('code') ?? '' });
  const { data: invitation, error } = useQuery({
    queryKey: ['invitation', code],
    queryFn: ({ signal }) => client.call('openInvitation', { body: { code }, signal }),
    enabled: code !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <title>Join · Mooring</title>
      <div className="grid w-full max-w-md gap-5">
        <h1 className="flex items-center gap-2.5 text-xl font-semibold tracking-tight">
          <Logo className="size-6 shrink-0 text-accent" />
          <span className="min-w-0 break-words">
            {invitation ? `Join “${invitation.workspace}” in Mooring` : 'Join Mooring'}
          </span>
        </h1>
        {code === '' && <p>This address is not whole. Copy the link again, with everything after the #.</p>}
        {error && (
          <>
            <ProblemView error={error} />
            <Link to="/sign-in" className="justify-self-start text-accent underline">
              Sign in
            </Link>
          </>
        )}
        {code !== '' && !invitation && !error && <SkeletonRows rows={2} />}
        {invitation && <Form code={code} invitation={invitation} />}
      </div>
    </main>
  );
}

function Form({ code, invitation }: { code: string; invitation: OpenInvitation }) {
  const { email, role, expiresAt } = invitation;
  const [name, setName] = useState('');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const join = useMutation({
    mutationFn: () => client.call('acceptInvitation', { body: { code, name: name.trim() } }),
    onSuccess: identity => {
      queryClient.clear(); // of a person who was signed in before
      queryClient.setQueryData(identityQuery.queryKey, identity);
      void navigate({ to: '/', replace: true });
    },
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        join.mutate();
      }}
    >
      <p>
        The invitation is for <span className="font-medium break-all">{email}</span>. You join as {role}.{' '}
        {roleHint(role)} The invitation ends <Time at={expiresAt} />.
      </p>
      <Field label="Your name" hint="As the others in the workspace see it.">
        {props => (
          <Input
            {...props}
            autoComplete="name"
            value={name}
            maxLength={120}
            onChange={event => setName(event.target.value)}
          />
        )}
      </Field>
      {join.error && <ProblemView error={join.error} />}
      <div>
        <Button type="submit" variant="primary" disabled={name.trim() === '' || join.isPending}>
          Join
        </Button>
      </div>
    </form>
  );
}
