import { createHmac, randomBytes } from 'node:crypto';
import { type AzureError, azureErrors } from './errors.ts';

/** What a user delegation key is made for; the same values come back in each SAS signed with it. */
export interface DelegationKeyFields {
  objectId: string;
  tenant: string;
  start: string;
  expiry: string;
  version: string;
}

const LONGEST_MS = 7 * 86_400_000;

/**
 * Makes user delegation keys. A key is derived from its fields, so none has to be remembered.
 * https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key
 */
export function createDelegationKeys() {
  const secret = randomBytes(32);
  const keyValue = (fields: DelegationKeyFields): string => {
    const { objectId, tenant, start, expiry, version } = fields;
    return createHmac('sha256', secret)
      .update(JSON.stringify([objectId, tenant, start, expiry, version]))
      .digest('base64');
  };

  return {
    keyValue,

    /** Answers the request for a key: the XML, or why not. `body` is the request's `KeyInfo`. */
    issue(
      body: string,
      holder: Pick<DelegationKeyFields, 'objectId' | 'tenant' | 'version'>,
      now: Date,
    ): { xml: string } | { error: AzureError } {
      const start = /<Start>([^<]*)/.exec(body)?.[1] ?? now.toISOString();
      const expiry = /<Expiry>([^<]*)/.exec(body)?.[1] ?? '';
      const lifetimeMs = Date.parse(expiry) - now.getTime();
      if (!(lifetimeMs > 0 && lifetimeMs <= LONGEST_MS))
        return { error: azureErrors.invalidXmlNodeValue(expiry) };
      const fields = { ...holder, start, expiry };
      return {
        xml: `\uFEFF<?xml version="1.0" encoding="utf-8"?><UserDelegationKey><SignedOid>${fields.objectId}</SignedOid><SignedTid>${fields.tenant}</SignedTid><SignedStart>${start}</SignedStart><SignedExpiry>${expiry}</SignedExpiry><SignedService>b</SignedService><SignedVersion>${fields.version}</SignedVersion><Value>${keyValue(fields)}</Value></UserDelegationKey>`,
      };
    },
  };
}
export type DelegationKeys = ReturnType<typeof createDelegationKeys>;
