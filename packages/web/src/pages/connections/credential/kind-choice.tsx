import type { CredentialKind, Installation } from '@mooring/contract';
import { ChevronRight } from 'lucide-react';
import { Sentence } from '@/components/sentence.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { cn } from '@/components/ui/cn.ts';
import { CREDENTIAL_WORDS } from '../words.ts';
import { CREDENTIAL_CHOICES, type CredentialChoice, isOffered, recommendedKind } from './kinds.ts';

/** How Mooring can be let in here, the best way first; what its operator would have to set comes last, folded away. */
export function KindChoice({
  value,
  onChoose,
  installation,
}: {
  value: CredentialKind;
  onChoose: (kind: CredentialKind) => void;
  installation: Installation;
}) {
  // What a connection has already may be kept, whatever is offered now.
  const offered = CREDENTIAL_CHOICES.filter(({ kind }) => kind === value || isOffered(kind, installation));
  const others = CREDENTIAL_CHOICES.filter(choice => !offered.includes(choice));
  const recommended = recommendedKind(installation);
  return (
    <div className="grid gap-3">
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-medium">How Mooring is let in</legend>
        {offered.map(choice => (
          <Choice
            key={choice.kind}
            choice={choice}
            isChosen={choice.kind === value}
            isRecommended={choice.kind === recommended}
            onChoose={() => onChoose(choice.kind)}
          />
        ))}
      </fieldset>
      {others.length > 0 && <NotOffered choices={others} />}
    </div>
  );
}

function Choice({
  choice: { kind, grants, cannot },
  isChosen,
  isRecommended,
  onChoose,
}: {
  choice: CredentialChoice;
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
          {CREDENTIAL_WORDS[kind]}
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

const NotOffered = ({ choices }: { choices: readonly CredentialChoice[] }) => (
  <details className="group">
    <summary className="flex items-center gap-1 text-sm text-muted hover:text-ink">
      <ChevronRight aria-hidden className="size-4 group-open:rotate-90" />
      {choices.length === 1 ? 'One more way' : `${choices.length} more ways`}, not offered by this
      installation
    </summary>
    <dl className="grid gap-3 pt-2 pl-5 text-sm">
      {choices.map(({ kind, grants, operator }) => (
        <div key={kind} className="grid gap-0.5">
          <dt className="font-medium">{CREDENTIAL_WORDS[kind]}</dt>
          <dd className="max-w-prose text-muted">
            {grants} Its operator would set <Sentence text={operator ?? ''} />.
          </dd>
        </div>
      ))}
    </dl>
  </details>
);
