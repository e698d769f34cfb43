import { isIP } from 'node:net';

/** IP addresses and networks with commas between; as CIDRs all of them. */
export function parseNetworks(text: string): readonly string[] | undefined {
  const all = text.split(',').map((part) => toCidr(part.trim()));
  const networks = all.filter((network) => network !== undefined);
  return networks.length === all.length ? networks : undefined;
}

function toCidr(text: string): string | undefined {
  const [, address = '', prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  return version === 0 || Number(prefix ?? bits) > bits ? undefined : `${address}/${prefix ?? bits}`;
}
