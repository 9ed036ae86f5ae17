import type { FormField, LocationRules, Reading } from '@mooring/storage';
import { SOUND, unwrapPasted, wrong } from '@mooring/storage';
import { parseAzureLocation, publicEndpoint, readAzureAddress } from '../location.ts';
import { azureContainerProblem } from '../names.ts';
import { parseSas } from '../sas/sas.ts';
import type { AzureLocation } from '../schemas.ts';
import { accountKeyRefusal } from '../secrets.ts';
import { endpointWords } from './endpoint-words.ts';

type Parts = Readonly<Record<string, string>>;
/** As `parseAzureLocation` reads it: all but a prefix without the white space around it. */
const text = (parts: Parts, name: string): string =>
  name === 'prefix' ? (parts.prefix ?? '') : (parts[name]?.trim() ?? '');

/** A part by itself can only be seen to be a key; the rest is judged together, by `read`. */
const judgePart: FormField['judge'] = typed => {
  const key = accountKeyRefusal(typed);
  return key ? wrong(key.message, key.fix, key.code) : SOUND;
};

export const azureLocationRules: LocationRules<AzureLocation> = {
  address: {
    name: 'url',
    label: 'Address, or the account’s name',
    hint: 'The address of the container or of a folder in it, with or without a SAS token. In the Azure portal: the container, then “Properties”.',
    example: 'https://account.blob.core.windows.net/container',
    judge(typed) {
      const parts = readAzureAddress(typed);
      return 'ok' in parts ? wrong(parts.message, parts.fix, parts.code) : SOUND;
    },
  },
  parts: [
    { name: 'account', label: 'Storage account', example: 'acmemedia', judge: judgePart },
    { name: 'container', label: 'Container', example: 'photos', judge: judgePart },
    { name: 'prefix', label: 'Prefix', optional: true, example: 'raw/2026/', judge: judgePart },
    {
      name: 'endpoint',
      label: 'Endpoint',
      optional: true,
      advanced: true,
      example: 'https://account.blob.core.windows.net',
      judge: judgePart,
    },
  ],
  recognises: typed =>
    /^\s*["']?(?:abfss?|wasbs?):|\.(?:blob|dfs)\.|(?:^|;)\s*(?:AccountName|BlobEndpoint|DefaultEndpointsProtocol)\s*=/i.test(
      typed,
    ),
  takeApart(address): Reading<Record<string, string>> {
    const parts = readAzureAddress(address);
    return 'ok' in parts ? parts : { ok: true, value: parts };
  },
  join(parts) {
    const [account, endpoint, container, prefix] = ['account', 'endpoint', 'container', 'prefix'].map(name =>
      text(parts, name),
    ) as [string, string, string, string];
    if (account + endpoint + container + prefix === '') return '';
    const base = endpoint || publicEndpoint(account);
    const path = [container, prefix].filter(part => part !== '').map(encodePath);
    return [base.replace(/\/$/, ''), ...path].join('/');
  },
  withPart(parts, name, typed) {
    const next = { ...parts, [name]: typed };
    // The endpoint has the account's name in it: it goes along.
    const account = parts.account ?? '';
    if (name === 'account' && account !== '' && next.endpoint)
      next.endpoint = next.endpoint.replace(new RegExp(`//${account}(?=[-.])`), () => `//${typed}`);
    return next;
  },
  about(parts) {
    const account = text(parts, 'account');
    const { kind, note } = endpointWords(text(parts, 'endpoint') || publicEndpoint(account || 'a'));
    return [`${kind}.`, note, aboutPrefix(text(parts, 'prefix'))].filter(Boolean).join(' ');
  },
  read(typed): Reading<AzureLocation> {
    const read = parseAzureLocation(typed);
    return read.ok ? { ok: true, value: read.location } : read;
  },
  credentialIn(typed) {
    const sas = /sig(=|%3D)/i.test(typed) ? parseSas(typed) : null;
    // While a token is being typed, its end would otherwise be left behind in the address.
    if (!sas?.ok || !WHOLE_SIGNATURE.test(sas.token)) return null;
    // What is left would not say that it is a directory.
    const address = (sas.url ?? '').replace(/(?<=[^/])$/, sas.directoryDepth === null ? '' : '/');
    return { kind: 'azure-sas', field: 'sasToken', text: sas.token, address };
  },
  object: readObjectUrl,
  owns: ownedObject,
  containerProblem: azureContainerProblem,
  toParts: ({ account, endpoint, container, prefix }) => ({
    account,
    endpoint: endpoint === publicEndpoint(account) ? '' : endpoint,
    container,
    prefix,
  }),
  url: ({ endpoint, container, prefix }) => `${endpoint}/${container}${prefix && `/${prefix}`}`,
  title: ({ account, container, prefix }) => `${account}/${container}/${prefix}`,
  name: ({ account, container }) => `${account} / ${container}`,
  place: ({ endpoint }) => endpoint,
};

/** What to know of a prefix whose end reads like the name of a file; only the storage knows whether it is one. */
function aboutPrefix(prefix: string): string | null {
  if (!/\.(?=\d*[A-Za-z])[A-Za-z0-9]{1,8}$/.test(prefix)) return null;
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const instead =
    folder === '' ? 'the whole container, leave the prefix empty' : `its folder, type “${folder}”`;
  return `Only keys that begin with “${prefix}” belong to it. If you want ${instead}.`;
}

const WHOLE_SIGNATURE = /(^|&)sig=([A-Za-z0-9]|%2[BF]){43}%3D(&|$)/;

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/**
 * The blob that a URL names in the account of a location: by any endpoint of the account, with or without a token, a
 * snapshot or a version. Those stand in the query, and an asset is what the blob is now. `azure-blob://CONTAINER/KEY`, as
 * Label Studio writes it, names no account: it belongs to the container of any.
 */
function ownedObject(address: string, location: AzureLocation): { container: string; key: string } | null {
  if (!address.includes('://')) return null;
  const named = /^\s*azure-blob:\/\/([^/]+)\/(.+)$/i.exec(address);
  if (named) return named[1] === location.container ? { container: named[1], key: decoded(named[2]!) } : null;
  const url = address.replace(/[?#].*$/s, '');
  // Of a domain of its own, only the location says whose it is.
  const parsed = [parseAzureLocation({ url }), parseAzureLocation({ url, account: location.account })].find(
    read => read.ok,
  );
  if (!parsed?.ok || !isSameAccount(parsed.location, location)) return null;
  const object = readObjectUrl(url, parsed.location);
  return object.ok ? object.value : null;
}

/** Without percent-encoding, unless a `%` in it is none. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether an address leads to the account of a location. It has several endpoints; its name is unique in its cloud. */
function isSameAccount(address: AzureLocation, location: AzureLocation): boolean {
  if (address.account !== location.account) return false;
  if (sameOrigin(address.endpoint, location.endpoint)) return true;
  const [cloud, own] = [cloudOf(address.endpoint), cloudOf(location.endpoint)];
  return cloud !== null && (own === null || own === cloud);
}

/** The domain of Azure that an endpoint is in; null for a domain of the customer's, or an emulator. */
const cloudOf = (endpoint: string): string | null =>
  /\.blob\.(core\.windows\.net|core\.usgovcloudapi\.net|core\.chinacloudapi\.cn|storage\.azure\.net)$/
    .exec(new URL(endpoint).hostname)?.[1]
    ?.replace('storage.azure.net', 'core.windows.net') ?? null;

const sameOrigin = (one: string, other: string): boolean =>
  one.replace(/^https?:|\/$/g, '') === other.replace(/^https?:|\/$/g, '');

/** All that stands after the `?`, such as a SAS token, is left out. */
function readObjectUrl(
  text: string,
  { account }: AzureLocation,
): Reading<{ container: string; key: string }> {
  const url = unwrapPasted(text);
  const parsed = parseAzureLocation({ url, account });
  if (!parsed.ok) return parsed;
  const { container, endpoint } = parsed.location;
  // Not `new URL`: it would fold `..`, which can be part of a key.
  const path = /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? '';
  const base = /^(abfss?|wasbs?):/i.test(url)
    ? ''
    : `${new URL(endpoint).pathname.replace(/\/$/, '')}/${container}`;
  const key = decodeURIComponent(path).slice(base.length + 1);
  if (key !== '') return { ok: true, value: { container, key } };
  return {
    ok: false,
    code: 'invalid_request',
    field: 'url',
    message: 'This is the URL of a container, not of an object in it.',
    fix: 'Paste the URL of an object.',
  };
}
