import { z } from 'zod';
import { timestamp } from '../common.ts';
import { assetKind } from './asset-kind.ts';

const count = z.number().int().min(0).nullable();
const measure = z.number().positive().nullable();
const words = z.string().max(200).nullable();

/**
 * What the bytes of an asset say of it. A fact that the format does not have, or that cannot be read within the budget,
 * is null.
 */
export const mediaFacts = z
  .object({
    mediaType: z
      .string()
      .max(200)
      .meta({ description: 'The true media type, by content', example: 'image/jpeg' }),
    kind: assetKind.meta({ description: 'By content' }),
    width: count.meta({
      description: 'Pixels as stored, before orientation and rotation; of a PDF points of its first page',
    }),
    height: count.meta({
      description: 'Pixels as stored, before orientation and rotation; of a PDF points of its first page',
    }),
    bitDepth: count.meta({ description: 'Bits of a sample' }),
    orientation: z
      .number()
      .int()
      .min(1)
      .max(8)
      .nullable()
      .meta({ description: 'EXIF orientation; null: no tag' }),
    rotation: z
      .union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)])
      .nullable()
      .meta({
        description: 'Degrees clockwise that a player turns the picture, from the container rather than EXIF',
      }),
    brand: words.meta({
      description: 'Major brand of an ISO media file; version of a PDF or a point cloud',
      example: 'mp42',
    }),
    codec: words.meta({
      description: 'As RFC 6381 writes it; the UID of the transfer syntax of DICOM',
      example: 'avc1.64001f',
    }),
    pixelFormat: words.meta({
      description:
        'As ffmpeg names it; photometric interpretation of DICOM; type of the numbers of a volume or an array',
      example: 'yuv420p',
    }),
    fps: measure.meta({ description: 'Average frames a second' }),
    frameRate: z.enum(['constant', 'variable']).nullable(),
    durationSeconds: z.number().min(0).nullable(),
    frames: count,
    framesExact: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether `frames` is counted rather than estimated' }),
    faststart: z
      .boolean()
      .nullable()
      .meta({ description: 'The index is before the data, so playing starts at once' }),
    audioTracks: count,
    audioCodec: words.meta({ description: 'As ffmpeg names it', example: 'aac' }),
    sampleRateHz: count,
    channels: count,
    pages: count,
    lines: count,
    encoding: words.meta({ description: 'Of text', example: 'utf-8' }),
    rows: count,
    rowsExact: z.boolean().nullable(),
    columns: z
      .array(z.string().max(200))
      .max(1000)
      .nullable()
      .meta({ description: 'Names of the columns of a table' }),
    points: count.meta({ description: 'Of a point cloud; corners of a mesh' }),
    faces: count.meta({ description: 'Of a mesh' }),
    shape: z.array(z.number().int().min(0)).max(32).nullable().meta({
      description: 'Sizes of a volume or an array; in voxels, x first for NIfTI',
    }),
    modality: words.meta({ description: 'DICOM modality', example: 'CT' }),
    studyUid: words,
    seriesUid: words,
    instanceUid: words,
    instanceNumber: z.number().int().nullable(),
  })
  .meta({ id: 'MediaFacts' });
export type MediaFacts = z.infer<typeof mediaFacts>;

export const MEDIA_WARNINGS = [
  'name_disagrees',
  'personal_data',
  'encrypted',
  'truncated',
  'blank',
  'animated',
  'estimated',
  'unusual',
] as const;

/** Something about an asset that people should know, although it could be read. */
export const mediaWarning = z
  .object({
    code: z.enum(MEDIA_WARNINGS),
    message: z.string().meta({ description: 'What was seen, in a sentence. Repeats no personal data.' }),
  })
  .meta({ id: 'MediaWarning' });
export type MediaWarning = z.infer<typeof mediaWarning>;

/** Why nothing could be learned of an asset. */
export const MEDIA_PROBLEMS = [
  'not_recognised',
  'malformed',
  'truncated',
  'over_budget',
  'changed',
  'unreadable',
] as const;
export const mediaProblem = z
  .object({
    code: z.enum(MEDIA_PROBLEMS),
    message: z.string().max(1000).meta({ description: 'What was seen and what was expected, in a sentence' }),
  })
  .meta({ id: 'MediaProblem' });
export type MediaProblem = z.infer<typeof mediaProblem>;

/** The facts that are known; those that are not are left out. */
export const knownFacts = mediaFacts
  .partial()
  .required({ mediaType: true, kind: true })
  .meta({ id: 'KnownMediaFacts' });
export type KnownFacts = z.infer<typeof knownFacts>;

/** What a probe has learned of an asset as it is now: facts, or a problem. */
export const assetMedia = z
  .object({
    facts: knownFacts.nullable(),
    warnings: z.array(mediaWarning).max(100),
    problem: mediaProblem.nullable(),
    probedAt: timestamp,
  })
  .meta({ id: 'AssetMedia' });
export type AssetMedia = z.infer<typeof assetMedia>;
