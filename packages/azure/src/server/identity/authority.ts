interface Cloud {
  /** To follow “in”. */
  name: string;
  /** Storage accounts have names below these. */
  domains: readonly string[];
  /** Where its tokens are issued; the first is the one to use. */
  authorities: readonly [string, ...string[]];
}

/** Clouds are apart: each has sign-in services of its own. https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const PUBLIC: Cloud = {
  name: 'Azure’s public cloud',
  domains: ['.core.windows.net', '.storage.azure.net'],
  authorities: ['https://login.microsoftonline.com'],
};
const NATIONAL: readonly Cloud[] = [
  {
    name: 'Azure Government',
    domains: ['.core.usgovcloudapi.net'],
    authorities: ['https://login.microsoftonline.us'],
  },
  {
    name: 'Azure in China',
    domains: ['.core.chinacloudapi.cn'],
    authorities: ['https://login.chinacloudapi.cn', 'https://login.partner.microsoftonline.cn'],
  },
];

const cloudOf = (endpoint: string): Cloud | undefined => {
  const { hostname } = new URL(endpoint);
  return [PUBLIC, ...NATIONAL].find(({ domains }) => domains.some(domain => hostname.endsWith(domain)));
};

/** Where tokens for an endpoint are issued: in its own cloud, else where the installation says. */
export function authorityFor(endpoint: string, authorityHost: string): string {
  const cloud = cloudOf(endpoint);
  if (!cloud || cloud === PUBLIC || cloud.authorities.includes(authorityHost)) return authorityHost;
  return cloud.authorities[0];
}

/**
 * An identity of the installation belongs to one cloud: its secret, or its token, must not be sent to another one.
 * @param authorityHost of the installation; one that is no cloud's own stands for the public cloud
 * @returns why it may not be used there; null: it may
 */
export function otherCloudRefusal(
  endpoint: string,
  authorityHost: string,
): { message: string; fix: string } | null {
  const own = NATIONAL.find(({ authorities }) => authorities.includes(authorityHost)) ?? PUBLIC;
  const cloud = cloudOf(endpoint);
  if (!cloud || cloud === own) return null;
  return {
    message: `The storage is in ${cloud.name}. The identity of this installation is in ${own.name}: Mooring gets its tokens at ${authorityHost} and sends nothing of it to another cloud.`,
    fix: `Use an app registration of your own in ${cloud.name}, or a SAS token. If the whole installation belongs there, its operator sets MOORING_AZURE_AUTHORITY_HOST=${cloud.authorities[0]}, with an identity of that cloud.`,
  };
}
