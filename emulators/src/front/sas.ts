import { createHmac } from 'node:crypto';
import type { DelegationKeys } from './delegation-key.ts';
import { type AzureError, azureErrors } from './errors.ts';
import type { StorageRequest } from './request.ts';

/** Query parameters that belong to a SAS and to nothing else. */
export const SAS_PARAMETERS = new Set(
  'sv ss srt sr sp st se sip spr si sig ses sdd skoid sktid skt ske sks skv skdutid sduoid saoid suoid scid'.split(
    ' ',
  ),
);

/** What a stored access policy of a container says for the tokens that name it (`si`), under the names of a SAS. */
export type StoredPolicy = Partial<Record<'sp' | 'st' | 'se', string>>;

/** What the token says, else its stored access policy. */
const grantedBy =
  (request: StorageRequest, policy: StoredPolicy) =>
  (name: string): string =>
    request.query.get(name) ?? policy[name as keyof StoredPolicy] ?? '';

/** Who signed a valid SAS: the account key, or an identity through its delegation key. */
export type SasSigner = { kind: 'account-key' } | { kind: 'identity'; objectId: string };

/**
 * Verifies the SAS of a request as Azure does: well-formed, in time, signed. What it then allows is
 * `authorizeSas`'s question.
 * https://learn.microsoft.com/rest/api/storageservices/create-account-sas, …/create-service-sas and
 * …/create-user-delegation-sas. Of the last two, versions from 2020-12-06 and `sr` b and c.
 */
export function authenticateSas(
  request: StorageRequest,
  accountKey: string,
  delegationKeys: DelegationKeys,
  now: Date,
  policy: StoredPolicy = {},
): { signer: SasSigner } | { error: AzureError } {
  const field = (name: string) => request.query.get(name) ?? '';
  const granted = grantedBy(request, policy);
  const failed = (detail: string) => ({ error: azureErrors.authenticationFailed(detail) });

  for (const name of ['sv', 'se', 'sp', field('ss') ? 'srt' : 'sr'])
    if (!granted(name)) return failed(`${name} is mandatory. Cannot be empty`);
  const outOfTime =
    timeFrameError(granted('st'), granted('se'), now) ?? keyTimeFrameError(field('skt'), field('ske'), now);
  if (outOfTime) return failed(outOfTime);

  const objectId = field('skoid');
  const key = objectId
    ? delegationKeys.keyValue({
        objectId,
        tenant: field('sktid'),
        start: field('skt'),
        expiry: field('ske'),
        version: field('skv'),
      })
    : accountKey;
  const text = stringToSign(request, field);
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  if (signature !== field('sig')) return failed(`Signature did not match. String to sign used was ${text}`);
  return { signer: objectId ? { kind: 'identity', objectId } : { kind: 'account-key' } };
}

/** Whether a genuine SAS allows the request, in the order in which Azure looks: null when it does. */
export function authorizeSas(request: StorageRequest, policy: StoredPolicy = {}): AzureError | null {
  const granted = grantedBy(request, policy);
  const field = (name: string) => request.query.get(name) ?? '';
  if (field('spr') === 'https' && !request.secure) return azureErrors.protocolMismatch();
  if (field('sip') && !addressInRange(request.remoteAddress, field('sip')))
    return azureErrors.sourceIpMismatch(request.remoteAddress);
  if (field('ss')) {
    const type = request.blob ? 'o' : request.container ? 'c' : 's';
    if (!field('ss').includes('b')) return azureErrors.serviceMismatch();
    if (!field('srt').includes(type)) return azureErrors.resourceTypeMismatch();
  }
  if (request.action === 'delegate')
    return azureErrors.authenticationFailed('Only authentication scheme Bearer is supported');
  const sufficient = {
    list: 'l',
    read: 'r',
    write: 'wca',
    delete: 'd',
    configure: request.method === 'GET' ? 'r' : 'w',
  }[request.action];
  const allowed = [...sufficient].some(permission => granted('sp').includes(permission));
  return allowed ? null : azureErrors.permissionMismatch();
}

function stringToSign(request: StorageRequest, field: (name: string) => string): string {
  const version = field('sv');
  const fields = (names: string) => names.split(' ').map(field);
  if (field('ss'))
    return [
      request.account,
      ...fields('sp ss srt st se sip spr sv'),
      ...(version >= '2020-12-06' ? [field('ses')] : []),
      '',
    ].join('\n');

  const object = field('sr') === 'b' ? `/${request.blob}` : '';
  const resource = `/blob/${request.account}/${request.container}${object}`;
  const overrides = fields('rscc rscd rsce rscl rsct');
  if (!field('skoid'))
    return [
      ...fields('sp st se'),
      resource,
      ...fields('si sip spr sv sr'),
      '',
      field('ses'),
      ...overrides,
    ].join('\n');
  return [
    ...fields('sp st se'),
    resource,
    ...fields('skoid sktid skt ske sks skv saoid suoid scid'),
    ...(version >= '2025-07-05' ? fields('skdutid sduoid') : []),
    ...fields('sip spr sv sr'),
    '', // snapshot or version
    field('ses'),
    ...(version >= '2026-04-06' ? ['', ''] : []), // signed headers and query parameters: never signed here
    ...overrides,
  ].join('\n');
}

function timeFrameError(start: string, expiry: string, now: Date): string | null {
  const [from, to] = [start ? new Date(start) : null, new Date(expiry)];
  if (Number.isNaN(to.getTime()) || Number.isNaN(from?.getTime() ?? 0))
    return 'Signature fields not well formed.';
  if (!from)
    return now < to
      ? null
      : `Signed expiry time [${to.toUTCString()}] must be after signed start time [${now.toUTCString()}]`;
  if (from <= now && now < to) return null;
  return `Signature not valid in the specified time frame: Start [${from.toUTCString()}] - Expiry [${to.toUTCString()}] - Current [${now.toUTCString()}]`;
}

function keyTimeFrameError(start: string, expiry: string, now: Date): string | null {
  if (!expiry) return null;
  const [from, to] = [new Date(start), new Date(expiry)];
  if (from <= now && now < to) return null;
  return `Signature not valid in the specified key time frame: Key start [${from.toUTCString()}] - Key expiry [${to.toUTCString()}] - Current [${now.toUTCString()}]`;
}

function addressInRange(address: string, range: string): boolean {
  const [first = 0, last = first] = range.split('-').map(ipv4Number);
  const asked = ipv4Number(address);
  return asked >= first && asked <= last;
}

const ipv4Number = (address: string): number =>
  address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
