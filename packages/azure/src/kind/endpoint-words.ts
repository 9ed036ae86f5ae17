/** What an endpoint is, in words, and what follows from it. */
export interface EndpointWords {
  kind: string;
  note: string | null;
}

const DOMAINS: { domain: RegExp; words: EndpointWords }[] = [
  { domain: /\.core\.windows\.net$/, words: { kind: 'Azure’s public cloud', note: null } },
  {
    domain: /\.storage\.azure\.net$/,
    words: { kind: 'Azure’s public cloud, with a DNS zone of its own', note: null },
  },
  {
    domain: /\.core\.usgovcloudapi\.net$/,
    words: {
      kind: 'Azure Government, in the United States',
      note: 'People and apps of it sign in at login.microsoftonline.us.',
    },
  },
  {
    domain: /\.core\.chinacloudapi\.cn$/,
    words: {
      kind: 'Azure in China',
      note: 'People and apps of it sign in at login.chinacloudapi.cn.',
    },
  },
];

const SECONDARY: EndpointWords = {
  kind: 'The second region of an account, for reading only',
  note: 'Objects that were written a short time ago may be missing there.',
};
const EMULATOR: EndpointWords = {
  kind: 'An emulator, or a proxy instead of Azure',
  note: 'Mooring connects to private addresses only where its operator allows that.',
};
const CUSTOM: EndpointWords = {
  kind: 'A custom domain or a private endpoint',
  note: 'Mooring’s server must be able to reach it. So must each browser that loads straight from the storage.',
};

/** Tells what kind of endpoint a blob endpoint is, by its host. */
export function endpointWords(endpoint: string): EndpointWords {
  const url = URL.parse(endpoint);
  if (!url) return CUSTOM;
  const { hostname, pathname } = url;
  if (pathname !== '/') return EMULATOR;
  const known = DOMAINS.find(({ domain }) => domain.test(hostname))?.words;
  if (known && /^[^.]+-secondary(-ipv6|-dualstack)?\./.test(hostname)) return SECONDARY;
  return known ?? CUSTOM;
}
