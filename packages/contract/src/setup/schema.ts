import { z } from 'zod';
import { azureAccountProblem, azureContainerProblem } from '../azure-names.ts';
import { id, timestamp } from '../common.ts';
import { azureLocation } from '../storage-kinds.ts';
import { originProblem } from './cors.ts';

const guid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { error: 'expected a GUID, as Azure shows it' });
/** As it is said to be wrong, or nothing. */
const named = (problemOf: (text: string) => string | null) => (text: string, context: z.RefinementCtx) => {
  const message = problemOf(text);
  if (message) context.addIssue({ code: 'custom', message });
};
const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'expected no control characters' });

/** For what becomes an argument of the Azure CLI by itself: there `@` would name a file to read. See `azOption`. */
const argument = (max: number) =>
  text(max).regex(/^[^@]/, {
    error: 'expected no “@” at the beginning: the Azure CLI would read a file instead',
  });

const federation = z
  .strictObject({ issuer: text(600), subject: text(600), audience: text(600) })
  .meta({ description: 'The workload identity of this installation, which the app has to trust' });

/** Whom the storage's owner lets in. */
export const setupIdentity = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('app'),
      clientId: guid.nullable().meta({ description: 'null: it is made' }),
      name: argument(120)
        .regex(/^[^-]/)
        .default('Mooring')
        .meta({ description: 'What it is called when made' }),
      credential: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('secret') }),
          z.strictObject({ kind: z.literal('certificate') }),
          z.strictObject({ kind: z.literal('federated'), federation }),
        ])
        .nullable()
        .meta({ description: 'How it is to sign in; null: it can already' }),
    })
    .meta({ description: "An app registration of the customer's own" }),
  z
    .strictObject({ kind: z.literal('mooring-app'), clientId: guid })
    .meta({ description: 'The multi-tenant app of this installation' }),
  z
    .strictObject({
      kind: z.literal('managed-identity'),
      principalId: guid.nullable().meta({ description: 'Its object id; null: looked up by command' }),
    })
    .meta({ description: 'The managed identity of the machine that Mooring runs on' }),
  z.strictObject({ kind: z.literal('user') }).meta({ description: 'Whoever runs the commands: local use' }),
  z
    .strictObject({
      kind: z.literal('sas'),
      expiresOn: z.iso.date(),
      delivery: z.boolean().default(false).meta({ description: 'Also a token for browsers' }),
    })
    .meta({ description: 'An account SAS token' }),
]);
export type SetupIdentity = z.output<typeof setupIdentity>;

export const setupRequest = z
  .strictObject({
    location: azureLocation.extend({
      account: z.string().superRefine(named(azureAccountProblem)),
      endpoint: z.url({ protocol: /^https?$/ }).regex(/^[\x21-\x7e]{1,2000}$/),
      container: z.string().superRefine(named(azureContainerProblem)),
      prefix: z
        .string()
        .max(1024)
        .refine(prefix => !prefix.includes('\0') && prefix.isWellFormed(), {
          error: 'expected no NUL and no half of a surrogate pair',
        }),
    }),
    subscriptionId: guid.nullable().default(null).meta({ description: 'null: that of the command line' }),
    resourceGroup: z
      .string()
      .regex(/^[-\w.()]{1,90}$/)
      .nullable()
      .default(null)
      .meta({ description: 'Of the storage account; null: looked up by command' }),
    identity: setupIdentity,
    narrowing: z.enum(['container', 'abac', 'custom-role']).default('container').meta({
      description:
        '`container`: built-in roles on the container. `abac`: one role on the account, with a condition that names container and prefix. `custom-role`: a role with nothing but what is used',
    }),
    sign: z.boolean().default(true).meta({ description: 'Whether URLs are to be signed' }),
    renditionPrefix: text(512)
      .regex(/\/$/, { error: 'expected a prefix that ends in /' })
      .nullable()
      .default(null)
      .meta({ description: 'Where Mooring may write; null: nowhere' }),
    origins: z
      .array(z.string().superRefine(named(originProblem)))
      .max(64)
      .default([])
      .meta({ description: 'Pages that load straight from the storage' }),
    ownership: z
      .strictObject({
        token: z.string().regex(/^[\w.~:-]{1,200}$/),
        mark: z.enum(['container-metadata', 'marker-blob']).default('container-metadata'),
        markerKey: argument(1024)
          .nullable()
          .default(null)
          .meta({ description: 'The key of the marker blob' }),
      })
      .nullable()
      .default(null)
      .meta({ description: 'The mark that says which workspace is wanted' }),
    eventQueue: z
      .string()
      .regex(/^[a-z0-9](-?[a-z0-9]){2,62}$/, {
        error: 'expected 3 to 63 lowercase letters, digits and single hyphens',
      })
      .nullable()
      .default(null)
      .meta({ description: 'The queue that changes are to be sent to; null: none' }),
  })
  .meta({ id: 'SetupRequest' });
/** As sent: what has a default may be left out. */
export type SetupRequest = z.input<typeof setupRequest>;
/** As read: complete. */
export type SetupSettings = z.output<typeof setupRequest>;

export const SETUP_FORMATS = ['az-cli', 'powershell', 'bicep', 'terraform', 'portal'] as const;
export type SetupFormat = (typeof SETUP_FORMATS)[number];
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

const setupText = z.object({
  language: z.enum(['sh', 'powershell', 'bicep', 'hcl', 'steps']).meta({
    description: '`steps`: one numbered step a line, with backticks around what is to be typed',
  }),
  text: z.string(),
});
export type SetupText = z.infer<typeof setupText>;

export const setupSection = z.object({
  id: z.enum(SETUP_SECTIONS),
  title: z.string(),
  why: z.string().meta({ description: 'What it does and grants, in a sentence or two' }),
  texts: z.object({
    'az-cli': setupText,
    powershell: setupText,
    bicep: setupText,
    terraform: setupText,
    portal: setupText,
  }),
});
export type SetupSection = z.infer<typeof setupSection>;

/** What an administrator of Azure runs, with the values filled in. Holds no secret. */
export const setupDocument = z
  .object({
    location: azureLocation,
    can: z.array(z.string()).meta({ description: 'What will be possible, each a sentence' }),
    cannot: z.array(z.string()).meta({ description: 'What will not' }),
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
