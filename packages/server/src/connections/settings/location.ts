import type { StorageLocation, StorageLocationInput } from '@mooring/contract';
import type { Guard } from '@mooring/storage/server';
import { requireStorable } from '../../catalogue/storable.ts';
import { type PureKind, refusalError } from '../../platform/kinds.ts';
import { MooringError } from '../../platform/problem.ts';

/**
 * Where the data is, of what was typed.
 * @throws MooringError `invalid_location` where it is not well-formed, or at an address that Mooring does not connect to;
 * or another code of the kind. Names are resolved, and judged, when a connection is opened.
 */
export function readLocation(kind: PureKind, input: StorageLocationInput, guard: Guard): StorageLocation {
  const read = kind.kind.location.read(input);
  if (!read.ok) throw refusalError(kind, read, 'location');
  const location = read.value;
  requireStorable({ 'location.prefix': location.prefix });
  const { protocol, hostname } = new URL(kind.kind.location.url(location));
  const field = fieldOf(kind, input);
  const refusal = guard.checkLiteral(hostname);
  if (refusal) throw invalid(field, refusal.message, refusal.fix);
  if (protocol === 'http:' && !guard.allowPrivate) {
    throw invalid(
      field,
      `The endpoint ${endpointOf(location)} uses plain HTTP: machines on the way could read the credential.`,
      'Use https://. For an emulator, the operator of Mooring can allow its network: MOORING_STORAGE_NETWORKS=127.0.0.0/8.',
    );
  }
  return location;
}

const endpointOf = ({ endpoint }: StorageLocation): string =>
  typeof endpoint === 'string' ? endpoint : 'of the storage';

/** The field that says where the host is: the address, else the endpoint, else the first part. */
const fieldOf = ({ kind: { location } }: PureKind, input: StorageLocationInput): string =>
  [location.address.name, 'endpoint'].find(name => input[name]) ?? location.parts[0]!.name;

const invalid = (field: string, message: string, fix: string): MooringError =>
  new MooringError('invalid_location', message, { fix, fields: [{ path: `location.${field}`, message }] });
