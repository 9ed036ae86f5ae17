import type { SetupDocument } from '@mooring/contract';
import { FORMATS, type SetupRequest, type SetupSection, type SetupSettings, setupRequest } from './schema.ts';
import { corsSection } from './sections/cors.ts';
import { eventsSection } from './sections/events.ts';
import { identitySection } from './sections/identity.ts';
import { ownershipSection } from './sections/ownership.ts';
import { removalSection } from './sections/removal.ts';
import { rolesSection } from './sections/roles.ts';
import { startSection } from './sections/start.ts';
import { summarise } from './summary.ts';

/** A set-up document of this kind: each section has a text in each format. */
export type AzureSetupDocument = Omit<SetupDocument, 'sections'> & { sections: SetupSection[] };

/**
 * What an administrator of Azure runs to let Mooring in, and to take it back: for the Azure CLI, PowerShell, Bicep,
 * Terraform and the portal, with the values filled in. Pure; holds no secret.
 * @throws ZodError where the request is not valid
 */
export const generateSetup = (request: SetupRequest): AzureSetupDocument =>
  documentFor(setupRequest.parse(request));

/** The same for a request that is known to be valid. Every value is escaped all the same. */
export function documentFor(settings: SetupSettings): AzureSetupDocument {
  return {
    provider: 'azure',
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
