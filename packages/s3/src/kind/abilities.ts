import type { Ability } from '@mooring/storage';

/** What Mooring can do with a connection, beside listing and reading. */
export const abilitiesOf = ({ credential }: { credential: { kind: string } }): readonly Ability[] => [
  {
    id: 'show',
    text: 'Make short-lived URLs, each for one object and for reading only',
    provedBy: ['sign', 'fetch'],
  },
  { id: 'browser', text: 'Load objects into this browser, straight from the storage', provedBy: 'browser' },
  ...(credential.kind === 's3-role' || credential.kind === 's3-web-identity'
    ? ([
        {
          id: 'others',
          text: 'Cannot see other buckets or prefixes: each session is narrowed to this one',
          provedBy: 'cannot',
        },
        { id: 'write', text: 'Cannot write, change or delete what is yours', provedBy: 'cannot' },
      ] satisfies Ability[])
    : ([
        {
          id: 'others',
          text: 'The key can do everything that its user may. Mooring only lists and reads',
          provedBy: 'beware',
        },
      ] satisfies Ability[])),
];
