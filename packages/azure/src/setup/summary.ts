import { shown } from './quote.ts';
import type { SetupSettings } from './schema.ts';

/** In plain words: what will be possible once it is set up, and what will not. */
export function summarise(settings: SetupSettings): { can: string[]; cannot: string[] } {
  const { location, identity, narrowing, sign, renditionPrefix, origins, eventQueue } = settings;
  const container = `the container \`${shown(location.container)}\` of \`${shown(location.account)}\``;
  if (identity.kind === 'sas') {
    return {
      can: [
        `List and read every container of \`${shown(location.account)}\`, until \`${shown(identity.expiresOn)}\`.`,
        ...(identity.delivery ? ['Hand browsers a token that reads objects.'] : []),
        ...pages(origins),
      ],
      cannot: ['Write, change or delete anything.', 'See account keys.'],
    };
  }
  const held = narrowing !== 'container' && location.prefix !== '';
  return {
    can: [
      held
        ? `List and read what begins with \`${shown(location.prefix)}\` in ${container}.`
        : `List and read all of ${container}.`,
      ...(sign ? ['Sign URLs that open one object each, for minutes.'] : []),
      ...(renditionPrefix
        ? [`Write and delete what begins with \`${shown(renditionPrefix)}\` in ${container}.`]
        : []),
      ...(renditionPrefix && narrowing !== 'custom-role'
        ? [
            'Change or delete the container itself: the role that writes includes this. A custom role does not.',
          ]
        : []),
      ...(eventQueue ? [`Read notes of changes from the queue \`${shown(eventQueue)}\`.`] : []),
      ...pages(origins),
    ],
    cannot: [
      narrowing === 'abac'
        ? 'Read other containers; it can see their names.'
        : 'See or read other containers.',
      ...(held
        ? [`Read anything else in the container${renditionPrefix === null ? '' : ', but for what it wrote'}.`]
        : []),
      renditionPrefix === null
        ? 'Write, change or delete anything.'
        : `Write, change or delete any object that does not begin with \`${shown(renditionPrefix)}\`.`,
      'See account keys, or grant rights to others.',
    ],
  };
}

const pages = (origins: readonly string[]): string[] =>
  origins.length === 0
    ? []
    : [
        `Show it in pages of ${origins.map(origin => `\`${shown(origin)}\``).join(', ')}, straight from the storage.`,
      ];
