import { z } from 'zod';
import { id } from '../common.ts';
import { defineRoute } from '../route.ts';
import { setupDocument, setupLink, setupRequest, sharedSetup } from '../setup/schema.ts';

/** What the storage's administrator runs, and links that show just that. */
export const setupRoutes = {
  generateSetup: defineRoute({
    method: 'POST',
    path: '/v1/setup',
    tag: 'connections',
    summary: 'What to run in Azure for a connection, with the values filled in',
    description:
      'For the Azure CLI, PowerShell, Bicep, Terraform and the portal. Nothing is sent to Azure, and nothing is stored.',
    scope: 'read',
    body: setupRequest,
    status: 200,
    response: setupDocument,
  }),
  createSetupLink: defineRoute({
    method: 'POST',
    path: '/v1/setup-links',
    tag: 'connections',
    summary: 'A link that shows an administrator of Azure what to run, without signing in',
    description: 'It opens for 14 days, and shows nothing else of the workspace.',
    scope: 'admin',
    body: setupRequest,
    status: 201,
    response: setupLink,
  }),
  deleteSetupLink: defineRoute({
    method: 'DELETE',
    path: '/v1/setup-links/:setupLinkId',
    tag: 'connections',
    summary: 'Take a setup link back',
    scope: 'admin',
    params: z.object({ setupLinkId: id('setupLink') }),
    status: 204,
    response: null,
  }),
  getSetup: defineRoute({
    method: 'GET',
    path: '/v1/setup/:token',
    tag: 'connections',
    summary: 'What a setup link shows',
    scope: null,
    params: z.object({ token: z.string().max(200) }),
    status: 200,
    response: sharedSetup,
  }),
} as const;
