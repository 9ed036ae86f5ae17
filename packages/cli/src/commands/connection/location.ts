import { text } from '@clack/prompts';
import type { StorageLocation, StorageLocationInput } from '@mooring/contract';
import type { CliKind } from '@mooring/storage/cli';
import { UsageError } from '../../failure.ts';
import { canAsk, type Io } from '../../io.ts';
import { acceptedLocation } from '../../kind/judge.ts';
import { textsOf, type Values } from '../../kind/options.ts';
import { answered } from '../../secret.ts';

/** A credential that came inside an address. */
export interface CredentialInAddress {
  kind: string;
  field: string;
  text: string;
}

/**
 * Which container to connect: from the command line or, on a terminal, from the answer to a question.
 * @throws UsageError where the kind refuses it
 */
export async function readLocation(
  io: Io,
  { kind, location: cli }: CliKind,
  address: string | undefined,
  values: Values,
): Promise<{ location: StorageLocation; inAddress: CredentialInAddress | null }> {
  const rules = kind.location;
  const parts = textsOf(cli.options, values);
  const given = address ? { ...parts, [rules.address.name]: address } : parts;
  const read = rules.read(given);
  if (address || (read.ok && Object.keys(parts).length > 0)) {
    return { location: acceptedLocation(read), inAddress: address ? rules.credentialIn(address) : null };
  }
  const { container } = kind.words;
  if (!canAsk(io)) {
    if (Object.keys(parts).length > 0) acceptedLocation(read);
    throw new UsageError(
      `Which ${container}?`,
      `Add its address, or ${cli.instead}. See mooring connection add --help.`,
    );
  }
  const withAddress = (typed: string | undefined) =>
    rules.read({ ...parts, [rules.address.name]: typed ?? '' });
  const typed = await text({
    message: `Address of the ${container}`,
    ...(rules.address.example === undefined ? {} : { placeholder: rules.address.example }),
    input: io.stdin,
    output: io.stderr,
    validate: typed => {
      const read = withAddress(typed);
      return read.ok ? undefined : `${read.message} ${read.fix}`;
    },
  });
  return { location: acceptedLocation(withAddress(answered(typed))), inAddress: null };
}

/** A location as the API takes it: each part as a text. */
export const partsOf = (location: StorageLocation): StorageLocationInput =>
  Object.fromEntries(Object.entries(location).map(([name, value]) => [name, String(value)]));
