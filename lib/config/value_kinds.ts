/**
 * The kinds of values that flags and variables of the environment take: each reads one text.
 *
 * @module
 */

import { LOG_LEVELS, type LogLevel } from "../base/log.ts";
import { CRYPTO_CHOICES, type CryptoChoice } from "../crypto/select.ts";
import type { Address } from "../mesh/address.ts";
import { type DialPolicy, parseDialDeny } from "../mesh/dial_policy.ts";
import { type Id, isUuid4, toId } from "../protocol/ids.ts";

/** A kind of value. */
export interface ValueKind<T> {
  /** What the operator is told after "expected", e.g. `a port, 0–65535`. */
  readonly expected: string;
  /**
   * Reads a value.
   *
   * @param text What was given; never empty.
   * @returns The value, or undefined if the text is none of this kind.
   * @throws {SyntaxError} If one part of a longer text is wrong: the message says which and why.
   */
  read(text: string): T | undefined;
}

/** One of a few words. */
function oneOf<const W extends string>(words: readonly W[]): ValueKind<W> {
  return {
    expected: `one of ${words.join(", ")}`,
    read: (text) => words.find((word) => word === text),
  };
}

/**
 * Whether a text is a host name, an IPv4 address or a bare IPv6 address.
 *
 * @example
 * ```ts
 * import { isHost } from "./value_kinds.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(isHost("chat.example.org") && isHost("127.0.0.1") && isHost("::1"));
 * assertFalse(isHost("127.0.0.999") || isHost("[::1]") || isHost("a b"));
 * ```
 *
 * @param text Any text.
 * @returns True if it is one.
 */
export function isHost(text: string): boolean {
  if (text.includes(":")) return /^[0-9A-Fa-f:.]+$/.test(text) && URL.canParse(`ws://[${text}]/`);
  const labels = /^(?!-)[A-Za-z0-9_-]{1,63}(?:\.(?!-)[A-Za-z0-9_-]{1,63})*\.?$/;
  if (text.length > 253 || !labels.test(text)) return false;
  // Digits and dots alone are an IPv4 address, which the URL parser would complete from fewer parts.
  return !/^[\d.]+$/.test(text) ||
    /^\d+(?:\.\d+){3}$/.test(text) && URL.canParse(`ws://${text}/`);
}

function readPort(text: string, lowest: number): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  return port >= lowest && port <= 65535 ? port : undefined;
}

function readHost(text: string): string | undefined {
  const host = /^\[(.*:.*)\]$/.exec(text)?.[1] ?? text;
  return isHost(host) ? host.toLowerCase() : undefined;
}

/** A port to listen on. */
export const listenPort: ValueKind<number> = {
  expected: "a port, 0–65535 (0 picks a free one)",
  read: (text) => readPort(text, 0),
};

/** An address to listen on. `localhost` is IPv4's: what it means must not depend on the machine. */
export const listenHost: ValueKind<string> = {
  expected: "a host name or address",
  read: (text) => {
    const host = readHost(text);
    return host === "localhost" ? "127.0.0.1" : host;
  },
};

/** Where others reach a server. */
export const hostAndPort: ValueKind<Address> = {
  expected: "host:port (an IPv6 address in brackets)",
  read: (text) => {
    const [, hostText, portText] = /^([^:]+|\[.+\]):(\d+)$/.exec(text) ?? [];
    if (hostText === undefined || portText === undefined) return undefined;
    const host = readHost(hostText);
    const port = readPort(portText, 1);
    return host === undefined || port === undefined ? undefined : { host, port };
  },
};

/** Where other servers may not make this one dial. */
export const dialDeny: ValueKind<DialPolicy> = {
  expected: "ranges, addresses and host names with commas between them, or none",
  read: parseDialDeny,
};

/** Whether a switch is on, in a variable of the environment. */
export const onOff: ValueKind<boolean> = {
  expected: "1 or 0 (also true or false, yes or no, on or off)",
  read: (text) => {
    const word = text.toLowerCase();
    if (["1", "true", "yes", "on"].includes(word)) return true;
    return ["0", "false", "no", "off"].includes(word) ? false : undefined;
  },
};

/** A file or folder. */
export const path: ValueKind<string> = {
  expected: "a path",
  read: (text) => text.includes("\0") ? undefined : text,
};

/** What a unit of a size stands for. */
const SIZE_UNITS = new Map([["", 1], ["k", 1e3], ["m", 1e6], ["g", 1e9], ["t", 1e12]]);

/** How many bytes something may have. */
export const byteSize: ValueKind<number> = {
  expected: "a size such as 500kB, 20MB or 2GB",
  read: (text) => {
    const [, count = "", unit = ""] = /^(\d{1,15}(?:\.\d{1,3})?) ?([kmgt]?)b?$/i.exec(text) ?? [];
    const bytes = Math.round(Number(count) * (SIZE_UNITS.get(unit.toLowerCase()) ?? NaN));
    return count !== "" && Number.isSafeInteger(bytes) ? bytes : undefined;
  },
};

/** How many of something there may be in a second; infinity for no limit. */
export const countOrNone: ValueKind<number> = {
  expected: "a whole number from 1 to 1000000, or none",
  read: (text) => text === "none" ? Infinity : readCount(text),
};

/** How many of something there may be at once. */
export const countAtOnce: ValueKind<number> = {
  expected: "a whole number from 1 to 1000000",
  read: readCount,
};

/** How many bytes there may be in a second; infinity for no limit. */
export const bytesOrNone: ValueKind<number> = {
  expected: "a size such as 64KiB, 100kB or 1MB, at least 1kB, or none",
  read: (text) => {
    if (text === "none") return Infinity;
    const [, count = "", unit = ""] = /^(\d{1,6}) ?([KM])iB$/.exec(text) ?? [];
    const binary = Number(count) * (unit === "K" ? 2 ** 10 : 2 ** 20);
    const bytes = unit === "" ? byteSize.read(text) : binary;
    return bytes !== undefined && bytes >= 1_000 && bytes <= 1e12 ? bytes : undefined;
  },
};

function readCount(text: string): number | undefined {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  return count >= 1 && count <= 1_000_000 ? count : undefined;
}

/** How talkative the log is. */
export const logLevel: ValueKind<LogLevel> = oneOf(LOG_LEVELS);

/** Whether people or machines read the log. */
export const logFormat: ValueKind<"text" | "json"> = oneOf(["text", "json"]);

/** Who does the cryptography. */
export const cryptoChoice: ValueKind<CryptoChoice> = oneOf(CRYPTO_CHOICES);

/** How the client prints times. */
export const timestampStyle: ValueKind<"hhmm" | "iso"> = oneOf(["hhmm", "iso"]);

/** Where a client finds its server. */
export const socketUrl: ValueKind<string> = {
  expected: "a WebSocket address such as ws://localhost:8765",
  read: (text) => {
    const url = URL.parse(text);
    const good = url !== null && /^wss?:$/.test(url.protocol) && /^wss?:\/\//i.test(text) &&
      url.username === "" && url.password === "" && url.hash === "";
    return good ? text : undefined;
  },
};

/** A display name (§8.2). */
export const displayName: ValueKind<string> = {
  expected: "a name of 1–64 characters without control characters",
  read: (text) => {
    const name = text.trim().normalize("NFC");
    return /^\P{C}{1,64}$/u.test(name) ? name : undefined;
  },
};

/** A profile: the name of one folder, nothing that leads out of it. */
export const profileName: ValueKind<string> = {
  expected: "a name of letters, digits, dots, dashes and underscores that begins with no dot",
  read: (text) => /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/.test(text) ? text : undefined,
};

/** A user id (§5). */
export const userId: ValueKind<Id> = {
  expected: "a UUID v4",
  read: (text) => isUuid4(text) ? toId(text) : undefined,
};
