import { azure } from '@mooring/azure';
import { direct } from '@mooring/direct';
import { s3 } from '@mooring/s3';
import type { StorageKind } from '@mooring/storage';

/** The storage kinds of this app, the default first. */
export const KINDS: readonly StorageKind[] = [azure, s3, direct];
