import type { CliKind } from '@mooring/storage/cli';
import { direct } from '../kind.ts';

/** Direct URLs on the command line. */
export const directCli: CliKind = {
  kind: direct,
  location: {
    options: [
      { flags: '--container <name>', description: 'the host, with its scheme', field: 'container' },
      { flags: '--prefix <prefix>', description: 'only URLs whose path begins with this', field: 'prefix' },
    ],
    help: 'what all URLs begin with',
    example: 'https://data.example.com/exports/',
    instead: '--container',
  },
  credential: {
    options: [
      { flags: '--direct-urls', description: 'the URLs open the files themselves', way: 'direct-urls' },
    ],
    ways: [{ id: 'direct-urls' }],
    environment: {},
    questions: {},
    help: 'Direct URLs: --direct-urls, for files that are opened by the URLs that you register.',
    missing: 'Give --direct-urls.',
  },
  examples: { add: ['https://data.example.com/exports/ --direct-urls'], setup: [] },
  setup: {
    options: [],
    formats: [],
    request: (_, { stored, make }) => ({
      ok: true,
      value: make(stored ?? { kind: 'direct-urls' }, stored !== null),
    }),
  },
  feeds: { options: [], help: 'Direct URLs have no feeds.' },
  consent: null,
  inventory: null,
  describe: direct.credentials.describe,
};
