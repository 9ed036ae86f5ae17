import { BlockList, isIP } from 'node:net';

export interface NotPublic {
  /** What the address is, to follow “is” or “resolves to”. */
  what: string;
  /** Whether an operator may allow it: storage can be on a private network, but not at a metadata service. */
  allowable: boolean;
}

/** Such services have addresses in private ranges too. */
const METADATA = 'an address where clouds keep their metadata service';

// The first that holds an address says what it is.
// https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-special-registry
const V4: [subnet: string, what: string, allowable?: 'allowable'][] = [
  // https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
  ['100.100.100.200/32', METADATA],
  ['10.0.0.0/8', 'a private address', 'allowable'],
  ['172.16.0.0/12', 'a private address', 'allowable'],
  ['192.168.0.0/16', 'a private address', 'allowable'],
  ['100.64.0.0/10', 'a shared address of a carrier', 'allowable'],
  ['127.0.0.0/8', 'this machine itself (loopback)', 'allowable'],
  ['169.254.0.0/16', 'a link-local address, where clouds keep their metadata service'],
  // https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ['168.63.129.16/32', 'the address of a cloud’s own platform services'],
  ['0.0.0.0/8', 'an unspecified address'],
  ['192.0.0.0/24', 'an address reserved for protocols'],
  ['192.0.2.0/24', 'an address for documentation'],
  ['198.51.100.0/24', 'an address for documentation'],
  ['203.0.113.0/24', 'an address for documentation'],
  ['192.88.99.0/24', 'an address of a retired relay'],
  ['198.18.0.0/15', 'an address for benchmarks'],
  ['224.0.0.0/4', 'a multicast address'],
  ['240.0.0.0/4', 'a reserved address'],
];
const V6: typeof V4 = [
  // https://docs.aws.amazon.com/whitepapers/latest/ipv6-on-aws/supporting-amazon-vpc-services.html, and of two other clouds
  ['fd00:ec2::/32', METADATA],
  ['fd20:ce::/32', METADATA],
  ['fd00:c1::/32', METADATA],
  ['fc00::/7', 'a private address (unique local)', 'allowable'],
  ['::1/128', 'this machine itself (loopback)', 'allowable'],
  ['fe80::/10', 'a link-local address'],
  ['ff00::/8', 'a multicast address'],
  ['2001:db8::/32', 'an address for documentation'],
  ['3fff::/20', 'an address for documentation'],
  ['2001::/23', 'an address reserved for protocols'],
  ['2002::/16', 'an address of a retired relay'],
];
/** Where IPv6 embeds IPv4 in its last 32 bits: mapped addresses, and NAT64. */
const EMBEDDING = ['::ffff:', '64:ff9b::'];
const V6_UNICAST = listOf(['2000::/3', '::ffff:0:0/96', '64:ff9b::/96']);
const V6_OTHER: NotPublic = { what: 'an address that is not a public one', allowable: false };

const RANGES = [...V4, ...V6].map(([subnet, what, allowable]) => ({
  list: listOf(subnet.includes(':') ? [subnet] : [subnet, ...embedded(subnet)]),
  reason: { what, allowable: allowable !== undefined } satisfies NotPublic,
}));

/** A list of networks, each with its bits. */
export function listOf(subnets: string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [net, bits] = subnet.split('/');
    list.addSubnet(net!, Number(bits), net!.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** Where IPv6 embeds a network of IPv4. */
export function embedded(subnet: string): string[] {
  const [net, bits] = subnet.split('/');
  return EMBEDDING.map(prefix => `${prefix}${net}/${96 + Number(bits)}`);
}

const LOOPBACK = listOf(['127.0.0.0/8', '::1/128']);

/**
 * Whether a request to this URL never leaves this machine: its host is a loopback address itself. A name, also
 * `localhost`, does not count, because it can come to lead elsewhere.
 */
export function staysOnThisMachine(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  const version = isIP(host);
  return version !== 0 && LOOPBACK.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

/** Why an IP address is no public unicast address; null when it is one. */
export function whyNotPublic(address: string): NotPublic | null {
  const unscoped = address.replace(/%.*$/, '');
  const version = isIP(unscoped);
  if (version === 0) return { what: 'not an IP address', allowable: false };
  const family = version === 6 ? 'ipv6' : 'ipv4';
  for (const { list, reason } of RANGES) if (list.check(unscoped, family)) return reason;
  return version === 6 && !V6_UNICAST.check(unscoped, family) ? V6_OTHER : null;
}
