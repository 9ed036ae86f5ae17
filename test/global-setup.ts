import { temporaryDirectory } from './support/temporary.ts';

/** Runs once before the tests of this workspace, and once after them: a place for what they share. */
export default async function setup(): Promise<() => Promise<void>> {
  const shared = await temporaryDirectory('shared');
  process.env.MOORING_TEST_SHARED = shared.path;
  return shared.remove;
}
