export { createOwner } from '../objects.ts';
export type { ChangeCounts, ChangeSet } from './change-set.ts';
export { inPlaceOfAzurite } from './in-place.ts';
export { SHAPES, type Shape } from './shapes.ts';
export type { SyntheticOptions } from './synthetic.ts';
export { startVolume, type Volume, type VolumeOptions, type VolumeSettings } from './volume.ts';
