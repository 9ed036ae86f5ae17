import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Stage, type StageSettings, startStage } from './stage.ts';

/** Starts a stage before the tests of a file and stops it after them. Of a test that failed it keeps evidence. */
export function useStage(settings: StageSettings = {}): Stage {
  const stage = {} as Stage;
  beforeAll(async () => {
    Object.assign(stage, await startStage(settings));
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const name = task.name.replace(/\W+/g, '-').slice(0, 60);
    const directory = join(tmpdir(), 'mooring-e2e-failures');
    await mkdir(directory, { recursive: true });
    const files = await stage.keepEvidence(join(directory, name));
    console.error(`How it was: ${files.join(' ')}`);
  });
  afterAll(() => stage.stop?.());
  return stage;
}
