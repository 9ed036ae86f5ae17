import { text } from '@clack/prompts';
import {
  type AzureLocation,
  type AzureLocationInput,
  parseAzureLocation,
  unwrapPasted,
} from '@mooring/contract';
import { UsageError } from '../../failure.ts';
import { canAsk, type Io } from '../../io.ts';
import { answered } from '../../secret.ts';

export interface LocationOptions {
  account?: string;
  container?: string;
  prefix?: string;
  endpoint?: string;
}

/** Which container to connect: from the command line or, on a terminal, from the answer to a question. */
export async function readLocation(
  io: Io,
  url: string | undefined,
  { account, container, prefix, endpoint }: LocationOptions,
): Promise<{ location: AzureLocation; sasInAddress: string | undefined }> {
  const given = {
    ...(url ? { url } : {}),
    ...(account ? { account } : {}),
    ...(container ? { container } : {}),
    ...(prefix ? { prefix } : {}),
    ...(endpoint ? { endpoint } : {}),
  };
  if (url || account || endpoint) return { location: parse(given), sasInAddress: sasIn(url) };
  if (!canAsk(io)) {
    throw new UsageError(
      'It is not said which container to connect.',
      'Give its address, or --account and --container. See mooring connection add --help.',
    );
  }
  const typed = await text({
    message: 'Address of the container',
    placeholder: 'https://acme.blob.core.windows.net/photos',
    input: io.stdin,
    output: io.stderr,
    validate: value => {
      const parsed = parseAzureLocation({ ...given, url: value ?? '' });
      return parsed.ok ? undefined : `${parsed.message} ${parsed.fix}`;
    },
  });
  return { location: parse({ ...given, url: answered(typed) }), sasInAddress: undefined };
}

function parse(input: AzureLocationInput): AzureLocation {
  const parsed = parseAzureLocation(input);
  if (parsed.ok) return parsed.location;
  throw new UsageError(parsed.message, parsed.fix);
}

/** People copy the “Blob SAS URL” of the portal. */
function sasIn(url = ''): string | undefined {
  const address = unwrapPasted(url);
  return /[?&]sig=/.test(address) ? address.slice(address.indexOf('?') + 1) : undefined;
}
