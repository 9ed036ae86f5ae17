import type { Fix } from '@mooring/contract';
import type { CredentialWay, StorageKind } from '@mooring/storage';
import { readFields } from '@mooring/storage';
import { z } from 'zod';
import { directLocationRules } from './location-rules.ts';
import {
  type DirectCredential,
  type DirectCredentialInput,
  type DirectLocation,
  directCredential,
  directCredentialInput,
  directLocation,
  directLocationInput,
  directSetupRequest,
} from './schemas.ts';
import { signatureOf } from './signed-url.ts';
import { urlOf } from './url.ts';

const WAY: CredentialWay = {
  id: 'direct-urls',
  label: 'The URLs open the files',
  words: 'the URLs themselves',
  grants: 'Each URL that you register opens its file: it is signed, or public, or open to your network.',
  cannot: 'Mooring cannot list the files, and cannot renew a URL that ends. Register a new one before that.',
  operator: null,
  isOffered: () => true,
  isShared: false,
  isPersonal: false,
  isGranted: false,
  fields: [],
  consent: null,
};

const fix = (why: string, steps: string[]): Fix => ({ why, steps, snippets: [] });

/** Files of any web server, by URLs that people hand in. */
export const direct: StorageKind<DirectLocation, DirectCredential, DirectCredentialInput> = {
  id: 'direct',
  words: {
    service: 'Direct URLs',
    cloud: 'the web server',
    container: 'host',
    events: null,
    needs:
      'the host of the files. After that you register a list of their URLs: signed, public, or open to your network',
  },
  api: {
    id: 'direct',
    schemas: {
      Location: directLocation,
      LocationInput: directLocationInput,
      Credential: directCredential,
      CredentialInput: directCredentialInput,
      KindOffers: z.object({}),
      FeedCreate: z.never(),
      SetupRequest: directSetupRequest,
    },
    problems: {},
  },
  location: directLocationRules,
  credentials: {
    ways: [WAY],
    read(typed, context) {
      const fields = readFields(typed.kind === WAY.id ? WAY : undefined, typed, context);
      return fields.ok ? { ok: true, value: { kind: 'direct-urls' } } : fields;
    },
    describe: () => WAY.words,
    facts: () => [{ name: 'Opened with', value: WAY.words }],
    preview: () => ({ kind: 'direct-urls' }),
    delivery: () => 'direct',
    expiries: () => [],
    warnings: () => [],
    abilities: () => [
      { id: 'urls', text: 'Hand browsers the URLs that were registered', provedBy: [] },
      { id: 'list', text: 'List the files', provedBy: 'cannot' },
    ],
  },
  setup: {
    narrowings: [],
    request: ({ location }) => ({ provider: 'direct', location }),
    generate(request) {
      const { location } = directSetupRequest.parse(request);
      return {
        provider: 'direct',
        location,
        can: ['Open each file whose URL was registered, until its URL ends'],
        cannot: ['List the files, write, or open any other file'],
        formats: [],
        sections: [],
      };
    },
  },
  secrets: {
    forms: [
      {
        pattern: /[?&](x-amz-signature|x-goog-signature)=/i,
        message: 'This is a signed URL: it opens a file. It is not kept here.',
        fix: 'Register it in a list of URLs. Here give what all URLs begin with, without the part after “?”.',
      },
    ],
    doubtful: /x-(amz|goog)-(signature|security-token)/i,
  },
  ownership: {
    marks: [],
    markerKey: token => `.mooring/${token}`,
    expected: () => '',
    fix: () => fix('', []),
    signIn: null,
    why: () => '',
    subject: ({ container }) => container,
  },
  feeds: [],
  addresses: {
    needsKeeping: (address, place) => address.trim() !== urlOf(place),
    expiresAt: address => signatureOf(address)?.expiresAt ?? null,
  },
  inventory: null,
  browserAdvice: ({ container }, origin) => ({
    isNetworkRefusal: observed => /\b403\b/.test(observed),
    holder: 'the web server',
    corsSnippets: () => [
      {
        title: `Headers that ${container} has to answer with`,
        language: 'http',
        text: [
          `Access-Control-Allow-Origin: ${origin}`,
          'Access-Control-Allow-Methods: GET, HEAD',
          'Access-Control-Allow-Headers: Range',
          'Access-Control-Expose-Headers: Content-Length, Content-Range, ETag',
        ].join('\n'),
      },
    ],
    admitNetwork: {
      steps: ['Add the network of the people who look to the allow-list of the host.'],
      snippets: [],
    },
  }),
  revoke: () =>
    fix(
      'Mooring has forgotten the URLs, but those that are signed work until they end, for everyone who has them.',
      ['To end them sooner, end the key or the policy that signed them.'],
    ),
};
