import type {
  SetupFormat as DocumentFormat,
  SetupSection as DocumentSection,
  SetupText,
} from '@mooring/contract';
import { z } from 'zod';
import { azureAccountProblem, azureContainerProblem } from '../names.ts';
import { azureLocation } from '../schemas.ts';
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

/** The identity that the storage's owner gives access to. */
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
  z
    .strictObject({ kind: z.literal('user') })
    .meta({ description: 'The person who runs the commands: local use' }),
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
    provider: z.literal('azure').optional(),
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
  .meta({ id: 'AzureSetupRequest' });
/** As sent: what has a default may be left out. */
export type SetupRequest = z.input<typeof setupRequest>;
/** As read: complete. */
export type SetupSettings = z.output<typeof setupRequest>;

export const SETUP_FORMATS = ['az-cli', 'powershell', 'bicep', 'terraform', 'portal'] as const;
export type SetupFormat = (typeof SETUP_FORMATS)[number];

/** The formats, as a document lists them. */
export const FORMATS: readonly (DocumentFormat & { id: SetupFormat })[] = [
  { id: 'az-cli', label: 'Azure CLI', language: 'sh', title: 'Shell (Azure CLI)', comment: '#' },
  { id: 'powershell', label: 'PowerShell', language: 'powershell', title: 'PowerShell', comment: '#' },
  { id: 'bicep', label: 'Bicep', language: 'bicep', title: 'main.bicep', comment: '//' },
  { id: 'terraform', label: 'Terraform', language: 'hcl', title: 'main.tf', comment: '#' },
  { id: 'portal', label: 'Portal', language: 'steps', title: 'Azure portal', comment: '' },
];

/** A section in all of them. */
export type SetupSection = DocumentSection & { texts: Record<SetupFormat, SetupText> };

export type { SetupText };
