import { type AzureLocation, type AzureLocationInput, parseAzureLocation } from '@mooring/contract';
import type { Guard } from '@mooring/storage/server';
import { requireStorable } from '../../catalogue/storable.ts';
import { MooringError } from '../../platform/problem.ts';

/**
 * Where the data is, of what was typed.
 * @throws MooringError `account_key_refused`; `invalid_location` where it is not well-formed, or at an address that Mooring does not
 * connect to. Names are resolved, and judged, when a connection is opened.
 */
export function readLocation(input: AzureLocationInput, guard: Guard): AzureLocation {
  const parse = parseAzureLocation(input);
  if (!parse.ok) throw invalid(parse.field, parse.message, parse.fix, parse.code);
  const { location } = parse;
  requireStorable({ 'location.prefix': location.prefix });
  const field = input.url ? 'url' : input.endpoint ? 'endpoint' : 'account';
  const { protocol, hostname } = new URL(location.endpoint);
  const refusal = guard.checkLiteral(hostname);
  if (refusal) throw invalid(field, refusal.message, refusal.fix);
  if (protocol === 'http:' && !guard.allowPrivate) {
    throw invalid(
      field,
      `The endpoint ${location.endpoint} uses plain HTTP: others on the way could read the credential.`,
      'Use https://. For an emulator, the operator of Mooring can set MOORING_ALLOW_PRIVATE_ENDPOINTS=true.',
    );
  }
  return location;
}

const invalid = (
  field: string,
  message: string,
  fix: string,
  code: MooringError['code'] = 'invalid_location',
): MooringError => new MooringError(code, message, { fix, fields: [{ path: `location.${field}`, message }] });
