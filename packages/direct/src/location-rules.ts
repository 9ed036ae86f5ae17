import type { StorageLocationInput } from '@mooring/contract';
import type { LocationRules, Reading } from '@mooring/storage';
import { SOUND, wrong } from '@mooring/storage';
import type { DirectLocation } from './schemas.ts';
import { readBase, readUrl, urlOf } from './url.ts';

const GIVE_BASE = 'Give what all URLs begin with, such as https://data.example.com/exports/';

function read(typed: StorageLocationInput): Reading<DirectLocation> {
  const isAddress = (typed.url ?? '').trim() !== '';
  const base = readBase((isAddress ? typed.url : typed.container) ?? '');
  const field = isAddress ? 'url' : 'container';
  if (!base.ok) return { ok: false, code: 'invalid_location', field, message: base.message, fix: GIVE_BASE };
  const prefix = (typed.prefix ?? '') === '' ? base.prefix : typed.prefix!;
  return { ok: true, value: { container: base.container, prefix } };
}

/** A host, and where the paths of its URLs begin. Its origin stands in the place of a container. */
export const directLocationRules: LocationRules<DirectLocation> = {
  address: {
    name: 'url',
    label: 'What all URLs begin with',
    hint: 'The host of the files, with a folder if all are in one. Only URLs that begin with this can be registered.',
    example: 'https://data.example.com/exports/',
    judge(typed) {
      const base = readBase(typed);
      return base.ok ? SOUND : wrong(base.message, GIVE_BASE, 'invalid_location');
    },
  },
  parts: [
    { name: 'container', label: 'Host', example: 'https://data.example.com', judge: () => SOUND },
    { name: 'prefix', label: 'Path', optional: true, example: 'exports/', judge: () => SOUND },
  ],
  // Any service has URLs: people choose this kind themselves.
  recognises: () => false,
  takeApart(address) {
    const base = readBase(address);
    return base.ok
      ? { ok: true, value: { container: base.container, prefix: base.prefix } }
      : { ok: false, code: 'invalid_location', field: 'url', message: base.message, fix: GIVE_BASE };
  },
  join: ({ container = '', prefix = '' }) =>
    container === '' ? '' : urlOf({ container, key: prefix }).replace(/\/$/, prefix === '' ? '' : '/'),
  withPart: (parts, name, typed) => ({ ...parts, [name]: typed }),
  about: () => '',
  read,
  credentialIn: () => null,
  object(url) {
    const found = readUrl(url);
    return found.ok
      ? { ok: true, value: found.place }
      : { ok: false, code: 'invalid_request', field: 'url', message: found.message, fix: found.fix };
  },
  owns(address, { container, prefix }) {
    const found = readUrl(address);
    return found.ok && found.place.container === container && found.place.key.startsWith(prefix)
      ? found.place
      : null;
  },
  containerProblem(name) {
    const base = readBase(name);
    return base.ok && base.container === name
      ? null
      : 'A host is written with its scheme: https://data.example.com.';
  },
  toParts: ({ container, prefix }) => ({ container, prefix }),
  url: ({ container, prefix }) => urlOf({ container, key: prefix }),
  title: ({ container, prefix }) => `${container.replace(/^https:\/\//, '')}/${prefix}`,
  name: ({ container }) => new URL(container).host,
  place: ({ container }) => container,
};
