import { createClient, MooringApiError, MooringUnreachableError } from '@mooring/sdk';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

/** The API at this page's own origin; the session cookie is the credential. */
export const client = createClient({ retries: 0 });

export const isUnauthenticated = (error: unknown): boolean =>
  error instanceof MooringApiError && error.code === 'unauthenticated';

/** `onUnauthenticated` is called when any answer says that the session has ended. */
export function createQueryClient(onUnauthenticated: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isUnauthenticated(error)) onUnauthenticated();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5000,
        // What the server refused it would refuse again; only silence is worth another attempt.
        retry: (failures, error) => error instanceof MooringUnreachableError && failures < 2,
      },
    },
  });
}
