/**
 * Where a server is reached.
 *
 * @module
 */

/** A host and a port. */
export interface Address {
  /** A host name or address; an IPv6 address stands without brackets. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
}

/**
 * An address as text.
 *
 * @example
 * ```ts
 * import { addressText } from "./address.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(addressText({ host: "::1", port: 8765 }), "[::1]:8765");
 * ```
 *
 * @param address The address.
 * @returns `host:port`, an IPv6 address in brackets.
 */
export function addressText({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The names of this very machine, of which one counts as all. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/**
 * A name for the place that an address leads to, as far as its text tells: the loopback names count as
 * one.
 *
 * @example
 * ```ts
 * import { placeOf } from "./address.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(placeOf({ host: "127.0.0.1", port: 8765 }), "localhost:8765");
 * ```
 *
 * @param address An address.
 * @returns Equal texts for equal places.
 */
export function placeOf(address: Address): string {
  // An IP address has many spellings, of which a URL knows all.
  const spelled = URL.parse(`ws://${addressText(address)}/`)?.hostname ??
    address.host.toLowerCase();
  const host = spelled.replace(/\.$/, "");
  return `${LOOPBACK.includes(host) ? "localhost" : host}:${address.port}`;
}

/**
 * Whether two addresses lead to the same place, as far as their text tells.
 *
 * @example
 * ```ts
 * import { sameAddress } from "./address.ts";
 * import { assert } from "@std/assert";
 *
 * assert(sameAddress({ host: "localhost", port: 8765 }, { host: "127.0.0.1", port: 8765 }));
 * ```
 *
 * @param one An address.
 * @param other Another.
 * @returns True if they are known to be the same.
 */
export function sameAddress(one: Address, other: Address): boolean {
  return placeOf(one) === placeOf(other);
}
