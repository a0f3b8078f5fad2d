import { BlockList, isIP } from 'node:net';
import { quote } from './quote.ts';
import type { Finding } from './rules-error.ts';

export const networkPattern = '^[0-9a-fA-F:.]{2,45}(/[0-9]{1,3})?$';

/** An address, or a network of them as address and length of its prefix. */
export function checkNetwork(text: string): Finding | null {
  const [address = '', length] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (new RegExp(networkPattern).test(text) && longest > 0 && Number(length ?? 0) <= longest) return checkPrefix(address, length);
  const hint = 'write an address, as in `10.0.0.5` or `"::1"`, or a network, as in `10.0.0.0/8`';
  return { message: `${quote(text)} is neither an address nor a network.`, hint };
}

/** Whoever writes `10.0.0.5/8` may mean one of the two; `/0` would believe everybody, who could then be anybody. */
function checkPrefix(address: string, length: string | undefined): Finding | null {
  if (length === undefined) return null;
  if (Number(length) === 0)
    return { message: `${quote(`${address}/0`)} is every address there is.`, hint: 'name the proxies that you trust' };
  const network = firstOf(address, Number(length));
  if (network === null) return null;
  const hint = `write \`${network}/${length}\` for all of that network, or \`${address}\` for this one`;
  return { message: `${quote(`${address}/${length}`)} names an address inside of a network.`, hint };
}

/** The first address of an IPv4 network, unless this is it. */
function firstOf(address: string, length: number): string | null {
  if (isIP(address) !== 4) return null;
  const bytes = address.split('.').map((byte, at) => Number(byte) & (0xff00 >> Math.min(8, Math.max(0, length - 8 * at))) & 0xff);
  const first = bytes.join('.');
  return first === address ? null : first;
}

/** Says whether an address is one of these checked networks'. An IPv4 address may come as IPv6 (`::ffff:10.0.0.5`). */
export function networkMatcher(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    const family = familyOf(address);
    list.addSubnet(address, Number(length ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    return isIP(plain) !== 0 && list.check(plain, familyOf(plain));
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
