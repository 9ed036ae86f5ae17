import type { BrowserAdvice } from '@mooring/storage';
import type { S3Location } from './schemas.ts';
import { corsSnippets } from './setup/cors.ts';

/** What to do at the bucket where it refuses a page of this origin. */
export const s3BrowserAdvice = (location: S3Location, origin: string): BrowserAdvice => ({
  // A policy with a condition on addresses answers like one without the right to read.
  isNetworkRefusal: observed => observed.includes('AccessDenied'),
  holder: 'the bucket',
  corsSnippets: () => corsSnippets(location, [origin]),
  admitNetwork: {
    steps: [
      'Look in the policies of bucket, role and organisation for conditions on addresses (aws:SourceIp, aws:SourceVpc, aws:SourceVpce). A signed URL is judged at the address of the browser, not at that of Mooring.',
      'Allow the addresses of your people there, or open Mooring from a network that the condition allows.',
      'If browsers reach the storage under another name than Mooring does, type it into “Endpoint for browsers” of the connection.',
    ],
    snippets: [],
  },
});
