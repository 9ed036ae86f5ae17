import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CircleSlash,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import { cn } from '@/components/ui/cn.ts';
import { type AbilityState, abilitiesOf, type Known } from './abilities.ts';

const LOOKS: Record<AbilityState, { icon: LucideIcon; tone: string; word: string }> = {
  can: { icon: CircleCheck, tone: 'text-good', word: 'Proved' },
  expected: { icon: CircleDashed, tone: 'text-muted', word: 'Not checked yet' },
  failing: { icon: CircleAlert, tone: 'text-bad', word: 'Does not work' },
  blocked: { icon: CircleMinus, tone: 'text-muted', word: 'Blocked by a failed check' },
  cannot: { icon: CircleSlash, tone: 'text-muted', word: 'Out of reach' },
  beware: { icon: TriangleAlert, tone: 'text-warn', word: 'Take care' },
};

/** What Mooring can do, each with a mark and a word. */
export function AbilityList({ known }: { known: Known }) {
  return (
    <ul className="grid gap-2.5">
      {abilitiesOf(known).map(({ id, state, text }) => {
        const { icon: Icon, tone, word } = LOOKS[state];
        return (
          <li key={id} className="flex gap-2.5">
            <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', tone)} />
            <span className="min-w-0">
              <span className="break-words">{text}</span>
              <span className={cn('block text-xs', tone)}>{word}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
