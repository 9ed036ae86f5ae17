import {
  SETUP_SECTIONS,
  type SetupDocument,
  type SetupFormat,
  type SetupRequest,
  type SetupSectionId,
  type SetupSettings,
  type SetupText,
  setupRequest,
} from './schema.ts';
import { corsSection } from './sections/cors.ts';
import { eventsSection } from './sections/events.ts';
import { identitySection } from './sections/identity.ts';
import { ownershipSection } from './sections/ownership.ts';
import { removalSection } from './sections/removal.ts';
import { rolesSection } from './sections/roles.ts';
import { startSection } from './sections/start.ts';
import { summarise } from './summary.ts';

/**
 * What an administrator of Azure runs to let Mooring in, and to take it back: for the Azure CLI, PowerShell, Bicep,
 * Terraform and the portal, with the values filled in. Pure; holds no secret.
 * @throws ZodError where the request is not valid
 */
export const generateSetup = (request: SetupRequest): SetupDocument =>
  documentFor(setupRequest.parse(request));

/** The same for a request that is known to be valid. Every value is escaped all the same. */
export function documentFor(settings: SetupSettings): SetupDocument {
  return {
    location: settings.location,
    ...summarise(settings),
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

/** Everything but taking it back. */
const SETTING_UP = SETUP_SECTIONS.filter(id => id !== 'removal');

const COMMENT: Record<SetupText['language'], string> = {
  sh: '#',
  powershell: '#',
  hcl: '#',
  bicep: '//',
  steps: '',
};

/**
 * Sections as one file. What is in another language than the format's own, because the format cannot do it, stands
 * in comments.
 * @param sections default: all but the removal, which would take back what stands before it
 */
export function joinSetup(
  document: SetupDocument,
  format: SetupFormat,
  sections: readonly SetupSectionId[] = SETTING_UP,
): string {
  const chosen = document.sections.filter(({ id }) => sections.includes(id));
  const [main] = document.sections;
  const own = main!.texts[format].language;
  const mark = COMMENT[own];
  const parts = chosen.map(({ title, texts }) => {
    const { language, text } = texts[format];
    if (language === own || chosen.length === 1)
      return `${COMMENT[language]} ${title}\n${text}\n`.trimStart();
    const commented = text.split(/\r\n|[\n\r\u2028\u2029]/).map(line => `${mark}   ${line}`.trimEnd());
    return `${mark} ${title}\n${mark} In a shell:\n${commented.join('\n')}\n`;
  });
  return parts.join('\n');
}
