import type { AccessMode } from '@mooring/contract';
import { Agent } from 'undici';
import { adviseFromError } from '../server/checks/define-check.ts';
import { listCheck } from '../server/checks/list-check.ts';
import { readChecks } from '../server/checks/read-checks.ts';
import { surveyCheck } from '../server/checks/survey-check.ts';
import { type ExplainAnswer, fetchCheck, signCheck } from '../server/checks/url-checks.ts';
import { writeCheck } from '../server/checks/write-check.ts';
import { ProviderError } from '../server/errors.ts';
import type { Capabilities, Provider } from '../server/provider.ts';
import { signEach } from '../server/sign.ts';
import { listPage, MAX_PAGE_SIZE } from './lister.ts';
import { createMemoryReader } from './reader.ts';
import type { MemoryStorage } from './storage.ts';
import { startUrlServer, type UrlServer } from './url-server.ts';
import { createMemoryWriter } from './writer.ts';

export { createFolderStorage } from './folder.ts';
export { createMemoryStorage, type MemoryStorage } from './storage.ts';

/**
 * A provider over a memory storage, for tests. Several can share one storage.
 * @param credential with `wrong`, every call is refused as `unauthenticated`.
 */
export function createMemoryProvider(options: {
  storage: MemoryStorage;
  accessMode?: AccessMode;
  /** Below which it may write. By default it may not. */
  renditionPrefix?: string;
  credential?: 'right' | 'wrong';
  /** Default: inclusive. */
  lowerBound?: Capabilities['list']['lowerBound'];
  /** Whether listings name content types; by default they do. */
  contentTypes?: boolean;
}): Provider {
  const { storage, accessMode = 'server', renditionPrefix, credential = 'right' } = options;
  const { lowerBound = 'inclusive', contentTypes = true } = options;
  const dispatcher = new Agent();
  let server: Promise<UrlServer> | null = null;

  const admit = (): void => {
    if (credential === 'right') return;
    throw new ProviderError('unauthenticated', 'The credential was refused.', { fix: 'Use the right one.' });
  };
  const capabilities: Capabilities = {
    list: {
      delimiter: true,
      maxPageSize: MAX_PAGE_SIZE,
      ordered: true,
      ranges: 'both',
      lowerBound,
      contentTypes,
    },
    read: accessMode === 'server',
    write: accessMode === 'server' && renditionPrefix !== undefined,
    sign: 'object',
    signsType: true,
  };
  const list: Provider['list'] = async (container, options = {}) => {
    options.signal?.throwIfAborted();
    await storage.beforeList(options.signal);
    options.signal?.throwIfAborted();
    admit();
    return listPage(storage, container, options, capabilities.list);
  };
  const reader = accessMode === 'server' ? createMemoryReader(storage, admit) : null;
  const signer: Provider['signer'] = {
    async sign(container, keys, { method, startsAt, expiresAt: asked, contentType }) {
      admit();
      server ??= startUrlServer(storage);
      const { sign } = await server;
      const expiresAt = new Date(Math.min(asked.getTime(), startsAt.getTime() + LONGEST_MS));
      return signEach(keys, key => ({
        url: sign(container, key, { method, startsAt, expiresAt, contentType }),
        expiresAt,
      }));
    },
  };
  const writer = capabilities.write ? createMemoryWriter(storage, renditionPrefix!, admit) : null;
  return {
    kind: 'memory',
    capabilities,
    list,
    reader,
    signer,
    writer,
    messages: null,
    ownerMarks: [],
    checks: [
      listCheck({ list }, adviseFromError),
      ...(reader ? readChecks(reader, adviseFromError) : []),
      signCheck(signer, capabilities, adviseFromError),
      ...(reader ? [fetchCheck(dispatcher, explainAnswer, adviseFromError)] : []),
      ...(writer ? [writeCheck(writer, adviseFromError)] : []),
      surveyCheck({ list, capabilities }, 'Choose other objects.', adviseFromError),
    ],
    advise: adviseFromError,
    async close() {
      await (await server)?.stop();
      await dispatcher.close();
    },
  };
}

/** No URL lives longer, counted from when it begins to work. */
const LONGEST_MS = 7 * 86_400_000;

const explainAnswer: ExplainAnswer = ({ status, body }) =>
  new ProviderError('forbidden', `Status ${status}: ${body.toString().trim()}`, {
    fix: 'Sign a new URL.',
    status,
  });
