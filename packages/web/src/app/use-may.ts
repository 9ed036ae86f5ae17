import { type Action, may } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { identityQuery } from '@/api/queries.ts';

/** Whether the person who is signed in may do something; false until it is known. */
export function useMay(action: Action): boolean {
  const { data: identity } = useQuery(identityQuery);
  return identity !== undefined && may(identity, action);
}
