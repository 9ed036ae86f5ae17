import { MooringError } from '@mooring/contract';

export { MooringError } from '@mooring/contract';

export const notFound = (what: string, id: string): MooringError =>
  new MooringError('not_found', `There is no ${what} ${id} in this workspace.`, {
    fix: `List the ${what}s to see which there are.`,
  });
