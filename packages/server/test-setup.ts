import type { TestProject } from 'vitest/node';
import { migrations } from './src/catalogue/migrations/index.ts';
import { startTestServers } from './src/platform/database/testing-setup.ts';

/** Runs once before all tests of this workspace, and once after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { servers, stop } = await startTestServers(migrations);
  project.provide('testServers', servers);
  return stop;
}
