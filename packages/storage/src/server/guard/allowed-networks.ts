import { isIP } from 'node:net';
import { embedded, listOf } from './address-ranges.ts';

/** Whether an address is in one of these networks, also where it is written as IPv6 embeds IPv4. */
export function createNetworks(networks: readonly string[]): (address: string) => boolean {
  const list = listOf(
    networks.flatMap(text => {
      const subnet = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
      return subnet.includes(':') ? [subnet] : [subnet, ...embedded(subnet)];
    }),
  );
  return address => {
    const unscoped = address.replace(/%.*$/, '');
    const version = isIP(unscoped);
    return version !== 0 && list.check(unscoped, version === 6 ? 'ipv6' : 'ipv4');
  };
}
