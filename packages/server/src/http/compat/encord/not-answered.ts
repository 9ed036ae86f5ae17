import { MooringError } from '../../../platform/problem.ts';

/** As a mistake in the request: the client shows its own words for what is not found, and ours for this. */
export const notAnswered = (call: string): MooringError =>
  new MooringError(
    'invalid_request',
    `Mooring does not answer this call of Encord’s client: ${call.slice(0, 200)}.`,
    {
      fix: 'The guide docs/guides/from-encord.md says which calls there are.',
    },
  );
