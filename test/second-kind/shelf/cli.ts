import type { CliKind } from '@mooring/storage/cli';
import { shelf } from './index.ts';

/** The shelf on the command line. */
export const shelfCli: CliKind = {
  kind: shelf,
  location: {
    options: shelf.location.parts.map(({ name, label }) => ({
      ...{ flags: `--${name} <name>`, description: `the ${label.toLowerCase()}`, field: name },
    })),
    ...{ help: 'the address of a box', example: 'shelf://attic/photos', instead: '--room and --container' },
  },
  credential: {
    options: [
      { flags: '--key-file <file>', description: 'the key, in a file', field: 'key', isFile: true },
      { flags: '--house', description: 'the key of the house', way: 'shelf-house' },
    ],
    ...{ ways: shelf.credentials.ways, environment: { key: 'SHELF_KEY' }, questions: {} },
    ...{ help: 'The credential is --key-file, or --house.', missing: 'Give --key-file or --house.' },
  },
  examples: { add: ['shelf://attic/photos --key-file key.txt'], setup: ['shelf://attic/photos'] },
  setup: {
    ...{ options: [], formats: ['shelf-cli'] },
    request: (_, { stored, make }) => ({ ok: true, value: make(stored ?? { kind: 'shelf-key' }, !!stored) }),
  },
  feeds: { options: [], help: 'Follows the bell of a box.' },
  ...{ consent: null, inventory: null, describe: shelf.credentials.describe },
};
