// What is pure of this kind. Browsers load it too.
import type { Credential, Fix, SetupSection, StorageLocation, StorageLocationInput } from '@mooring/contract';
import type { CredentialWay, FormField, Reading, StorageKind } from '@mooring/storage';
import { readFields, SOUND, wrong } from '@mooring/storage';
import { z } from 'zod';

const text = z.string();
const location = z.object({ room: text, container: text, prefix: text }).meta({ id: 'ShelfLocation' });
const credential = z.object({ kind: z.enum(['shelf-key', 'shelf-house']) });

const ADDRESS = /^\s*shelf:\/\/(?<room>[^/]*)\/?(?<container>[^/]*)\/?(?<prefix>.*?)\s*$/s;
const partsOf = (address: string): Record<string, string> => ({ ...ADDRESS.exec(address)?.groups });
const objectOf = ({ container = '', prefix: key = '' }: Partial<StorageLocation>) => ({ container, key });
const join = ({ room, container, prefix }: StorageLocation) => `shelf://${room}/${container}/${prefix}`;

function read({ url = '', ...typed }: StorageLocationInput): Reading<StorageLocation> {
  const { room = '', container = '', prefix = '' } = { ...typed, ...partsOf(url) };
  for (const [field, name] of Object.entries({ room, container })) {
    const message = `“${name}” is no name of a ${field === 'room' ? field : 'box'}.`;
    if (!/^[a-z]+$/.test(name)) return { ok: false, code: 'shelf_name', field, message, fix: 'Use a to z.' };
  }
  return { ok: true, value: { room, container, prefix } };
}

const judgeKey: FormField['judge'] = typed =>
  /^\d{4}$/.test(typed.trim()) ? SOUND : wrong('A key has four digits.', 'Read it again.');
const way = (id: string, label: string, fields: readonly FormField[]): CredentialWay => ({
  ...{ id, label, words: label.toLowerCase(), fields, isShared: fields.length === 0 },
  ...{ grants: 'It opens boxes.', cannot: 'It puts nothing into them.', operator: null, consent: null },
  ...{ isOffered: () => true, isPersonal: false, isGranted: false },
});
const WAYS = [
  way('shelf-key', 'A key of the room', [{ name: 'key', label: 'Key', secret: true, judge: judgeKey }]),
  way('shelf-house', 'The key of the house', []),
];
const wayOf = ({ kind }: Credential) => WAYS.find(({ id }) => id === kind);

const toFix = (why: string, step: string, command: string): Fix => ({
  ...{ why, steps: [step], snippets: [{ title: 'In the house', language: 'sh', text: command }] },
});
const label = ({ container }: StorageLocation, token: string) => `shelf label ${container} ${token}`;
const labelling = (location: StorageLocation, token: string): SetupSection => ({
  ...{ id: 'ownership', title: 'Label the box', why: 'The label says that its owner wants this workspace.' },
  texts: { 'shelf-cli': { language: 'sh', text: label(location, token) } },
});
const field = { judge: () => SOUND };

/** A storage service with as little in it as there can be: boxes on shelves, in rooms. */
export const shelf: StorageKind = {
  id: 'shelf',
  words: {
    ...{ service: 'Acme Shelf', cloud: 'the house', container: 'box', account: 'room', events: 'bell' },
    needs: 'the address of a box on a shelf, and the key of its room',
  },
  api: {
    id: 'shelf',
    schemas: {
      ...{ Location: location, Credential: credential, KindOffers: z.object({}) },
      LocationInput: z.strictObject({ url: text, ...location.shape }).partial(),
      CredentialInput: z.strictObject({ ...credential.shape, key: text.optional() }),
      FeedCreate: z.strictObject({ kind: z.literal('shelf-bell') }),
      SetupRequest: z.strictObject({ provider: text, location, token: text.nullable() }),
    },
    problems: { shelf_name: 'Not a name of a room or a box' },
  },
  location: {
    address: { name: 'url', label: 'Address of the box', example: 'shelf://attic/photos', ...field },
    parts: [
      { name: 'room', label: 'Room', example: 'attic', ...field },
      { name: 'container', label: 'Box', example: 'photos', ...field },
      { name: 'prefix', label: 'Prefix', example: 'raw/', optional: true, ...field },
    ],
    ...{ recognises: url => ADDRESS.test(url), takeApart: url => ({ ok: true, value: partsOf(url) }) },
    join: parts => join({ room: '', container: '', prefix: '', ...parts }),
    withPart: (parts, name, typed) => ({ ...parts, [name]: typed }),
    owns: (address, { room }) => (partsOf(address).room === room ? objectOf(partsOf(address)) : null),
    ...{ about: () => '', credentialIn: () => null, url: join, read, place: ({ room }) => String(room) },
    object(url) {
      const parts = read({ url });
      return parts.ok ? { ok: true, value: objectOf(parts.value) } : parts;
    },
    containerProblem: name => (/^[a-z]+$/.test(name) ? null : 'A box has a name of the letters a to z.'),
    toParts: ({ room, container, prefix }) => ({ room: String(room), container, prefix }),
    title: ({ room, container, prefix }) => `${room}/${container}/${prefix}`,
    name: ({ room, container }) => `${container} in the ${room}`,
  },
  credentials: {
    ways: WAYS,
    read(typed, context) {
      const fields = readFields(wayOf(typed), typed, context);
      return fields.ok ? { ok: true, value: { kind: typed.kind, ...fields.value } } : fields;
    },
    facts: of => [{ name: 'Opened with', value: wayOf(of)!.words }],
    ...{ describe: of => wayOf(of)!.words, preview: ({ kind }) => ({ kind }) },
    ...{ delivery: () => 'direct', expiries: () => [], warnings: () => [], abilities: () => [] },
  },
  setup: {
    narrowings: [],
    request: ({ location, ownership }) => ({ provider: 'shelf', location, token: ownership?.token ?? null }),
    generate: ({ location, token }) => ({
      ...{ provider: 'shelf', location, can: ['read the box'], cannot: ['write anything'] },
      formats: [{ id: 'shelf-cli', label: 'Shelf', language: 'sh', title: 'In the house', comment: '#' }],
      sections: token === null ? [] : [labelling(location, String(token))],
    }),
  },
  secrets: { forms: [], doubtful: /^\d{4}$/ },
  ownership: {
    marks: [{ id: 'label', words: 'By the label', found: 'the box has it', observed: 'It has the label.' }],
    markerKey: token => `.mooring/${token}`,
    expected: (_, token) => `The box has the label ${token}.`,
    fix: ({ location }, token) => toFix('The key opens all boxes.', 'Label the box.', label(location, token)),
    ...{ signIn: null, why: () => 'The key of the house opens every box.' },
    subject: ({ room }) => `the ${room}`,
  },
  feeds: [
    {
      ...{ id: 'shelf-bell', label: 'By bell', title: 'The bell', hint: 'It rings at a URL.' },
      ...{ how: 'webhook', subscribe: 'Hang a bell on the box that rings at this URL.', fields: () => [] },
    },
  ],
  ...{ addresses: null, inventory: null },
  browserAdvice: () => ({
    ...{ isNetworkRefusal: () => false, holder: 'the house', corsSnippets: () => [] },
    admitNetwork: toFix('', 'Open the door.', 'shelf open'),
  }),
  revoke: ({ location: { room } }) =>
    toFix('The key still opens the room.', 'Change its lock.', `shelf lock ${room}`),
};
