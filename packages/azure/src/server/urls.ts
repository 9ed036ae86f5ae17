import { ProviderError } from '@mooring/storage/server';

/** Where a storage account answers. `endpoint` has no trailing slash; an emulator's ends in the account. */
export interface AzureAccount {
  account: string;
  endpoint: string;
}

/** @param query a SAS token, or nothing. */
export const serviceUrl = ({ endpoint }: AzureAccount, query = ''): string =>
  withQuery(`${endpoint}/`, query);

/**
 * The account's primary endpoint. The secondary one of geo-redundant accounts (`ACCOUNT-secondary`) only answers reads,
 * and a user-delegation key is asked for with POST.
 * https://learn.microsoft.com/azure/storage/common/storage-redundancy#read-access-to-data-in-the-secondary-region
 */
export const primaryOf = ({ account, endpoint }: AzureAccount): AzureAccount => ({
  account,
  endpoint: endpoint.replace(`//${account}-secondary`, `//${account}`),
});

export const containerUrl = ({ endpoint }: AzureAccount, container: string, query = ''): string =>
  withQuery(`${endpoint}/${encodeURIComponent(container)}`, query);

export const objectUrl = ({ endpoint }: AzureAccount, container: string, key: string, query = ''): string =>
  withQuery(`${endpoint}/${encodeURIComponent(container)}/${encodeKey(key)}`, query);

const withQuery = (url: string, query: string): string => (query === '' ? url : `${url}?${query}`);

const isDots = (segment: string): boolean => segment === '.' || segment === '..';

/**
 * A key as the path of a URL. Every URL parser folds the segments `.` and `..`, and would reach another object;
 * a key that has them is written as one segment with its slashes encoded (`a%2F..%2Fb`), which Azurite serves.
 * Azure advises against such names; that it serves them the same way has not been verified.
 * https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
 * @throws ProviderError `invalid` where no URL can name the key.
 */
export function encodeKey(key: string): string {
  const segments = key.split('/');
  if (key === '' || isDots(key) || !key.isWellFormed()) {
    throw new ProviderError('invalid', `No URL can name an object with the key “${key.toWellFormed()}”.`, {
      fix: 'Rename the object in the storage.',
    });
  }
  return segments.map(encodeURIComponent).join(segments.some(isDots) ? '%2F' : '/');
}
