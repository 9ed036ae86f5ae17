import { azure } from '@mooring/azure';
import { type FormField, SOUND, type StorageKind, wrong } from '@mooring/storage';
import type { CliKind } from '@mooring/storage/cli';

const judgeKey: FormField['judge'] = text =>
  text.length === 4 ? SOUND : wrong('A shelf key has four digits.', 'Read them off the shelf.');

/** A second storage kind, for what depends on there being several: a shelf of boxes. */
const shelf: StorageKind = {
  ...azure,
  id: 'shelf',
  words: { ...azure.words, service: 'Shelf', cloud: 'the shop', container: 'box' },
  location: {
    ...azure.location,
    parts: ['room', 'container', 'prefix'].map(name => ({ name, label: name, judge: () => SOUND })),
    recognises: text => text.startsWith('shelf:'),
    read({ url = '', room = /^shelf:(\w+)/.exec(url)?.[1] ?? '', container = 'a', prefix = '' }) {
      if (room !== '') return { ok: true, value: { room, container, prefix } };
      const message = 'The room is missing.';
      return { ok: false, code: 'invalid_location', field: 'room', message, fix: 'Name it.' };
    },
    credentialIn: () => null,
    place: location => String(location.room),
  },
  credentials: {
    ...azure.credentials,
    ways: [
      {
        ...azure.credentials.ways.find(({ id }) => id === 'azure-app')!,
        ...{ id: 'shelf-key', label: 'Key', words: 'a key' },
        fields: [{ name: 'key', label: 'Key', secret: true, judge: judgeKey }],
      },
    ],
    read({ key }, context) {
      const [problem] = judgeKey(String(key), context).problems;
      if (!problem) return { ok: true, value: { kind: 'shelf-key', key } };
      return { ok: false, field: 'key', ...problem };
    },
  },
};

export const shelfCli: CliKind = {
  kind: shelf,
  location: {
    options: [
      { flags: '--room <name>', description: 'the room', field: 'room' },
      { flags: '--container <name>', description: 'the box', field: 'container' },
    ],
    help: 'the name of a shelf',
    example: 'shelf:attic',
    instead: '--room',
  },
  credential: {
    options: [{ flags: '--key-file <file>', description: 'the key, in a file', field: 'key', isFile: true }],
    ways: [{ id: 'shelf-key' }],
    environment: { key: 'SHELF_KEY' },
    questions: {},
    help: 'The credential is --key-file.',
    missing: 'Give --key-file.',
  },
  examples: { add: ['shelf:attic --key-file key.txt'], setup: ['shelf:attic'] },
  setup: {
    options: [],
    formats: ['sh'],
    request: (_, { stored, make }) => ({
      ok: true,
      value: make(stored ?? { kind: 'shelf-key' }, stored !== null),
    }),
  },
  feeds: { options: [], help: 'Follows a shelf.' },
  consent: null,
  inventory: null,
  describe: () => 'a key',
};
