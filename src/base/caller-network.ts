/** Whom wrong tries are counted for: an address of IPv4, or the network of one of IPv6. */

/** Whoever has one address of IPv6 has the 2^64 beside it as well, so that its first 64 bits stand for all of them, in one spelling. */
export function callerNetwork(address: string): string {
  const plain = plainAddress(address);
  return plain.includes(':') ? firstHalf(plain) : plain;
}

/** An IPv4 address as it looks to a server that listens on IPv6 as well, in its own form. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}

function firstHalf(address: string): string {
  const [head = '', tail] = address.split('%', 1).join('').split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
