/**
 * Where other servers may not make this one dial (§8.1, THREATS 30). Addresses come from strangers: one that leads to a
 * cloud's metadata service, or to somebody's mail server, must not be tried on their word.
 *
 * Only the text of an address is judged; names are not looked up. The operator's own introducers are not judged
 * at all.
 *
 * @module
 */

import { type Address, addressText } from "./address.ts";

/** A range of IP addresses of one family. */
export interface AddressRange {
  /** 32 for IPv4, 128 for IPv6. */
  readonly bits: 32 | 128;
  /** Its lowest address as a number. */
  readonly first: bigint;
  /** Its highest. */
  readonly last: bigint;
  /** How the operator wrote it. */
  readonly text: string;
}

/** Where not to dial. */
export interface DialPolicy {
  /** The list as it is written: ranges, addresses and names. */
  readonly entries: readonly string[];
  /** The addresses in it. */
  readonly ranges: readonly AddressRange[];
  /** The host names in it, lower-cased and without a dot at their end. */
  readonly names: ReadonlySet<string>;
  /** Whether ports of other services may be dialled. */
  readonly anyPort: boolean;
}

/** An IP address as a number. */
interface Ip {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/**
 * The "bad ports" of the Fetch standard (https://fetch.spec.whatwg.org/#port-blocking) with what listens there:
 * services that could take the beginning of a WebSocket for their own language.
 */
const SERVICES = new Map(
  [...`1 tcpmux, 7 echo, 9 discard, 11 systat, 13 daytime, 15 netstat, 17 qotd, 19 chargen,
    20 ftp-data, 21 ftp, 22 ssh, 23 telnet, 25 smtp, 37 time, 42 name, 43 nicname, 53 domain,
    69 tftp, 77 rje, 79 finger, 87 link, 95 supdup, 101 hostname, 102 iso-tsap, 103 gppitnp,
    104 acr-nema, 109 pop2, 110 pop3, 111 sunrpc, 113 auth, 115 sftp, 117 uucp-path, 119 nntp,
    123 ntp, 135 epmap, 137 netbios-ns, 139 netbios-ssn, 143 imap, 161 snmp, 179 bgp, 389 ldap,
    427 svrloc, 465 submissions, 512 exec, 513 login, 514 shell, 515 printer, 526 tempo,
    530 courier, 531 chat, 532 netnews, 540 uucp, 548 afp, 554 rtsp, 556 remotefs, 563 nntps,
    587 submission, 601 syslog-conn, 636 ldaps, 989 ftps-data, 990 ftps, 993 imaps, 995 pop3s,
    1719 h323gatestat, 1720 h323hostcall, 1723 pptp, 2049 nfs, 3659 apple-sasl, 4045 npp,
    4190 sieve, 5060 sip, 5061 sips, 6000 x11, 6566 sane-port, 6665 irc, 6666 irc, 6667 irc,
    6668 irc, 6669 irc, 6679 osaut, 6697 ircs-u, 10080 amanda`.matchAll(/(\d+) ([^,]+)/g)]
    .map(([, port, name]) => [Number(port), name] as const),
);

/** IPv6 addresses that stand for IPv4 ones: the prefix, its length, and how many bits follow those of IPv4. */
const CARRIERS = [
  { prefix: "::ffff:0:0", length: 96, behind: 0 }, // IPv4-mapped
  { prefix: "::ffff:0:0:0", length: 96, behind: 0 }, // IPv4-translated, RFC 7915
  { prefix: "64:ff9b::", length: 96, behind: 0 }, // NAT64, RFC 6052
  { prefix: "2002::", length: 16, behind: 80 }, // 6to4, RFC 3056
  { prefix: "::", length: 96, behind: 0 }, // IPv4-compatible, deprecated
].map((row) => ({ ...row, range: rangeOf(ipOf(`[${row.prefix}]`), row.length, row.prefix) }));

const LOOPBACK = [ipOf("127.0.0.1"), ipOf("[::1]")];

/** Link-local addresses, and where clouds keep the credentials of the machines they rent out. */
const USUAL = [
  "169.254.0.0/16", // link-local, and the metadata service of nearly every cloud
  "fe80::/10", // link-local
  "fd00:ec2::254", // Amazon
  "fd20:ce::254", // Google
  "100.100.100.200", // Alibaba
  "168.63.129.16", // Azure
  "192.0.0.192", // Oracle
  "metadata.google.internal",
  "metadata.goog",
  "metadata", // what Google's search domain completes
];

/** The policy of an operator who says nothing. */
export const DEFAULT_DIAL_DENY: DialPolicy = parseDialDeny(USUAL.join(","));

/**
 * Reads a list of what is not to be dialled.
 *
 * @example
 * ```ts
 * import { parseDialDeny } from "./dial_policy.ts";
 * import { assert, assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseDialDeny("10.0.0.0/8, chat.example.org").entries.length, 2);
 * assert(parseDialDeny("default,10.0.0.0/8").entries.includes("169.254.0.0/16"));
 * assertEquals(parseDialDeny("none").entries, []);
 * assertThrows(() => parseDialDeny("10.0.0.0/33"), SyntaxError, '"10.0.0.0/33": expected /0 to /32');
 * ```
 *
 * @param text Ranges (`10.0.0.0/8`), addresses and host names with commas between them; `default` for
 *   {@linkcode DEFAULT_DIAL_DENY}; or `none` alone, which denies no port either.
 * @returns The policy, frozen.
 * @throws {SyntaxError} If an entry is none of these; the message begins with the entry.
 */
export function parseDialDeny(text: string): DialPolicy {
  const entries = text.split(",").map((entry) => entry.trim());
  const anyPort = entries.includes("none");
  if (anyPort && entries.length > 1) throw mistake("none", "expected alone or not at all");
  const written = anyPort
    ? []
    : entries.flatMap((entry) => entry === "default" ? DEFAULT_DIAL_DENY.entries : [entry]);
  const ranges: AddressRange[] = [];
  const names = new Set<string>();
  for (const entry of written) {
    const read = readEntry(entry);
    if (typeof read === "string") names.add(read);
    else ranges.push(read);
  }
  return Object.freeze({
    entries: Object.freeze([...new Set(written)]),
    ranges: Object.freeze(ranges),
    names,
    anyPort,
  });
}

/**
 * Why an address may not be dialled. However its host is spelt, it is judged as what a WebSocket to it would
 * be opened to: `0xA9FEA9FE`, `[::ffff:169.254.169.254]` and `169.254.169.254` are one. Whoever denies a loopback
 * address denies `localhost`, `0.0.0.0` and `::` with it.
 *
 * @example
 * ```ts
 * import { DEFAULT_DIAL_DENY, refusal } from "./dial_policy.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const why = (host: string, port: number) => refusal(DEFAULT_DIAL_DENY, { host, port });
 * assertEquals(why("chat.example.org", 8765), undefined);
 * assertEquals(why("0xA9FEA9FE", 80), "169.254.169.254 is denied by 169.254.0.0/16");
 * assertEquals(why("chat.example.org", 22), "port 22 is that of another service, ssh");
 * ```
 *
 * @param policy What is denied.
 * @param address Where another server says that it, or a third one, is reached.
 * @returns The reason for a log, without anything in it that moves a cursor; undefined if it may be dialled.
 */
export function refusal(policy: DialPolicy, address: Address): string | undefined {
  const { port } = address;
  const host = dialledHost(address);
  if (host === undefined) return "it is no address that could be dialled";
  const service = SERVICES.get(port);
  if (!policy.anyPort && service !== undefined) {
    return `port ${port} is that of another service, ${service}`;
  }
  const name = withoutEndDot(host);
  if (policy.names.has(name)) return `the name ${name} is denied`;
  const range = policy.ranges.find((range) => meanings(host).some((ip) => isIn(range, ip)));
  return range === undefined ? undefined : `${host} is denied by ${range.text}`;
}

/** The host that a WebSocket to an address would be opened to, in its one spelling; undefined if there is none. */
function dialledHost(address: Address): string | undefined {
  const { port } = address;
  if (!Number.isInteger(port) || port < 1 || port > 65535) return undefined;
  const url = URL.parse(`ws://${addressText(address)}`);
  // A host that is more than a host would lead the URL, or its port, somewhere else.
  const whole = `ws://${url?.hostname}${port === 80 ? "" : `:${port}`}/`;
  return url?.href === whole ? url.hostname : undefined;
}

/** Every IP address that a host in its one spelling is known to stand for. */
function meanings(host: string): Ip[] {
  const name = withoutEndDot(host);
  if (name === "localhost" || name.endsWith(".localhost")) return LOOPBACK;
  if (!isIp(host)) return [];
  const own = ipOf(host);
  const carried = own.bits === 32 || own.value <= 1n ? [] : CARRIERS
    .filter(({ range }) => isIn(range, own))
    .map(({ behind }): Ip => ({
      bits: 32,
      value: BigInt.asUintN(32, own.value >> BigInt(behind)),
    }));
  const all = [own, ...carried];
  // To connect to "no address" is to connect to this machine.
  return all.some(({ value }) => value === 0n) ? [...all, ...LOOPBACK] : all;
}

function isIn({ bits, first, last }: AddressRange, ip: Ip): boolean {
  return ip.bits === bits && first <= ip.value && ip.value <= last;
}

/** One entry of the list: a range, or a host name in its comparable spelling. */
function readEntry(entry: string): AddressRange | string {
  const [, host = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const bare = /^\[(.*:.*)\]$/.exec(host)?.[1] ?? host;
  const canonical = dialledHost({ host: bare, port: 80 });
  if (canonical === undefined) throw mistake(entry, "expected a range, an address or a host name");
  if (!isIp(canonical)) {
    if (length !== undefined) throw mistake(entry, "expected an IP address before the slash");
    return withoutEndDot(canonical);
  }
  const ip = ipOf(canonical);
  // A URL takes 10.1 for 10.0.0.1, which whoever writes 10.1/16 does not mean.
  if (ip.bits === 32 && canonical !== bare) {
    throw mistake(entry, "expected an address of four decimal numbers");
  }
  const prefix = length === undefined ? ip.bits : Number(length);
  if (prefix > ip.bits) throw mistake(entry, `expected /0 to /${ip.bits}`);
  const mapped = ip.bits === 128 && prefix >= 96 && ip.value >> 32n === 0xffffn;
  return mapped
    ? rangeOf({ bits: 32, value: BigInt.asUintN(32, ip.value) }, prefix - 96, entry)
    : rangeOf(ip, prefix, entry);
}

function rangeOf({ bits, value }: Ip, prefix: number, text: string): AddressRange {
  const free = BigInt(bits - prefix);
  const first = (value >> free) << free;
  return Object.freeze({ bits, first, last: first + (1n << free) - 1n, text });
}

/** Whether a host in the spelling of the URL standard is an IP address: there no name ends in a number. */
function isIp(host: string): boolean {
  return host.startsWith("[") || /^\d+(?:\.\d+){3}$/.test(host);
}

/** The number of an IP address in the spelling of the URL standard. */
function ipOf(host: string): Ip {
  if (!host.startsWith("[")) return { bits: 32, value: joined(host.split(".").map(BigInt), 8n) };
  const [head = [], tail = []] = host.slice(1, -1).split("::")
    .map((half) => half === "" ? [] : half.split(":").map((group) => BigInt(`0x${group}`)));
  const zeros = Array<bigint>(8 - head.length - tail.length).fill(0n);
  return { bits: 128, value: joined([...head, ...zeros, ...tail], 16n) };
}

function joined(parts: readonly bigint[], bitsEach: bigint): bigint {
  return parts.reduce((number, part) => (number << bitsEach) | part, 0n);
}

function withoutEndDot(host: string): string {
  return host.replace(/\.+$/, "");
}

function mistake(entry: string, expected: string): SyntaxError {
  return new SyntaxError(`${JSON.stringify(entry)}: ${expected}`);
}
