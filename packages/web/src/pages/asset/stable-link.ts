/** The address of an asset's bytes that stays: it redirects to a short-lived URL for every person who may read it. */
export const stableLink = (assetId: string): string => `${location.origin}/v1/assets/${assetId}/content`;
