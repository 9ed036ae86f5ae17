import type { AccessMode, CredentialInput, Installation, StorageLocation } from '@mooring/contract';
import type { CliKind } from '@mooring/storage/cli';
import type { Io } from '../../io.ts';
import { accepted } from '../../kind/judge.ts';
import type { Values } from '../../kind/options.ts';
import { readField } from './credential-field.ts';
import { chooseWay } from './credential-way.ts';
import type { CredentialInAddress } from './location.ts';

/**
 * The credential that the options, the environment and, on a terminal, the answers make. It is judged by the rules of
 * the kind, as the server judges it.
 * @param of.installation what the server offers
 * @throws Refused where they do not accept it
 */
export async function readCredential(
  io: Io,
  cli: CliKind,
  of: {
    values: Values;
    location: StorageLocation;
    accessMode: AccessMode;
    inAddress: CredentialInAddress | null;
    installation: () => Promise<Installation>;
  },
): Promise<CredentialInput> {
  const { kind } = cli;
  const way = await chooseWay(io, cli, {
    ...of,
    offers: async () => (await of.installation()).offers[kind.id] ?? {},
  });
  const context = { now: io.now(), location: of.location };
  const credential: CredentialInput = { kind: way.id };
  for (const field of way.fields) {
    const text = await readField(io, cli, field, { ...of, context });
    if (text !== null) credential[field.name] = text;
  }
  accepted(kind.credentials.read(credential, { ...context, accessMode: of.accessMode }), 'credential');
  return credential;
}
