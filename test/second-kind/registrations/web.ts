import { azure } from '@mooring/azure';
import type { StorageKind } from '@mooring/storage';
import { shelf } from '../shelf/index.ts';

export const KINDS: readonly StorageKind[] = [azure, shelf];
