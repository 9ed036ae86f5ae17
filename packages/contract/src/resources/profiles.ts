import { z } from 'zod';
import { page, pageQuery, revision, timestamp } from '../common.ts';
import { fix } from '../fix.ts';
import { defineRoute } from '../route.ts';
import { assetKind } from './asset-kind.ts';

/** What rules can ask of an asset: what a listing says of it, and media facts, which are unknown until it is probed. */
export const RULE_FACTS = {
  archiveState: 'text',
  tier: 'text',
  contentType: 'text',
  sizeBytes: 'number',
  mediaType: 'text',
  width: 'number',
  height: 'number',
  bitDepth: 'number',
  orientation: 'number',
  rotation: 'number',
  brand: 'text',
  codec: 'text',
  pixelFormat: 'text',
  fps: 'number',
  frameRate: 'text',
  durationSeconds: 'number',
  frames: 'number',
  faststart: 'boolean',
  audioTracks: 'number',
  audioCodec: 'text',
  sampleRateHz: 'number',
  channels: 'number',
  pages: 'number',
} as const;
export type RuleFact = keyof typeof RULE_FACTS;
const FACTS = Object.keys(RULE_FACTS) as [RuleFact, ...RuleFact[]];

const slug = (most: number) =>
  z.string().regex(new RegExp(`^[a-z][a-z0-9-]{0,${most - 1}}$`), {
    error: `expected small letters, digits and hyphens, at most ${most}, e.g. readable-tier`,
  });
export const profileName = slug(60).meta({ description: 'Name of a profile', example: 'datature' });
export const ruleId = slug(40).meta({
  description: 'Name of a rule in its profile',
  example: 'pixel-format',
});

const ruleFields = {
  id: ruleId,
  kinds: z.array(assetKind).min(1).max(20).optional().meta({
    description: 'The kinds of assets that the rule is for, by content where that is known; default: all',
  }),
  fact: z.enum(FACTS).meta({ description: 'What it looks at' }),
  oneOf: z
    .array(z.union([z.string().min(1).max(200), z.number(), z.boolean()]))
    .min(1)
    .max(50)
    .optional()
    .meta({
      description: 'The fact is one of these. A text that ends with `*` stands for all that begin so',
    }),
  min: z.number().optional().meta({ description: 'The fact is at least this' }),
  max: z.number().optional().meta({ description: 'The fact is at most this' }),
  whenUnknown: z.enum(['pass', 'fail']).default('pass').meta({
    description:
      'What a fact that the asset does not have means. A media fact is never judged before a probe',
  }),
  fix: z.string().max(500).optional().meta({ description: 'What to do where an asset fails, in a sentence' }),
  commands: z
    .array(z.strictObject({ title: z.string().max(100), text: z.string().max(1000) }))
    .max(4)
    .default([])
    .meta({
      description:
        'Commands that mend it. `{file}` becomes the quoted name of the file; `{as}` the quoted name of a new one, `{as:.mp4}` with this extension',
    }),
};

/** One thing that an asset must meet. */
export const profileRule = z
  .strictObject(ruleFields)
  .superRefine((rule, context) => {
    const type = RULE_FACTS[rule.fact];
    const isRange = rule.min !== undefined || rule.max !== undefined;
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (!rule.oneOf && !isRange) refuse('oneOf', 'is missing; expected oneOf, min or max');
    if (isRange && type !== 'number')
      refuse('min', `is for numbers; ${rule.fact} is a ${type}. Expected oneOf`);
    const odd = rule.oneOf?.find(value => typeof value !== (type === 'text' ? 'string' : type));
    if (odd !== undefined)
      refuse('oneOf', `holds ${JSON.stringify(odd)}; ${rule.fact} is a ${type}, so expected only that`);
  })
  .meta({ id: 'ProfileRule' });
export type ProfileRule = z.output<typeof profileRule>;

export const profileRules = z
  .array(profileRule)
  .max(50)
  .refine(rules => new Set(rules.map(rule => rule.id)).size === rules.length, {
    error: 'has two rules with one id; expected each id once',
  });

/** What a workspace writes of a profile. `z.toJSONSchema(profileWrite)` is its JSON schema; OpenAPI has it too. */
export const profileWrite = z
  .strictObject({
    description: z.string().max(500).default(''),
    rules: profileRules,
  })
  .meta({ id: 'ProfileWrite' });
export type ProfileWrite = z.input<typeof profileWrite>;

export const profile = z
  .object({
    name: profileName,
    description: z.string(),
    builtIn: z.boolean().meta({ description: 'It comes with Mooring and cannot be changed' }),
    rules: z.array(z.object(ruleFields)),
    revision,
    updatedAt: timestamp.nullable().meta({ description: 'null: it is built in' }),
  })
  .meta({ id: 'Profile' });
export type Profile = z.infer<typeof profile>;

/** Why an asset does not fit the profile of its source. */
export const assetFailure = z
  .object({
    rule: ruleId,
    message: z.string().meta({ description: 'What was seen and what the rule expects, in a sentence' }),
    fix,
  })
  .meta({ id: 'AssetFailure' });
export type AssetFailure = z.infer<typeof assetFailure>;

const params = z.object({ profileName });

/** Profiles: rules that the assets of a source must meet. */
export const profileRoutes = {
  listProfiles: defineRoute({
    method: 'GET',
    path: '/v1/profiles',
    tag: 'media',
    summary: 'Profiles: those built in, then those of the workspace by name',
    action: 'assets.see',
    query: pageQuery,
    status: 200,
    response: page(profile),
  }),
  getProfile: defineRoute({
    method: 'GET',
    path: '/v1/profiles/:profileName',
    tag: 'media',
    summary: 'One profile with its rules',
    action: 'assets.see',
    params,
    status: 200,
    response: profile,
  }),
  putProfile: defineRoute({
    method: 'PUT',
    path: '/v1/profiles/:profileName',
    tag: 'media',
    summary: 'Write a profile of the workspace',
    description: 'The assets of the sources that have it are judged again, from what is known of them.',
    action: 'profiles.change',
    params,
    body: profileWrite,
    status: 200,
    response: profile,
  }),
  deleteProfile: defineRoute({
    method: 'DELETE',
    path: '/v1/profiles/:profileName',
    tag: 'media',
    summary: 'Remove a profile that no source has',
    action: 'profiles.change',
    params,
    status: 204,
    response: null,
  }),
} as const;
