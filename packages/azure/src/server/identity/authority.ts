/** National clouds have sign-in services of their own. https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const AUTHORITIES: [domain: string, authorityHost: string][] = [
  ['.core.usgovcloudapi.net', 'https://login.microsoftonline.us'],
  ['.core.chinacloudapi.cn', 'https://login.chinacloudapi.cn'],
];

/** Where tokens for an endpoint are issued: in its own cloud, else where the installation says. */
export const authorityFor = (endpoint: string, authorityHost: string): string =>
  AUTHORITIES.find(([domain]) => new URL(endpoint).hostname.endsWith(domain))?.[1] ?? authorityHost;
