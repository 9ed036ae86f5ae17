import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fill } from '../azurite-process.ts';
import type { Certificates } from '../certificates.ts';
import { createDelegationKeys } from '../front/delegation-key.ts';
import { type AzureError, azureErrors, sendError } from '../front/errors.ts';
import { createFaults } from '../front/faults.ts';
import { readStorageRequest, type StorageRequest } from '../front/request.ts';
import { startServer } from '../server.ts';
import { type Answer, isError, notFound, xml } from './answer.ts';
import { createListAnswers } from './answer-list.ts';
import { answerObject } from './answer-object.ts';
import { createContainers } from './containers.ts';
import { answerPreflight, type CorsRule, corsHeaders, readCorsRule } from './cors.ts';
import { find } from './object-sequence.ts';
import type { SyntheticOptions } from './synthetic.ts';
import { createTrouble, type TroubleSettings } from './trouble.ts';

export interface VolumeOptions {
  /** Computed containers, by name. Others can be created, as in Azure, and all can be written to. */
  containers: Record<string, SyntheticOptions>;
  /** Null: over HTTP. */
  certificates?: Certificates | null;
  /**
   * For each of what is written in XML and in Arrow; default 256 MB. Give 700 bytes an object to serve every run
   * after the first from memory.
   */
  cacheBytes?: number;
  /** Whether XML begins with a byte order mark, as Azure's does; default true. `startAzureFront` adds its own. */
  byteOrderMark?: boolean;
}

/** What may be changed while it runs. */
export interface VolumeSettings extends TroubleSettings {
  /** Whether the account speaks Arrow. */
  arrow: boolean;
  /** How many a page holds at most, however many are asked for: the service may answer fewer. Default 5,000. */
  objectsPerPage: number;
}

/**
 * Starts a storage account that lists millions of objects as fast as a client can read, from containers that are
 * computed. It believes every caller: who tests credentials starts `startAzureFront` before it. Any account name
 * in the path will do.
 */
export async function startVolume(options: VolumeOptions) {
  const { containers, certificates = null, cacheBytes = 256e6, byteOrderMark = true } = options;
  const now = () => new Date();
  const settings: VolumeSettings = {
    latencyMs: 0,
    requestsPerSecond: null,
    mishaps: null,
    arrow: true,
    objectsPerPage: 5000,
  };
  const trouble = createTrouble(settings, Date.now);
  const faults = createFaults();
  const store = createContainers(containers, now);
  const lists = createListAnswers(settings, { cacheBytes, byteOrderMark });
  const delegationKeys = createDelegationKeys();
  let cors: CorsRule | null = null;

  const answerService = async (
    message: IncomingMessage,
    request: StorageRequest,
  ): Promise<Answer | AzureError> => {
    if (request.action === 'delegate') {
      const holder = {
        objectId: NO_ID,
        tenant: NO_ID,
        version: String(message.headers['x-ms-version'] ?? ''),
      };
      const issued = delegationKeys.issue(await text(message), holder, now());
      if ('error' in issued) return issued.error;
      return { status: 200, headers: { 'content-type': 'application/xml' }, body: [Buffer.from(issued.xml)] };
    }
    if (message.method === 'PUT') {
      cors = readCorsRule(await text(message));
      return { status: 202, headers: {} };
    }
    if (request.query.get('restype') === 'account')
      return { status: 200, headers: { 'x-ms-sku-name': 'Standard_LRS', 'x-ms-account-kind': 'StorageV2' } };
    return xml('<StorageServiceProperties />');
  };

  const answer = async (message: IncomingMessage): Promise<Answer | AzureError> => {
    const request = readStorageRequest(message);
    if (message.method === 'OPTIONS') return answerPreflight(message, cors);
    if (request.container === null) return answerService(message, request);
    if (request.blob === null && message.method === 'PUT') {
      const isNew = store.create(request.container);
      return isNew ? { status: 201, headers: {} } : containerExists;
    }
    const container = store.get(request.container);
    if (!container) return notFound('Container');
    if (request.blob !== null) return answerObject(message, container, request.blob);
    if (request.action === 'list')
      return lists.answer(message, request, container, `${server.origin}/${request.account}`);
    return {
      status: 200,
      headers: {
        etag: '"0x8D1"',
        'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
        'x-ms-lease-status': 'unlocked',
      },
    };
  };

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = faults.take(readStorageRequest(message)) ?? trouble.next();
    const waitMs = settings.latencyMs + (fault?.kind === 'delay' ? fault.ms : 0);
    if (waitMs > 0) await sleep(waitMs);
    if (fault?.kind === 'reset') return void message.socket.destroy();
    const result =
      fault?.kind === 'server-busy' ? azureErrors.serverBusy(fault.retryAfterSeconds) : await answer(message);
    const common = corsHeaders(message, cors);
    if (isError(result)) {
      message.resume();
      return sendError(response, result, now(), common);
    }
    const { status, headers, body = [] } = result;
    response.writeHead(status, {
      'content-length': body.reduce((sum, { length }) => sum + length, 0),
      server: 'Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0',
      'x-ms-request-id': randomUUID(),
      'x-ms-version': String(message.headers['x-ms-version'] ?? ''),
      ...common,
      ...headers,
    });
    if (fault?.kind === 'truncate' && body.length > 0) {
      const begin = Buffer.concat(body).subarray(0, fault.afterBytes);
      return void response.write(begin, () => message.socket.destroy());
    }
    response.cork();
    for (const piece of body) response.write(piece);
    response.uncork();
    response.end();
  };

  const server = await startServer(certificates, (message, response) => {
    serve(message, response).catch(error => {
      if (response.headersSent || response.destroyed) return response.destroy();
      sendError(response, azureErrors.internalError(String(error)), now(), {});
    });
  });
  return {
    settings,
    inject: faults.inject,
    hold: faults.hold,
    /** Copies one object that was put to many keys. */
    async fill({ container, template, keys }: Pick<Fill, 'container' | 'template' | 'keys'>): Promise<void> {
      const { stored } = store.get(container)!;
      const object = find(stored.objects, template)!;
      const body = stored.objects.bodyOf(object);
      const { contentType, directory } = object;
      for (const key of keys) stored.put(key, body, { contentType, directory });
    },
    /** Puts a computed container into another state. @returns how many objects differ from the first. */
    change(...change: Parameters<typeof store.change>) {
      lists.forget();
      return store.change(...change);
    },
    origin: server.origin,
    stop: server.stop,
  };
}
export type Volume = Awaited<ReturnType<typeof startVolume>>;

const NO_ID = '00000000-0000-0000-0000-000000000000';

const containerExists: AzureError = {
  status: 409,
  code: 'ContainerAlreadyExists',
  message: 'The specified container already exists.',
};
