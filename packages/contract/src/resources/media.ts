import { z } from 'zod';
import { id } from '../common.ts';
import { defineRoute } from '../route.ts';
import { asset } from './assets.ts';
import { assetMedia, knownFacts, mediaProblem } from './media-facts.ts';
import { operation } from './operations.ts';

/** Which assets of a source to probe. */
export const probeRequest = z.strictObject({
  which: z.enum(['new', 'failed', 'all']).default('new').meta({
    description:
      '`new`: those that were not probed since they came or changed; `failed`: those of which nothing could be learned, too; `all`: every asset',
  }),
});
export type ProbeRequest = z.input<typeof probeRequest>;

/** Facts that another program has read, such as in a network that Mooring does not reach. */
export const mediaReport = z.strictObject({
  items: z
    .array(
      z.strictObject({
        assetId: id('asset'),
        etag: z.string().max(1024).meta({ description: 'Of the asset when it was read; others are refused' }),
        facts: knownFacts.nullable(),
        warnings: assetMedia.shape.warnings.default([]),
        problem: mediaProblem.nullish(),
      }),
    )
    .min(1)
    .max(1000),
});
export type MediaReport = z.input<typeof mediaReport>;
export const mediaReportResult = z
  .object({
    written: z.number().int(),
    refused: z.array(z.object({ assetId: id('asset'), reason: z.enum(['not_found', 'changed']) })),
  })
  .meta({ id: 'MediaReportResult' });
export type MediaReportResult = z.infer<typeof mediaReportResult>;

/** What assets are by their content. */
export const mediaRoutes = {
  probeSource: defineRoute({
    method: 'POST',
    path: '/v1/sources/:sourceId/probe',
    tag: 'media',
    summary: 'Learn what the assets of a source are, from few of their bytes',
    action: 'sources.change',
    params: z.object({ sourceId: id('source') }),
    body: probeRequest.prefault({}),
    status: 202,
    response: operation,
  }),
  probeAsset: defineRoute({
    method: 'POST',
    path: '/v1/assets/:assetId/probe',
    tag: 'media',
    summary: 'Learn again what an asset is',
    action: 'assets.probe',
    params: z.object({ assetId: id('asset') }),
    status: 200,
    response: asset,
  }),
  reportMedia: defineRoute({
    method: 'POST',
    path: '/v1/assets/media',
    tag: 'media',
    summary: 'Write what another program has learned of assets',
    description:
      'For connections that are `client-only`: their data is read in a browser or by `mooring probe`, and only facts are sent.',
    action: 'assets.report',
    body: mediaReport,
    status: 200,
    response: mediaReportResult,
  }),
} as const;
