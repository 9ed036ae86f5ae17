import { isIP } from 'node:net';

/** What requests are for. Private networks are allowed for each by itself. */
export type Purpose = 'storage' | 'webhooks' | 'sign-in' | 'tools';

export const PURPOSE_WORDS: Record<Purpose, string> = {
  storage: 'the storage',
  webhooks: 'the receiver',
  'sign-in': 'the sign-in service',
  tools: 'the tool',
};
/** The variables in which the operator allows networks. */
export const NETWORK_SETTINGS: Record<Purpose, string> = {
  storage: 'MOORING_STORAGE_NETWORKS',
  webhooks: 'MOORING_WEBHOOK_NETWORKS',
  'sign-in': 'MOORING_SIGN_IN_NETWORKS',
  tools: 'MOORING_TOOL_NETWORKS',
};

/** Whether a text is an address, or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [net = '', bits, ...more] = text.split('/');
  const version = isIP(net);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32));
}
