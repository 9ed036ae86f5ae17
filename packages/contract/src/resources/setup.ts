import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';
import { setupRequest, storageKindId, storageLocation } from '../storage-kinds.ts';
import { linkListed } from './tokens.ts';

/** What set-up consists of, in the order in which it is done. */
export const SETUP_SECTIONS = [
  'start',
  'identity',
  'roles',
  'cors',
  'ownership',
  'events',
  'removal',
] as const;
export type SetupSectionId = (typeof SETUP_SECTIONS)[number];

/** One way to do it: a command line tool, a language for templates, or steps in a console. */
export const setupFormat = z.object({
  id: z.string(),
  label: z.string(),
  language: z.string().meta({ description: 'The language of most of its texts' }),
  title: z.string().meta({ description: 'What a text in this language is called, such as a file name' }),
  comment: z
    .string()
    .meta({ description: 'What begins a comment in its language; empty where there is none' }),
});
export type SetupFormat = z.infer<typeof setupFormat>;

export const setupText = z.object({
  language: z.string().meta({
    description:
      'For highlighting, such as `sh` or `hcl`. `steps`: one numbered step a line, with backticks around what is to be typed',
  }),
  text: z.string(),
});
export type SetupText = z.infer<typeof setupText>;

export const setupSection = z.object({
  id: z.enum(SETUP_SECTIONS),
  title: z.string(),
  why: z.string().meta({ description: 'What it does and grants, in a sentence or two' }),
  texts: z.record(z.string(), setupText).meta({ description: 'By the id of the format' }),
});
export type SetupSection = z.infer<typeof setupSection>;

/** What an administrator of the storage runs, with the values filled in. Holds no secret. */
export const setupDocument = z
  .object({
    provider: storageKindId,
    location: storageLocation,
    can: z.array(z.string()).meta({ description: 'What will be possible, each a sentence' }),
    cannot: z.array(z.string()).meta({ description: 'What will not' }),
    formats: z.array(setupFormat),
    sections: z.array(setupSection),
  })
  .meta({ id: 'SetupDocument' });
export type SetupDocument = z.infer<typeof setupDocument>;

export const setupLink = z
  .object({
    id: id('setupLink'),
    url: z.url().meta({ description: 'Opens without signing in; shown only in this answer' }),
    expiresAt: timestamp,
  })
  .meta({ id: 'SetupLink' });
export type SetupLink = z.infer<typeof setupLink>;

export const setupLinkListed = linkListed('setupLink').meta({ id: 'SetupLinkListed' });
export type SetupLinkListed = z.infer<typeof setupLinkListed>;

/** What a setup link shows: the document, who asks, and until when. */
export const sharedSetup = z
  .object({ workspace: z.string(), expiresAt: timestamp, document: setupDocument })
  .meta({ id: 'SharedSetup' });
export type SharedSetup = z.infer<typeof sharedSetup>;

/** Marks the token of a setup link as Mooring's, so that logs leave it out. */
export const SETUP_TOKEN_PREFIX = 'mrs_';

/** Whether a text can be the token of a setup link: whole, and of nothing else. */
export const isSetupToken = (text: string): boolean => /^mrs_[\w-]{43}$/.test(text);

/** The address of a setup link. */
export const setupUrl = (baseUrl: string, token: string): string => `${baseUrl}/setup/${token}`;

/** What the storage's administrator runs, and links that show just that. */
export const setupRoutes = {
  generateSetup: defineRoute({
    method: 'POST',
    path: '/v1/setup',
    tag: 'connections',
    summary: 'What to run at the storage for a connection, with the values filled in',
    description: 'In each format of the storage kind. Nothing is sent to the storage, and nothing is stored.',
    action: 'connections.read',
    body: setupRequest,
    status: 200,
    response: setupDocument,
  }),
  createSetupLink: defineRoute({
    method: 'POST',
    path: '/v1/setup-links',
    tag: 'connections',
    summary: 'A link that shows an administrator of the storage what to run, without signing in',
    description:
      'It works for 14 days, and shows nothing else of the workspace. One that a token makes ends with the token at the latest.',
    action: 'connections.change',
    body: setupRequest,
    status: 201,
    response: setupLink,
    audit: 'setup_link.created',
  }),
  listSetupLinks: defineRoute({
    method: 'GET',
    path: '/v1/setup-links',
    tag: 'connections',
    summary: 'Setup links that still work, newest first',
    action: 'people.see',
    query: pageQuery,
    status: 200,
    response: page(setupLinkListed),
  }),
  deleteSetupLink: defineRoute({
    method: 'DELETE',
    path: '/v1/setup-links/:setupLinkId',
    tag: 'connections',
    summary: 'Revoke a setup link',
    action: 'connections.change',
    params: z.object({ setupLinkId: id('setupLink') }),
    status: 204,
    response: null,
    audit: 'setup_link.revoked',
  }),
  getSetup: defineRoute({
    method: 'GET',
    path: '/v1/setup/:token',
    tag: 'connections',
    summary: 'What a setup link shows',
    action: null,
    params: z.object({ token: z.string().max(100) }),
    status: 200,
    response: sharedSetup,
  }),
} as const;
