import { existsSync } from 'node:fs';
import { createFolderStorage, createMemoryProvider } from '@mooring/storage/memory';
import type { EventReader, ServerKind } from '@mooring/storage/server';
import { z } from 'zod';
import { shelf } from './index.ts';

const rung = z.object({ box: z.string(), key: z.string() });
const events: EventReader = {
  mediaTypes: ['application/vnd.shelf+json'],
  parse(body) {
    const { data } = rung.safeParse(body);
    if (!data) return { changes: [], ignored: 0, malformed: 1 };
    const where = { container: data.box, key: data.key, kind: 'object' } as const;
    return { changes: [{ ...where, sequencer: null, object: null }], ignored: 0, malformed: 0 };
  },
  handshake: () => null,
};

/** The shelf, in a server. A room is a folder: its folders are the boxes, and a file `1234.key` says what opens it. */
export const shelfServer: ServerKind = {
  kind: shelf,
  settings: {
    shelfDir: { env: 'MOORING_SHELF_DIR', expected: 'a directory', schema: z.string(), fallback: () => '.' },
  },
  domains: [],
  open: async ({ settings }) => ({
    offers: async () => ({}),
    locationRefusal: () => null,
    readCredential(typed, context) {
      const read = shelf.credentials.read(typed, context);
      return read.ok ? { ok: true, value: { shown: { kind: typed.kind }, sealed: read.value } } : read;
    },
    createProvider({ location, credential, accessMode, ownershipTokens }) {
      const room = `${settings.shelfDir}/${location.room}`;
      const storage = createFolderStorage(room);
      const isRight = credential.kind === 'shelf-house' || existsSync(`${room}/${credential.key}.key`);
      const keys = ownershipTokens.map(shelf.ownership.markerKey);
      const names = async (box: string) => keys.some(key => storage.objects(box).has(key));
      const memory = createMemoryProvider({ storage, accessMode, credential: isRight ? 'right' : 'wrong' });
      return { ...memory, ownerMarks: [{ id: 'label', names }] };
    },
    ...{ signIns: null, events, inventories: null },
  }),
};
