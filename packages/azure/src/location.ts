import { secretRefusal, unwrapPasted } from '@mooring/storage';
import { azureAccountProblem, azureContainerProblem } from './names.ts';
import type { AzureLocation, AzureLocationInput } from './schemas.ts';
import { azureSecrets, isConnectionString } from './secrets.ts';

export type AzureLocationField = 'url' | 'account' | 'endpoint' | 'container' | 'prefix';
export interface LocationRefusal {
  ok: false;
  code: 'invalid_location' | 'account_key_refused';
  /** The field of the input to mark. */
  field: AzureLocationField;
  message: string;
  fix: string;
}
export type LocationParse = { ok: true; location: AzureLocation } | LocationRefusal;

const refuse = (field: AzureLocationField, message: string, fix: string): LocationRefusal => ({
  ok: false,
  code: 'invalid_location',
  field,
  message,
  fix,
});
const COPY_ACCOUNT = 'Copy the name from the storage account’s overview in the Azure portal.';
const COPY_CONTAINER = 'Copy the name from the storage account’s list of containers.';
const GIVE_URL = 'Paste the URL of the container, such as https://ACCOUNT.blob.core.windows.net/CONTAINER';

/**
 * Finds account, endpoint, container and prefix in what was typed: the parts, or the URL of a container or of
 * anything in it, also in the account field. Public, sovereign, DNS-zone, custom, private and emulator
 * endpoints; `abfss://` and `wasbs://` too. Query (a SAS) and fragment are dropped. Pure.
 *
 * The path of a URL after the container becomes the prefix, as it is. Only the storage knows whether `study.zarr` is a
 * file or a folder. With a SAS of a directory (`sr=d`) it is that directory.
 */
export function parseAzureLocation(input: AzureLocationInput): LocationParse {
  const typed = trimmed(input);
  for (const field of Object.keys(typed) as AzureLocationField[]) {
    const refusal = wrongPaste(typed[field], field);
    if (refusal) return refusal;
  }
  // People paste the address into the first field they see.
  const accountIsAddress = typed.url === '' && typed.endpoint === '' && /[/:]|\..+\./.test(typed.account);
  const field = accountIsAddress ? 'account' : typed.url === '' ? 'endpoint' : 'url';
  const address = typed[field];
  const account = accountIsAddress ? '' : typed.account;
  if (address === '') {
    return account === ''
      ? refuse('account', 'The storage account is missing.', `Type its name. ${GIVE_URL}.`)
      : finish(account, publicEndpoint(account), typed.container, typed.prefix, 'account');
  }

  const place = (field === 'url' && readNames(address)) || readAddress(address, field, account);
  if ('ok' in place) return place;
  if (account !== '' && account !== place.account) {
    const problem = azureAccountProblem(account);
    if (problem) return refuse('account', problem, COPY_ACCOUNT);
    return refuse(
      'account',
      `The account is “${account}”, but the address is of the account “${place.account}”.`,
      'Leave one of the two out.',
    );
  }
  const path = readPath(place.path, field);
  if ('ok' in path) return path;
  if (typed.container !== '' && path.container !== '' && typed.container !== path.container) {
    const problem = azureContainerProblem(typed.container) ?? azureContainerProblem(path.container);
    if (problem) return refuse('container', problem, COPY_CONTAINER);
    return refuse(
      'container',
      `The container is “${typed.container}”, but the address is of the container “${path.container}”.`,
      'Leave one of the two out.',
    );
  }
  return finish(
    place.account,
    place.endpoint,
    typed.container || path.container,
    typed.prefix || path.prefix,
    field,
  );
}

/** What an address says, with names that are not judged yet; empty where it does not say. */
export type AzureAddressParts = Record<Exclude<AzureLocationField, 'url'>, string>;

/**
 * Takes an address apart while it is being typed: any that `parseAzureLocation` takes, the bare name of an
 * account, or `account/container/prefix`. `endpoint` is empty for the account's own in Azure's public cloud. Pure.
 */
export function readAzureAddress(text: string): AzureAddressParts | LocationRefusal {
  const typed = unwrapPasted(text);
  const refusal = wrongPaste(typed, 'url');
  if (refusal) return refusal;
  const named = readNames(typed);
  const read = (account: string): Place | LocationRefusal => named ?? readAddress(typed, 'url', account);
  let place = read('');
  if ('ok' in place && place.field === 'account') {
    // A domain of their own: it is for the person to say whose.
    place = read('account');
    if (!('ok' in place)) place = { ...place, account: '' };
  }
  if ('ok' in place) return place;
  const path = readPath(place.path, 'url');
  if ('ok' in path) return path;
  const { account, endpoint } = place;
  return { account, endpoint: endpoint === publicEndpoint(account) ? '' : endpoint, ...path };
}

/** `account`, or `account/container/prefix`, in Azure’s public cloud; null where it is an address. */
function readNames(text: string): Place | null {
  const named = /^(?!localhost\b)([A-Za-z0-9_-]*)(?:\/([\s\S]*))?$/.exec(text);
  return named && { account: named[1]!, endpoint: publicEndpoint(named[1]!), path: named[2] ?? '' };
}

/** The blob endpoint of an account in Azure’s public cloud. */
export const publicEndpoint = (account: string): string => `https://${account}.blob.core.windows.net`;

/** People paste connection strings and secrets into any field, some with the backslashes of Windows. */
function wrongPaste(text: string, field: AzureLocationField): LocationRefusal | null {
  const isAddress = field !== 'prefix' && /:\/\/|^[^?#=]+[?#]/.test(text);
  // A SAS token behind an address is let pass, because it is left out.
  const secret = secretRefusal(
    isAddress && !isConnectionString(text) ? text.replace(/[?#].*$/s, '') : text,
    azureSecrets,
  );
  if (secret?.code === 'account_key_refused') {
    return { ...refuse(field, secret.message, secret.fix), code: secret.code };
  }
  if (field !== 'prefix' && isConnectionString(text)) {
    return refuse(
      field,
      'This is a connection string, not an address.',
      `${GIVE_URL}. If the connection string holds a SAS token, paste it into the field for the SAS token.`,
    );
  }
  if (secret) return refuse(field, secret.message, secret.fix);
  if (field !== 'prefix' && /^([a-z]+:)?\\|^[^/?#]*\\/i.test(text)) {
    return refuse(field, 'This address has backslashes (\\); expected slashes (/).', `${GIVE_URL}.`);
  }
  return null;
}

const trimmed = (input: AzureLocationInput): Record<AzureLocationField, string> => ({
  url: unwrapPasted(input.url ?? ''),
  account: unwrapPasted(input.account ?? ''),
  endpoint: unwrapPasted(input.endpoint ?? ''),
  container: unwrapPasted(input.container ?? '').replace(/^\/|\/$/g, ''),
  // Quotes can be part of a key, and spaces at either end too.
  prefix: input.prefix ?? '',
});

function finish(
  account: string,
  endpoint: string,
  container: string,
  prefix: string,
  field: AzureLocationField,
): LocationParse {
  const accountProblem = azureAccountProblem(account);
  if (accountProblem) return refuse(field, accountProblem, COPY_ACCOUNT);
  if (container === '') {
    const message = field === 'url' ? 'The URL names no container.' : 'The container is missing.';
    return refuse(field === 'url' ? 'url' : 'container', message, `Type the container’s name. ${GIVE_URL}.`);
  }
  const containerProblem = azureContainerProblem(container);
  if (containerProblem) return refuse('container', containerProblem, COPY_CONTAINER);
  if (prefix.length > 1024) {
    return refuse(
      'prefix',
      `The prefix has ${prefix.length} characters; a key has at most 1,024.`,
      'Choose a shorter prefix.',
    );
  }
  if (prefix.includes('\0') || !prefix.isWellFormed()) {
    return refuse(
      'prefix',
      'The prefix holds a NUL or half of a surrogate pair, which no key can have.',
      'Copy the prefix again.',
    );
  }
  return { ok: true, location: { account, endpoint, container, prefix } };
}

interface Place {
  account: string;
  endpoint: string;
  /** What comes after the account, still percent-encoded, without a leading slash. */
  path: string;
}

/** Whose addresses people paste, by their scheme. */
const OTHER_SERVICES: Readonly<Record<string, string>> = {
  s3: 'Amazon S3',
  s3a: 'Amazon S3',
  s3n: 'Amazon S3',
  gs: 'Google Cloud Storage',
  gcs: 'Google Cloud Storage',
  hdfs: 'a Hadoop file system',
  file: 'a file on a computer',
};

function readAddress(text: string, field: AzureLocationField, account: string): Place | LocationRefusal {
  // Not `new URL`: it would fold `..`, which can be part of a key.
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#\\]*)(\/[^?#]*)?([?#][\s\S]*)?$/i.exec(text);
  const scheme = (parts?.[1] ?? 'https').toLowerCase();
  const isDirectory = /[?&]sr=d(&|$)/.test(parts?.[4] ?? '');
  const path = (parts?.[3] ?? '').slice(1).replace(/(?<=[^/])$/, isDirectory ? '/' : '');
  if (/^(abfss?|wasbs?)$/.test(scheme)) return readHadoop(parts![2]!, path, field);
  const service = OTHER_SERVICES[scheme];
  if (service) {
    return refuse(
      field,
      `This is an address of ${service} (${scheme}://), not of Azure Blob Storage.`,
      `${GIVE_URL}.`,
    );
  }
  const host = /^https?$/.test(scheme) ? readHost(scheme, parts?.[2] ?? '') : null;
  if (host === null) {
    return refuse(field, 'This is not the address of a storage container.', `${GIVE_URL}.`);
  }
  if (/(^|\.)portal\.azure\.|(^|\.)ms\.portal\./.test(host.name)) {
    return refuse(
      field,
      'This is the address of a page of the Azure portal, not of the storage.',
      'In the portal open the container, then “Properties”, and copy the URL from there.',
    );
  }
  return placeOf(scheme, host, path, field, account);
}

interface Host {
  /** Lowercase, without the port; numbers in any notation as a dotted address. */
  name: string;
  /** With `:port` where it is not the scheme's own. */
  withPort: string;
}

function readHost(scheme: string, text: string): Host | null {
  if (text === '' || text.includes('@') || !URL.canParse(`${scheme}://${text}`)) return null;
  const { hostname, host } = new URL(`${scheme}://${text}`);
  // A URL takes quotes, semicolons and more for a part of a name; no host has them in its name.
  if (!/^([a-z0-9_-]+\.)*[a-z0-9_-]+\.?$|^\[[0-9a-f:.]+\]$/.test(hostname)) return null;
  return { name: hostname, withPort: host };
}

/** `abfss://container@account.dfs.core.windows.net/path`, as Spark and Hadoop write it. */
function readHadoop(authority: string, path: string, field: AzureLocationField): Place | LocationRefusal {
  const [container, hostText, ...more] = authority.split('@');
  const host = readHost('https', hostText ?? '');
  if (!host || more.length > 0) {
    return refuse(
      field,
      'This address is not of the form abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH.',
      `${GIVE_URL}.`,
    );
  }
  return placeOf('https', host, `${container}/${path}`, field, '');
}

/**
 * `ACCOUNT[-secondary][-ipv6|-dualstack].[z01.][privatelink.]SERVICE.…`, in any cloud.
 * https://learn.microsoft.com/azure/storage/common/storage-ipv6-overview
 */
const ACCOUNT_HOST =
  /^([^.]+?)((?:-secondary)?(?:-ipv6|-dualstack)?)(\.z\d\d)?(?:\.privatelink)?\.(blob|dfs|file|queue|table|web)\.(.+)$/;
const AZURE_DOMAIN =
  /^(core\.windows\.net|core\.usgovcloudapi\.net|core\.chinacloudapi\.cn|storage\.azure\.net)$/;
const SERVICES: Record<string, string> = {
  file: 'Azure Files',
  queue: 'a queue',
  table: 'a table',
  web: 'a static website',
};

function placeOf(
  scheme: string,
  host: Host,
  path: string,
  field: AzureLocationField,
  account: string,
): Place | LocationRefusal {
  const named = ACCOUNT_HOST.exec(host.name);
  if (named) {
    const [, name, variant = '', zone = '', service, domain] = named;
    if (SERVICES[service!] && AZURE_DOMAIN.test(domain!)) {
      return refuse(field, `This is the address of ${SERVICES[service!]}, not of blobs.`, `${GIVE_URL}.`);
    }
    const isAzure = AZURE_DOMAIN.test(domain!);
    if ((service === 'blob' || service === 'dfs') && (isAzure || account === '' || account === name)) {
      const port = host.withPort.slice(host.name.length);
      const endpoint = `${isAzure ? 'https' : scheme}://${name}${variant}${zone}.blob.${domain}${port}`;
      return { account: name!, endpoint, path };
    }
  }
  const startsWithAccount = field === 'endpoint' && account !== '' && path.split('/')[0] === account;
  return isPathStyle(host.name) || startsWithAccount
    ? pathStylePlace(`${scheme}://${host.withPort}`, path, field, account)
    : customPlace(`${scheme}://${host.withPort}`, path, field, account);
}

/** Hosts that are no domain name: emulators, which put the account first in the path. */
const isPathStyle = (host: string): boolean =>
  /^\d+\.\d+\.\d+\.\d+$/.test(host) ||
  host.startsWith('[') ||
  !host.includes('.') ||
  host === 'host.docker.internal';

function pathStylePlace(
  origin: string,
  path: string,
  field: AzureLocationField,
  account: string,
): Place | LocationRefusal {
  const [first = '', ...rest] = path.split('/');
  if (first !== '') return { account: first, endpoint: `${origin}/${first}`, path: rest.join('/') };
  if (account !== '') return { account, endpoint: `${origin}/${account}`, path: '' };
  return refuse(
    field,
    `${origin} is not a name of an account, and no account follows it.`,
    `Give the account’s name too, as in ${origin}/devstoreaccount1/CONTAINER.`,
  );
}

function customPlace(
  origin: string,
  path: string,
  field: AzureLocationField,
  account: string,
): Place | LocationRefusal {
  if (account !== '') return { account, endpoint: origin, path };
  return refuse(
    'account',
    `${origin} does not say which storage account it belongs to.`,
    `Give the account’s name beside ${field === 'url' ? 'the URL' : 'the endpoint'}, or paste the URL that the Azure portal shows.`,
  );
}

function readPath(
  path: string,
  field: AzureLocationField,
): { container: string; prefix: string } | LocationRefusal {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return refuse(
      field,
      'The URL has a “%” that is not followed by the two hexadecimal digits of a UTF-8 byte.',
      'Copy the URL again; a “%” in a name is written %25.',
    );
  }
  const slash = path.indexOf('/');
  if (slash === -1) return { container: decoded, prefix: '' };
  const container = decodeURIComponent(path.slice(0, slash));
  return { container, prefix: decodeURIComponent(path.slice(slash + 1)) };
}
