/** Sets of IP addresses, as trusted IP ranges and login IP ranges name them: from one address to another, both included. */
import { BlockList, isIP } from 'node:net';
import { plainAddress } from '../base/index.ts';

/** Both of the same family; `start` is not above `end`. */
export type AddressRange = { start: string; end: string };

export type AddressRanges = {
  /** An address nobody knows is in no range. */
  includes(address: string | undefined): boolean;
};

/** True for what `createAddressRanges` takes. */
export function isAddressRange({ start, end }: AddressRange): boolean {
  try {
    addRange(new BlockList(), { start, end });
    return true;
  } catch {
    return false;
  }
}

/** Throws for a range that `isAddressRange` would not take. */
export function createAddressRanges(ranges: readonly AddressRange[]): AddressRanges {
  const list = new BlockList();
  for (const range of ranges) addRange(list, range);
  return {
    includes(address) {
      const plain = plainAddress(address ?? '');
      const family = isIP(plain);
      return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

function addRange(list: BlockList, { start, end }: AddressRange): void {
  const [first, last] = [plainAddress(start), plainAddress(end)];
  const family = isIP(first);
  if (family === 0 || family !== isIP(last)) throw new RangeError(`not a range of addresses: ${start} to ${end}`);
  list.addRange(first, last, family === 4 ? 'ipv4' : 'ipv6');
}
