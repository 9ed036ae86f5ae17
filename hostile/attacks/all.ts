import type { Attack } from '../attack.ts';
import { callers } from './callers.ts';
import { delivery } from './delivery.ts';
import { events } from './events.ts';
import { files } from './files.ts';
import { inventories } from './inventories.ts';
import { listings } from './listings.ts';
import { operations } from './operations.ts';

/** Every attack, those alike side by side. */
export const attacks: Attack[] = [
  ...listings,
  ...inventories,
  ...files,
  ...callers,
  ...delivery,
  ...events,
  ...operations,
];
