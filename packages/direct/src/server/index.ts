import type { ServerKind } from '@mooring/storage/server';
import { direct } from '../kind.ts';
import type { DirectCredential, DirectCredentialInput, DirectLocation } from '../schemas.ts';
import { createDirectProvider } from './provider.ts';

/** Direct URLs, in a server. */
export const directServer: ServerKind<DirectLocation, DirectCredential, DirectCredentialInput> = {
  kind: direct,
  settings: {},
  domains: [],
  open: async ({ guard, clock }) => ({
    offers: async () => ({}),
    locationRefusal: () => null,
    readCredential(typed, context) {
      const read = direct.credentials.read(typed, context);
      return read.ok ? { ok: true, value: { shown: { kind: 'direct-urls' }, sealed: read.value } } : read;
    },
    createProvider: options => createDirectProvider(options, { guard, clock }),
    signIns: null,
    events: null,
    inventories: null,
  }),
};
