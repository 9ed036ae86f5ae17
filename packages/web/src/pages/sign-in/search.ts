import { SIGN_IN_REFUSALS, type SignInRefusal } from '@mooring/contract';
import { secretIn } from '@/storage-kind.ts';

interface SignInSearch {
  /** The page that a person wanted. */
  next?: string;
  /** Why the person did not get in at the OpenID provider. */
  refused?: SignInRefusal;
}

export function readSignInSearch({ next, refused }: Record<string, unknown>): SignInSearch {
  const why = SIGN_IN_REFUSALS.find(known => known === refused);
  // Only paths of this site: never an address that another person put into a link.
  const isPath = typeof next === 'string' && /^\/(?![/\\])/.test(next) && secretIn(next) === null;
  return { ...(isPath && { next }), ...(why && { refused: why }) };
}
