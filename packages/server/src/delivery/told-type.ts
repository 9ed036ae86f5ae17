import type { Asset } from '@mooring/contract';
import { mediaTypeOfName } from '@mooring/probe';
import { saysNothing } from '../catalogue/kind.ts';

/** What is known of an object: what its storage says, what a probe found, and what its name stands for. */
export type Described = Pick<Asset, 'name' | 'contentType'> & {
  media: Pick<NonNullable<Asset['media']>, 'facts'> | null;
};

/** What browsers show by themselves. Pages and scripts are not among it: nothing is made one that was none. */
const SHOWN = /^(?:(?:image|video|audio)\/[\w.+-]{1,100}|application\/pdf)$/;

/**
 * The content type to give in the place of a stored one that says nothing, such as `application/octet-stream`; null
 * where the stored one stands. Without it browsers show no SVG and no PDF.
 */
export function typeInstead({ name, contentType, media }: Described): string | null {
  if (!saysNothing(contentType)) return null;
  const type = media?.facts?.mediaType ?? mediaTypeOfName(name);
  return type && SHOWN.test(type) ? type : null;
}

/** The content type that browsers get. */
export const toldType = (object: Described): string | null => typeInstead(object) ?? object.contentType;
