import { Pool } from 'undici';
import { mintAccountSas } from './account-sas.ts';
import type { Azurite, StorageAccount } from './azurite.ts';
import type { Certificates } from './certificates.ts';

/** An object to store. */
export interface SeedObject {
  key: string;
  body: Buffer | string;
  contentType?: string;
  contentEncoding?: string;
  metadata?: Record<string, string>;
}

/** A CORS rule of the account, its lists as Azure writes them: parted by commas. */
export interface CorsRule {
  origins: string[];
  methods?: string;
  allowedHeaders?: string;
  exposedHeaders?: string;
}

const toXml = ({ origins, methods, allowedHeaders, exposedHeaders }: CorsRule): string =>
  `<CorsRule><AllowedOrigins>${origins.join(',')}</AllowedOrigins><AllowedMethods>${methods ?? 'GET,HEAD,OPTIONS'}</AllowedMethods><AllowedHeaders>${allowedHeaders ?? 'range,if-match,if-none-match,x-ms-*'}</AllowedHeaders><ExposedHeaders>${exposedHeaders ?? 'content-length,content-range,content-type,etag,last-modified,accept-ranges,x-ms-*'}</ExposedHeaders><MaxAgeInSeconds>3600</MaxAgeInSeconds></CorsRule>`;

/**
 * Creates containers and objects as their owner would, past the front. Keys are sent in one percent-encoded
 * piece, so that none is taken for a path with `..` in it.
 */
export function createOwner(azurite: Azurite, certificates: Certificates, account: StorageAccount) {
  const pool = new Pool(azurite.origin, { connect: { ca: certificates.ca }, connections: 8 });
  const token = mintAccountSas(account, { permissions: 'rwdlact', expiresOn: new Date('2099-01-01') });

  const send = async (
    method: 'PUT' | 'DELETE',
    path: string,
    query: string,
    headers: Record<string, string> = {},
    body: Buffer | string | null = null,
  ): Promise<void> => {
    const answer = await pool.request({
      method,
      path: `/${account.name}${path}?${query}${token}`,
      headers: { ...headers, 'x-ms-version': '2025-11-05' },
      body,
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300)
      throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text.slice(0, 300)}`);
  };
  const setRules = (rules: CorsRule[]): Promise<void> => {
    const xml = rules.map(toXml).join('');
    const body = `<?xml version="1.0" encoding="utf-8"?><StorageServiceProperties><Cors>${xml}</Cors></StorageServiceProperties>`;
    return send('PUT', '', 'restype=service&comp=properties&', { 'content-type': 'application/xml' }, body);
  };
  const objectPath = (container: string, key: string) => `/${container}/${encodeURIComponent(key)}`;

  return {
    createContainer: (container: string) => send('PUT', `/${container}`, 'restype=container&'),

    /** Replaces the metadata of a container. */
    setMetadata: (container: string, metadata: Record<string, string>) =>
      send('PUT', `/${container}`, 'restype=container&comp=metadata&', metadataHeaders(metadata)),

    put(
      container: string,
      { key, body, contentType, contentEncoding, metadata = {} }: SeedObject,
    ): Promise<void> {
      return send(
        'PUT',
        objectPath(container, key),
        '',
        {
          'x-ms-blob-type': 'BlockBlob',
          'content-type': contentType ?? 'application/octet-stream',
          ...(contentEncoding !== undefined && { 'x-ms-blob-content-encoding': contentEncoding }),
          ...metadataHeaders(metadata),
        },
        body,
      );
    },

    remove: (container: string, key: string) => send('DELETE', objectPath(container, key), ''),

    setTier: (container: string, key: string, tier: 'Hot' | 'Cool' | 'Cold' | 'Archive') =>
      send('PUT', objectPath(container, key), 'comp=tier&', { 'x-ms-access-tier': tier }),

    /** Replaces the CORS rules: what Mooring asks for, for these origins. */
    allowOrigins: (origins: string[]): Promise<void> => setRules(origins.length ? [{ origins }] : []),

    /** Replaces the CORS rules; what a rule does not say is as Mooring asks for it. */
    setCorsRules: (rules: CorsRule[]): Promise<void> => setRules(rules),

    close: () => pool.close(),
  };
}

const metadataHeaders = (metadata: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]));
