import { type Fix, snippetTitle } from '@mooring/contract';
import { Sentence } from '@/components/sentence.tsx';
import { Snippet } from '@/components/snippet.tsx';
import { Tabs } from '@/components/ui/tabs.tsx';

/** Why it matters, what to do, and what to copy. */
export function FixView({ fix }: { fix: Fix }) {
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-2.5">
      <p className="max-w-prose break-words">
        <Sentence text={fix.why} />
      </p>
      {fix.steps.length > 0 && (
        <ol className="grid max-w-prose list-decimal gap-1 pl-5 marker:text-muted">
          {fix.steps.map(step => (
            <li key={step} className="pl-1 break-words">
              <Sentence text={step} />
            </li>
          ))}
        </ol>
      )}
      {[...Map.groupBy(fix.snippets, ({ title }) => title)].map(([title, snippets]) => (
        <Snippets key={title} title={title} snippets={snippets} />
      ))}
    </div>
  );
}

/** The same in one or several formats: a tab for each. */
function Snippets({ title, snippets }: { title: string; snippets: Fix['snippets'] }) {
  const [first] = snippets;
  if (first && snippets.length === 1) return <Snippet title={title} text={first.text} />;
  return (
    <Tabs
      label={title}
      items={snippets.map(({ format = '', text }) => ({
        value: format,
        label: format,
        content: <Snippet title={title} text={text} />,
      }))}
    />
  );
}

/** The one next step; or how to fix it, where that is known. */
export function WhatToDo({ fix, remedy }: { fix: string; remedy: Fix | null | undefined }) {
  if (remedy) return <FixView fix={remedy} />;
  return (
    <p className="break-words">
      <span className="font-medium">What to do: </span>
      <Sentence text={fix} />
    </p>
  );
}

/** A fix as text, to paste into a message. */
export const fixAsText = ({ why, steps, snippets }: Fix): string =>
  [
    why,
    ...steps.map((step, i) => `${i + 1}. ${step}`),
    ...snippets.flatMap(snippet => ['', `${snippetTitle(snippet)}:`, snippet.text]),
  ].join('\n');
