import { OIDC_PATHS, type SignInRefusal } from '@mooring/contract';
import { LogIn } from 'lucide-react';
import { buttonStyle } from '@/components/ui/button.tsx';
import { Warning } from '@/components/warning.tsx';

/** The button that leads to the OpenID provider; after a refusal it says why, and what to do. */
export function Provider({
  name,
  next,
  refused,
}: {
  name: string;
  next: string | undefined;
  refused: SignInRefusal | undefined;
}) {
  const query = next ? `?${new URLSearchParams({ next })}` : '';
  return (
    <div className="grid gap-3">
      {refused && (
        <div role="alert">
          <Warning>{REFUSALS[refused](name)}</Warning>
        </div>
      )}
      <a
        href={OIDC_PATHS.start + query}
        className={buttonStyle({ variant: 'primary', className: 'h-10 min-w-0 whitespace-normal' })}
      >
        <LogIn aria-hidden />
        <span className="min-w-0 truncate">Sign in with {name}</span>
      </a>
      {refused && isAboutThePerson(refused) && (
        <a href={OIDC_PATHS.signOut} className="justify-self-start text-accent underline">
          Sign out of {name}, to use another account
        </a>
      )}
    </div>
  );
}

const isAboutThePerson = (refused: SignInRefusal): boolean =>
  !['provider', 'expired', 'unavailable'].includes(refused);

const REFUSALS: Record<SignInRefusal, (name: string) => string> = {
  provider: name =>
    `${name} did not confirm the sign-in. Try again. If it fails again, ask the person who runs Mooring: the log of the server says why.`,
  expired: () => 'This sign-in took longer than 15 minutes, or was begun in another browser. Sign in again.',
  unavailable: name => `${name} does not answer. Try again in a minute, or use a sign-in link.`,
  email: name =>
    `${name} says no e-mail address of yours, or does not confirm that it is yours. Confirm your address there, or ask the person who runs Mooring.`,
  domain: () => 'Addresses of your domain may not sign in here. Use the account of your organisation.',
  group: name =>
    `None of your groups at ${name} may use Mooring. Ask the person who manages the groups to add you to one.`,
  'many-groups': name =>
    `${name} does not say your groups, because you are in very many. Ask the person who runs Mooring to give roles by app roles, or by fewer groups.`,
  stranger: () =>
    'You are not a member here. Ask an administrator of the workspace to invite your e-mail address, and sign in again.',
  taken: name =>
    `Another person of ${name} has signed in with your e-mail address before. Ask an administrator of the workspace to remove that member, and to invite you.`,
};
