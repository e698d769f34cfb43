/**
 * Where connections may lead. An origin is whatever the owner of an admin key wrote down, and the server may stand in a
 * network whose other inhabitants trust whoever is inside: unless the operator names them, only public addresses are reached.
 */
import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Public by their number, but none that a provider could have. */
const notPublic4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  // Azure's own, reached from every machine in it.
  '168.63.129.16/32',
  // Link-local, the metadata of most clouds among it.
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** All that is given out to anybody is in here. */
const public6 = '2000::/3';
/** What of it leads elsewhere: Teredo and 6to4 carry an IPv4 address, the rest is for protocols and documents. */
const notPublic6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
/** IPv4 behind a translator of the network's own: what an IPv6-only host sees of every IPv4 address. */
const translated = '64:ff9b::';

const loopbackNames = /^(?:.+\.)?localhost\.?$/i;
const loopback = ['127.0.0.1', '::1'];

/** Resolves a name to all its addresses, as `lookup` of node:dns does. */
export type Resolve = (
  host: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A name leads where connections must not go. */
class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
  /** As the errors of the network have one. */
  readonly code = 'ERR_REFUSED_ADDRESS';

  constructor(host: string, isPlain: boolean) {
    super(
      isPlain
        ? `${host} leads to no address that GATEHOUSE_ALLOW_PRIVATE names, and http is for those alone`
        : `${host} leads to private or reserved addresses, and GATEHOUSE_ALLOW_PRIVATE names none of them`,
    );
  }
}

export class Guard {
  readonly #allowed: BlockList;
  readonly #refused = listOf([...notPublic4, ...notPublic6]);
  readonly #public6 = listOf([public6, `${translated}/96`]);
  readonly #mapped = listOf(['::ffff:0:0/96']);
  readonly #allowsAny: boolean;
  readonly #resolve: Resolve;

  /** `allowPrivate` are CIDRs, which are reached although they are not public. Throws for what is none. */
  constructor(allowPrivate: readonly string[], resolve: Resolve = systemLookup) {
    this.#allowed = listOf(allowPrivate);
    this.#allowsAny = allowPrivate.length > 0;
    this.#resolve = resolve;
  }

  /** Whether a connection may lead to this address, in any writing that `isIP` knows. */
  allows(address: string): boolean {
    return isIn(this.#allowed, address) || this.#isPublic(address);
  }

  /**
   * What is wrong with an origin, as far as its text tells: the end of the sentence "origin must …". Where a name leads is
   * seen when a connection is made.
   */
  checkOrigin(origin: string): string | undefined {
    const url = URL.parse(origin);
    if (!url || !/^https?:$/.test(url.protocol)) return 'be an http or https URL.';
    const isBare = url.pathname === '/' && url.search + url.hash + url.username + url.password === '';
    if (!isBare) return 'have a scheme, a host and at most a port.';
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const isLiteral = isIP(host) !== 0;
    if (isLiteral ? !this.allows(host) : loopbackNames.test(host) && !loopback.some((one) => isIn(this.#allowed, one)))
      return `lead to a public address: ${host} is private or reserved, and GATEHOUSE_ALLOW_PRIVATE does not name it.`;
    if (url.protocol === 'https:' || (isLiteral ? isIn(this.#allowed, host) : this.#allowsAny)) return undefined;
    return 'be https: http is for loopback and other addresses that GATEHOUSE_ALLOW_PRIVATE names.';
  }

  /**
   * For connections to an origin: gives those of a name's addresses that may be reached, so that what was checked is what
   * is connected to. Fails with `RefusedAddress` if there is none. A literal address is not looked up: `checkOrigin` sees it.
   */
  lookupFor(origin: string): LookupFunction {
    const isPlain = origin.startsWith('http:');
    return (host, options, done) => {
      this.#resolve(host, { ...options, all: true }, (error, found) => {
        if (error) return done(error, '', 0);
        const good = found.filter(({ address }) => (isPlain ? isIn(this.#allowed, address) : this.allows(address)));
        const [first] = good;
        if (!first) return done(new RefusedAddress(host, isPlain), '', 0);
        if (options.all) done(null, good);
        else done(null, first.address, first.family);
      });
    };
  }

  #isPublic(address: string): boolean {
    if (isIP(address) === 0 || isIn(this.#refused, address)) return false;
    return isIP(address) === 4 || isIn(this.#mapped, address) || isIn(this.#public6, address);
  }
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** IPv4 ranges hold for their mapped forms by themselves, and for the translated ones. Throws for what is no CIDR. */
function listOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [, network = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(cidr) ?? [];
    const version = isIP(network);
    if (version === 0) throw new TypeError(`not a CIDR: ${cidr}`);
    list.addSubnet(network, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
    if (version === 4) list.addSubnet(`${translated}${network}`, 96 + Number(bits), 'ipv6');
  }
  return list;
}
