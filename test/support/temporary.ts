import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory that others may pass through, as a database server under another account has to. */
export async function temporaryDirectory(name: string) {
  const path = await mkdtemp(join(tmpdir(), `mooring-acceptance-${name}-`));
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
