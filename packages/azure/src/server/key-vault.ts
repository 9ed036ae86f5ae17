import type { TokenCredential } from '@azure/identity';
import { MooringError } from '@mooring/contract';
import { type Guard, type KeyStore, type PlainAnswer, plainRequest } from '@mooring/storage/server';

/** Where clouds keep their vaults. https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates */
const DOMAINS = ['vault.azure.net', 'vault.usgovcloudapi.net', 'vault.azure.cn'];
/** https://learn.microsoft.com/rest/api/keyvault/secrets */
const API_VERSION = '7.4';
const SECONDS = 30;

/**
 * The secret keys of the installation in a secret of Azure Key Vault. A change makes a new version of the secret; the
 * vault keeps the older ones.
 * @param url of the secret, without a version
 * @param openTokens the identity of this process: by default a workload identity, a managed identity, or `az login`
 */
export function createKeyVaultStore(
  url: string,
  { guard, openTokens = openOwnTokens }: { guard: Guard; openTokens?: () => Promise<TokenCredential> },
): KeyStore {
  const { hostname } = new URL(url);
  const cloud = DOMAINS.find(domain => hostname.endsWith(`.${domain}`)) ?? DOMAINS[0];
  let tokens: Promise<TokenCredential> | null = null;

  async function send(method: 'GET' | 'PUT', body?: string): Promise<PlainAnswer> {
    const signal = AbortSignal.timeout(SECONDS * 1000);
    tokens ??= openTokens();
    const token = await (await tokens)
      .getToken(`https://${cloud}/.default`, { abortSignal: signal })
      .catch(error => {
        throw unavailable(
          `Mooring gets no token for it: ${String(error?.message).split('\n')[0]}`,
          'Give this machine a workload identity or a managed identity, or run az login.',
          error,
        );
      });
    return await plainRequest(`${url}?api-version=${API_VERSION}`, {
      method,
      headers: { authorization: `Bearer ${token!.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
      dispatcher: guard.dispatcher,
      signal,
    }).catch(error => {
      throw unavailable(error.message, error.fix ?? 'Check the address and the network.', error);
    });
  }

  const unavailable = (what: string, fix: string, cause?: unknown): MooringError =>
    new MooringError('unavailable', `The secret keys in ${url} cannot be used. ${what}`, { fix, cause });

  function refusalOf({ status, body }: PlainAnswer, role: string): MooringError {
    const said = /"message"\s*:\s*"([^"]{1,300})/.exec(body.toString())?.[1] ?? 'It gave no reason.';
    const seen = `Key Vault answered ${status}: ${said}`;
    if (status === 404) {
      const [vault, name] = [hostname.split('.')[0], url.split('/').at(-1)];
      return unavailable(
        seen,
        `Make the secret: az keyvault secret set --vault-name ${vault} --name ${name} --value "$(openssl rand -base64 32)". If it was there before, recover it.`,
      );
    }
    if (status === 401 || status === 403)
      return unavailable(seen, `Grant the identity of this machine the role ${role} on the secret.`);
    return unavailable(seen, 'Try again in a minute.');
  }

  return {
    name: url,
    async read() {
      const answer = await send('GET');
      if (answer.status !== 200) throw refusalOf(answer, 'Key Vault Secrets User');
      return (JSON.parse(answer.body.toString()) as { value: string }).value;
    },
    async write(text) {
      const answer = await send('PUT', JSON.stringify({ value: text, contentType: 'text/plain' }));
      if (answer.status !== 200) throw refusalOf(answer, 'Key Vault Secrets Officer');
    },
  };
}

/** Loaded only where a vault is set. */
async function openOwnTokens(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
