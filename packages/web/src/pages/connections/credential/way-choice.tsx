import type { CredentialWay, StorageKind } from '@mooring/storage';
import { ChevronRight } from 'lucide-react';
import { Sentence } from '@/components/sentence.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { cn } from '@/components/ui/cn.ts';
import { recommendedWay } from './ways.ts';

/** How Mooring can be let in here, the best way first; what its operator would have to set comes last, folded away. */
export function WayChoice({
  kind,
  value,
  onChoose,
  offers,
}: {
  kind: StorageKind;
  value: string;
  onChoose: (way: string) => void;
  /** What this installation offers of the kind. */
  offers: Record<string, unknown>;
}) {
  const { ways } = kind.credentials;
  // What a connection has already may be kept, even if it is no longer offered.
  const offered = ways.filter(way => way.id === value || way.isOffered(offers));
  const others = ways.filter(way => !offered.includes(way));
  const recommended = recommendedWay(kind, offers);
  return (
    <div className="grid gap-3">
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-medium">How Mooring signs in</legend>
        {offered.map(way => (
          <Choice
            key={way.id}
            way={way}
            isChosen={way.id === value}
            isRecommended={way === recommended}
            onChoose={() => onChoose(way.id)}
          />
        ))}
      </fieldset>
      {others.length > 0 && <NotOffered ways={others} />}
    </div>
  );
}

function Choice({
  way: { label, grants, cannot },
  isChosen,
  isRecommended,
  onChoose,
}: {
  way: CredentialWay;
  isChosen: boolean;
  isRecommended: boolean;
  onChoose: () => void;
}) {
  return (
    <label
      className={cn(
        'flex cursor-pointer gap-3 rounded-lg border px-4 py-3 has-focus-visible:outline-2 has-focus-visible:outline-accent',
        isChosen ? 'border-accent bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <input
        type="radio"
        name="credential-kind"
        checked={isChosen}
        onChange={onChoose}
        className="mt-1 self-start accent-accent outline-none"
      />
      <span className="grid min-w-0 gap-0.5">
        <span className="flex flex-wrap items-center gap-x-2 font-medium">
          {label}
          {isRecommended && <Badge>Recommended</Badge>}
        </span>
        <span className={cn('grid text-sm', isChosen ? 'text-ink' : 'text-muted')}>
          <span>{grants}</span>
          <span>{cannot}</span>
        </span>
      </span>
    </label>
  );
}

const NotOffered = ({ ways }: { ways: readonly CredentialWay[] }) => (
  <details className="group">
    <summary className="flex items-center gap-1 text-sm text-muted hover:text-ink">
      <ChevronRight aria-hidden className="size-4 group-open:rotate-90" />
      {ways.length === 1 ? 'One more way' : `${ways.length} more ways`}, not offered by this installation
    </summary>
    <dl className="grid gap-3 pt-2 pl-5 text-sm">
      {ways.map(({ id, label, grants, operator }) => (
        <div key={id} className="grid gap-0.5">
          <dt className="font-medium">{label}</dt>
          <dd className="max-w-prose text-muted">
            {grants} To offer it, the operator sets <Sentence text={operator ?? ''} />.
          </dd>
        </div>
      ))}
    </dl>
  </details>
);
