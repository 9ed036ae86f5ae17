import {
  SETUP_FORMATS,
  type SetupDocument,
  type SetupFormat,
  type SetupSection,
  type SetupSectionId,
  type SetupText,
} from '@mooring/contract';
import { Sentence } from '@/components/sentence.tsx';
import { Snippet } from '@/components/snippet.tsx';
import { Tabs } from '@/components/ui/tabs.tsx';
import { setSetupFormat, useSetupFormat } from './format.ts';

const LABELS: Record<SetupFormat, string> = {
  'az-cli': 'Azure CLI',
  powershell: 'PowerShell',
  bicep: 'Bicep',
  terraform: 'Terraform',
  portal: 'Portal',
};
const LANGUAGES: Record<SetupText['language'], string> = {
  sh: 'Shell (Azure CLI)',
  powershell: 'PowerShell',
  bicep: 'main.bicep',
  hcl: 'main.tf',
  steps: 'Azure portal',
};

/**
 * What an administrator of Azure runs, in the format of their choice, which is remembered.
 * @param sections which to show; all when left out
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
  const format = useSetupFormat();
  const shown = document.sections.filter(({ id }) => sections?.includes(id) ?? true);
  return (
    <Tabs
      label="How to set it up"
      value={format}
      onChange={value => setSetupFormat(value as SetupFormat)}
      items={SETUP_FORMATS.map(value => ({
        value,
        label: LABELS[value],
        content: (
          <div className="grid gap-6 pt-1">
            {shown.map(section => (
              <Section key={section.id} section={section} text={section.texts[value]} heading={heading} />
            ))}
          </div>
        ),
      }))}
    />
  );
}

function Section({
  section: { title, why },
  text: { language, text },
  heading: Heading,
}: {
  section: SetupSection;
  text: SetupText;
  heading: 'h2' | 'h3';
}) {
  return (
    <section className="grid gap-2">
      <Heading className="font-semibold">{title}</Heading>
      <p className="max-w-prose text-sm [overflow-wrap:anywhere]">
        <Sentence text={why} />
      </p>
      {language === 'steps' ? <Steps text={text} /> : <Snippet title={LANGUAGES[language]} text={text} />}
    </section>
  );
}

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
