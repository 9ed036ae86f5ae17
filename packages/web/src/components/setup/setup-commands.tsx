import type { SetupDocument, SetupFormat, SetupSection, SetupSectionId, SetupText } from '@mooring/contract';
import { Sentence } from '@/components/sentence.tsx';
import { Snippet } from '@/components/snippet.tsx';
import { Tabs } from '@/components/ui/tabs.tsx';
import { setSetupFormat, useSetupFormat } from './format.ts';

/**
 * What an administrator of the storage runs, in the format of their choice, which is remembered.
 * @param sections which to show; all when left out. Nothing shows where the storage kind has none of them
 * @param heading the level of the sections' headings
 */
export function SetupCommands({
  document,
  sections,
  heading = 'h3',
}: {
  document: SetupDocument;
  sections?: readonly SetupSectionId[];
  heading?: 'h2' | 'h3';
}) {
  const { formats } = document;
  const format = useSetupFormat(formats);
  const shown = document.sections.filter(({ id }) => sections?.includes(id) ?? true);
  if (shown.length === 0) return null;
  return (
    <Tabs
      label="How to set it up"
      value={format}
      onChange={setSetupFormat}
      items={formats.map(({ id, label }) => ({
        value: id,
        label,
        content: (
          <div className="grid gap-6 pt-1">
            {shown.map(section => (
              <Section
                key={section.id}
                section={section}
                text={section.texts[id]}
                formats={formats}
                heading={heading}
              />
            ))}
          </div>
        ),
      }))}
    />
  );
}

function Section({
  section: { title, why },
  text,
  formats,
  heading: Heading,
}: {
  section: SetupSection;
  text: SetupText | undefined;
  formats: readonly SetupFormat[];
  heading: 'h2' | 'h3';
}) {
  return (
    <section className="grid gap-2">
      <Heading className="font-semibold">{title}</Heading>
      <p className="max-w-prose text-sm [overflow-wrap:anywhere]">
        <Sentence text={why} />
      </p>
      {text?.language === 'steps' ? (
        <Steps text={text.text} />
      ) : (
        text && <Snippet title={titleOf(text, formats)} text={text.text} />
      )}
    </section>
  );
}

/** What a format cannot do stands in the language of another. */
const titleOf = ({ language }: SetupText, formats: readonly SetupFormat[]): string =>
  formats.find(format => format.language === language)?.title ?? language;

/** One step a line, each of which begins with its number. */
const Steps = ({ text }: { text: string }) => (
  <ol className="grid max-w-prose list-decimal gap-1.5 pl-5 text-sm marker:text-muted">
    {text.split('\n').map(step => (
      <li key={step} className="pl-1 [overflow-wrap:anywhere]">
        <Sentence text={step.replace(/^\d+\. /, '')} />
      </li>
    ))}
  </ol>
);
