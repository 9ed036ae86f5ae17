import type { SetupDocument } from '@mooring/contract';
import { shown } from '@mooring/storage';
import { FORMATS, type SetupRequest, type SetupSection, type SetupSettings, setupRequest } from './schema.ts';
import { corsSection } from './sections/cors.ts';
import { eventsSection } from './sections/events.ts';
import { identitySection } from './sections/identity.ts';
import { ownershipSection } from './sections/ownership.ts';
import { removalSection } from './sections/removal.ts';
import { rolesSection } from './sections/roles.ts';
import { startSection } from './sections/start.ts';

/** A set-up document of this kind: each section has a text in each format. */
export type S3SetupDocument = Omit<SetupDocument, 'sections'> & { sections: SetupSection[] };

/**
 * What an administrator runs to let Mooring in, and to take it back, with the values filled in. Pure; holds no secret.
 * @throws ZodError where the request is not valid
 */
export function generateSetup(request: SetupRequest): S3SetupDocument {
  const settings = setupRequest.parse(request);
  return {
    provider: 's3',
    location: settings.location,
    ...summarise(settings),
    formats: [...FORMATS],
    sections: [
      startSection(settings),
      identitySection(settings),
      rolesSection(settings),
      corsSection(settings),
      ownershipSection(settings),
      eventsSection(settings),
      removalSection(settings),
    ].filter(section => section !== null),
  };
}

/** In plain words: what will be possible once it is set up, and what will not. */
function summarise({ location, renditionPrefix, origins }: SetupSettings): {
  can: string[];
  cannot: string[];
} {
  const { container, prefix } = location;
  const bucket = `the bucket \`${shown(container)}\``;
  return {
    can: [
      prefix === ''
        ? `List and read all of ${bucket}.`
        : `List and read what begins with \`${shown(prefix)}\` in ${bucket}.`,
      'Sign URLs that open one object each, for minutes.',
      ...(renditionPrefix
        ? [`Write and delete what begins with \`${shown(renditionPrefix)}\` in ${bucket}.`]
        : []),
      ...(origins.length > 0
        ? [
            `Show it in pages of ${origins.map(origin => `\`${shown(origin)}\``).join(', ')}, straight from the storage.`,
          ]
        : []),
    ],
    cannot: [
      'See or read other buckets.',
      ...(prefix === '' ? [] : ['Read anything else in the bucket.']),
      renditionPrefix === null
        ? 'Write, change or delete anything.'
        : `Write, change or delete anything that does not begin with \`${shown(renditionPrefix)}\`.`,
    ],
  };
}
