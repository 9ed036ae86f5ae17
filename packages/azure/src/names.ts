import { mayBeKept } from '@mooring/storage';
import { azureSecrets } from './secrets.ts';

// Rules: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage

/** What is wrong with the name of a storage account, in a sentence; null when nothing is. */
export function azureAccountProblem(name: string): string | null {
  if (name.length > 24) return tooLong('account', name, 3, 24);
  const shown = show(name);
  if (/[A-Z]/.test(name) && /^[A-Za-z0-9]{3,24}$/.test(name)) {
    return `The account name${shown} has capital letters; account names are lowercase: “${name.toLowerCase()}”.`;
  }
  const odd = /[^a-z0-9]/u.exec(name);
  if (odd)
    return `The account name${shown} has ${showChar(odd[0])}; only lowercase letters and digits can be in it.`;
  return tooShort('account', name, 3, 24);
}

/** Records of the service itself: logs of requests, and of changes. */
const AZURE_WRITES = new Set(['$logs', '$blobchangefeed']);

/** What is wrong with the name of a blob container, in a sentence; null when nothing is. */
export function azureContainerProblem(name: string): string | null {
  if (name === '$root' || name === '$web') return null;
  if (AZURE_WRITES.has(name)) {
    return `The container “${name}” belongs to Azure, which writes its own records to it; expected a container with your files.`;
  }
  if (name.length > 63) return tooLong('container', name, 3, 63);
  const shown = show(name);
  if (/[A-Z]/.test(name) && /^[A-Za-z0-9-]{3,63}$/.test(name)) {
    return `The container name${shown} has capital letters; container names are lowercase: “${name.toLowerCase()}”.`;
  }
  const odd = /[^a-z0-9-]/u.exec(name);
  if (odd?.[0] === '/') {
    return `The container name${shown} has a “/”; the text after it belongs in the prefix.`;
  }
  if (odd) {
    return `The container name${shown} has ${showChar(odd[0])}; only lowercase letters, digits and hyphens can be in it.`;
  }
  if (/^-|-$/.test(name)) {
    return `The container name${shown} begins or ends with a hyphen; it must begin and end with a letter or digit.`;
  }
  if (name.includes('--'))
    return `The container name${shown} has two hyphens in a row; only single ones are allowed.`;
  return tooShort('container', name, 3, 63);
}

const tooShort = (what: string, name: string, min: number, max: number): string | null =>
  name.length >= min
    ? null
    : `The ${what} name${show(name)} has ${name.length} character${name.length === 1 ? '' : 's'}; expected ${min} to ${max}.`;
/** Without the name: what is so long can be a secret that was pasted into the wrong field. */
const tooLong = (what: string, name: string, min: number, max: number): string =>
  `The ${what} name has ${name.length} characters; expected ${min} to ${max}.`;
/** No typing errors: a client secret or a token was pasted into the wrong field. Such a name is not repeated. */
const show = (name: string): string =>
  /[~=&%+]/.test(name) || !mayBeKept(name, azureSecrets) ? '' : ` “${name}”`;
const NAMED_CHARS: Record<string, string> = {
  ' ': 'a space',
  _: 'an underscore',
  '-': 'a hyphen',
  '.': 'a dot',
};
const showChar = (char: string): string => NAMED_CHARS[char] ?? `“${char}”`;
