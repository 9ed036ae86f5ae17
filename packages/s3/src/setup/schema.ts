import type {
  SetupFormat as DocumentFormat,
  SetupSection as DocumentSection,
  SetupText,
} from '@mooring/contract';
import { z } from 'zod';
import { bucketProblem } from '../names.ts';
import { s3Location } from '../schemas.ts';

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'expected no control characters' });
const arn = (kind: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:(iam|sts)::\\d{12}:${kind}[\\w+=,.@/-]{1,512}$`));
const name = z
  .string()
  .regex(/^[\w+=,.@-]{1,64}$/, { error: 'expected 1 to 64 letters, digits and +=,.@-_' })
  .regex(/^[^-]/);

/** The identity that the bucket's owner gives access to. */
export const setupIdentity = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('role'),
      name: name.default('Mooring'),
      principalArn: arn('(user|role|assumed-role)\\/').nullable().meta({ description: 'Who may assume it' }),
      externalId: z
        .string()
        .regex(/^[\w+=,.@:/-]{2,200}$/)
        .nullable()
        .meta({ description: 'That of the workspace; null: it comes with the connection' }),
    })
    .meta({ description: 'A role that this installation assumes with an external id' }),
  z
    .strictObject({
      kind: z.literal('web-identity'),
      name: name.default('Mooring'),
      issuer: z.url({ protocol: /^https$/ }),
      subject: text(600),
      audience: text(600),
    })
    .meta({ description: 'A role that trusts the identity token of this installation' }),
  z.strictObject({ kind: z.literal('user'), name: name.default('mooring') }).meta({
    description: 'A user with an access key',
  }),
]);
export type SetupIdentity = z.output<typeof setupIdentity>;

export const setupRequest = z
  .strictObject({
    provider: z.literal('s3').optional(),
    location: s3Location.superRefine(({ container, prefix }, context) => {
      const message =
        bucketProblem(container, false) ??
        (prefix.length > 1024 || prefix.includes('\0') || !prefix.isWellFormed()
          ? 'no key begins with this prefix'
          : null);
      if (message) context.addIssue({ code: 'custom', message });
    }),
    identity: setupIdentity,
    renditionPrefix: text(512)
      .regex(/\/$/, { error: 'expected a prefix that ends in /' })
      .nullable()
      .default(null)
      .meta({ description: 'Where Mooring may write; null: nowhere' }),
    origins: z
      .array(z.string().regex(/^https?:\/\/[A-Za-z0-9.:[\]-]{1,255}$/, { error: 'expected an origin' }))
      .max(64)
      .default([])
      .meta({ description: 'Pages that load straight from the storage' }),
    ownership: z
      .strictObject({ token: z.string().regex(/^[\w.~:-]{1,200}$/), markerKey: text(1024) })
      .nullable()
      .default(null)
      .meta({ description: 'The mark that says which workspace is wanted' }),
    eventQueue: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,80}$/, { error: 'expected 1 to 80 letters, digits, hyphens and underscores' })
      .nullable()
      .default(null)
      .meta({ description: 'The queue of SQS that changes are to be sent to; null: none' }),
  })
  .meta({ id: 'S3SetupRequest' });
/** As sent: what has a default may be left out. */
export type SetupRequest = z.input<typeof setupRequest>;
/** As read: complete. */
export type SetupSettings = z.output<typeof setupRequest>;

export const SETUP_FORMATS = ['aws-cli', 'cloudformation', 'terraform', 'console'] as const;
export type SetupFormat = (typeof SETUP_FORMATS)[number];

/** The formats, as a document lists them. */
export const FORMATS: readonly (DocumentFormat & { id: SetupFormat })[] = [
  { id: 'aws-cli', label: 'AWS CLI', language: 'sh', title: 'Shell (AWS CLI)', comment: '#' },
  { id: 'cloudformation', label: 'CloudFormation', language: 'yaml', title: 'mooring.yaml', comment: '#' },
  { id: 'terraform', label: 'Terraform', language: 'hcl', title: 'main.tf', comment: '#' },
  { id: 'console', label: 'Console', language: 'steps', title: 'Console', comment: '' },
];

/** A section in all of them. */
export type SetupSection = DocumentSection & { texts: Record<SetupFormat, SetupText> };
