import type { ConnectionOverlap } from '@mooring/contract';
import { Link } from '@tanstack/react-router';

const WORDS: Record<ConnectionOverlap['relation'], string> = {
  'same-account': 'reaches another part of the same account',
  'same-place': 'reaches exactly the same place',
  contains: 'reaches all of this and more',
  inside: 'reaches a part of this',
};

/** Other connections to the same account. They are no error; the note explains why assets may appear twice. */
export function Overlaps({ overlaps }: { overlaps: readonly ConnectionOverlap[] }) {
  const shared = overlaps.some(({ relation }) => relation !== 'same-account');
  return (
    <>
      <ul className="grid gap-2">
        {overlaps.map(({ connectionId, name, relation }) => (
          <li key={connectionId} className="break-words">
            <Link
              to="/connections/$connectionId"
              params={{ connectionId }}
              className="font-medium text-accent underline"
            >
              {name}
            </Link>{' '}
            {WORDS[relation]}.
          </li>
        ))}
      </ul>
      {shared && (
        <p className="text-sm text-muted">
          Each has its own credential and its own assets: an object that two of them sync is an asset of each.
        </p>
      )}
    </>
  );
}
