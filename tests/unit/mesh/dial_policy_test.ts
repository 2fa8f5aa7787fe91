import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DEFAULT_DIAL_DENY, parseDialDeny, refusal } from "../../../lib/mesh/dial_policy.ts";

const PORT = 8765;
const why = (list: string, host: string, port = PORT) =>
  refusal(parseDialDeny(list), { host, port });

Deno.test("an address that nothing is said of may be dialled", () => {
  const hosts = ["127.0.0.1", "localhost", "::1", "10.0.0.1", "192.168.1.2", "chat.example.org"];
  for (const host of [...hosts, "2001:db8::1", "my_host", "169.253.255.255", "fec0::1"]) {
    assertEquals([host, refusal(DEFAULT_DIAL_DENY, { host, port: PORT })], [host, undefined]);
  }
});

const SPELLINGS: [list: string, host: string, denied: boolean][] = [
  ["10.0.0.0/8", "10.255.255.255", true],
  ["10.0.0.0/8", "11.0.0.0", false],
  ["10.1.2.3/8", "10.0.0.0", true],
  ["0.0.0.0/0", "8.8.8.8", true],
  ["0.0.0.0/0", "2001:db8::1", false],
  ["0.0.0.0/0", "chat.example.org", false],
  ["::/0", "2001:db8::1", true],
  ["::/0", "8.8.8.8", false],
  ["192.0.2.1", "192.0.2.1", true],
  ["192.0.2.1", "192.0.2.2", false],
  ["192.0.2.1", "0xC0000201", true],
  ["192.0.2.1", "3221225985", true],
  ["192.0.2.1", "0300.0.02.1", true],
  ["192.0.2.1", "192.0.513", true],
  ["192.0.2.1", "192.0.2.1.", true],
  ["192.0.2.1", "[::ffff:192.0.2.1]", false], // in brackets it is no host that could be dialled
  ["192.0.2.1", "::ffff:192.0.2.1", true],
  ["192.0.2.1", "::FFFF:C000:201", true],
  ["192.0.2.1", "::ffff:0:192.0.2.1", true],
  ["192.0.2.1", "::192.0.2.1", true],
  ["192.0.2.1", "64:ff9b::192.0.2.1", true],
  ["192.0.2.1", "2002:c000:201:1::5", true],
  ["192.0.2.1", "2002:c000:202:1::5", false],
  ["::ffff:192.0.2.0/120", "192.0.2.77", true],
  ["::ffff:192.0.2.0/120", "::ffff:192.0.2.77", true],
  ["2001:db8::/33", "2001:db8:7fff::1", true],
  ["2001:db8::/33", "2001:db8:8000::1", false],
  ["[2001:DB8::1]", "2001:db8:0:0:0:0:0:1", true],
  ["Chat.Example.org.", "CHAT.example.ORG", true],
  ["chat.example.org", "chat.example.org.", true],
  ["chat.example.org", "chat.example.org..", true],
  ["chat.example.org", "a.chat.example.org", false],
  ["127.0.0.0/8", "localhost", true],
  ["127.0.0.0/8", "LOCALHOST.", true],
  ["127.0.0.0/8", "any.localhost", true],
  ["127.0.0.0/8", "0", true],
  ["127.0.0.0/8", "::", true],
  ["127.0.0.0/8", "::ffff:0.0.0.0", true],
  ["127.0.0.0/8", "::1", false],
  ["::1", "localhost", true],
  ["::1", "::", true],
  ["0.0.0.0/8", "::1", false],
];
for (const [list, host, denied] of SPELLINGS) {
  Deno.test(`who denies ${list} ${denied ? "denies" : "does not deny"} ${host}`, () => {
    const reason = why(list, host);
    assertEquals(reason !== undefined && / denied/.test(reason), denied, reason);
  });
}

Deno.test("what is no host and port is not dialled, whatever is denied", () => {
  const hosts = [
    "",
    "a b",
    "a/b",
    "a#b",
    "a?b",
    "u@a",
    "u:p@a",
    "a\\b",
    "999.1.1.1",
    "fe80::1%eth0",
  ];
  for (const host of [...hosts, "[::1]", "1::2::3", "a\u0000", "a:22/"]) {
    assertEquals([host, why("none", host)], [host, "it is no address that could be dialled"]);
  }
  for (const port of [0, -1, 1.5, 65536, NaN]) {
    assertEquals(why("none", "a", port), "it is no address that could be dialled");
  }
});

Deno.test("ports of other services are not dialled, those of the web are", () => {
  for (const port of [22, 25, 53, 6000, 6667, 10080]) {
    assertMatch(
      why("default", "a", port) ?? "",
      /^port \d+ is that of another service, [a-z0-9-]+$/,
    );
    assertMatch(why("10.0.0.0/8", "a", port) ?? "", /another service/);
    assertEquals(why("none", "a", port), undefined);
  }
  for (const port of [80, 443, 1024, 8080, 8765, 65535]) {
    assertEquals(why("default", "a", port), undefined);
  }
});

Deno.test("a list may build on the usual one, which it otherwise replaces", () => {
  assertEquals(parseDialDeny("default").entries, DEFAULT_DIAL_DENY.entries);
  assert(why(" default , 10.0.0.0/8 ", "169.254.169.254") !== undefined);
  assert(why("default,10.0.0.0/8", "10.0.0.1") !== undefined);
  assertEquals(why("10.0.0.0/8", "169.254.169.254"), undefined);
  assertEquals(parseDialDeny("a,b,a").entries, ["a", "b"]);
});

Deno.test("a policy is frozen, its parts too", () => {
  for (const part of [DEFAULT_DIAL_DENY, DEFAULT_DIAL_DENY.entries, DEFAULT_DIAL_DENY.ranges]) {
    assert(Object.isFrozen(part));
  }
});

const MISTAKES: [string, string][] = [
  ["10.0.0.0/33", '"10.0.0.0/33": expected /0 to /32'],
  ["fe80::/129", '"fe80::/129": expected /0 to /128'],
  ["10.0.0.0/-1", '"10.0.0.0/-1": expected a range, an address or a host name'],
  ["10.0.0.0/8/8", '"10.0.0.0/8/8": expected a range, an address or a host name'],
  ["10.1/16", '"10.1/16": expected an address of four decimal numbers'],
  ["0x0A000001", '"0x0A000001": expected an address of four decimal numbers'],
  ["300.1.1.1", '"300.1.1.1": expected a range, an address or a host name'],
  ["example.org/8", '"example.org/8": expected an IP address before the slash'],
  ["example.org:80", '"example.org:80": expected a range, an address or a host name'],
  ["a,,b", '"": expected a range, an address or a host name'],
  ["a,none", '"none": expected alone or not at all'],
  ["\u001b[2J", '"\\u001b[2J": expected a range, an address or a host name'],
];
for (const [list, message] of MISTAKES) {
  Deno.test(`${JSON.stringify(list)} is no list of what is not to be dialled`, () => {
    assertEquals(assertThrows(() => parseDialDeny(list), SyntaxError).message, message);
  });
}

const ipv4 = fc.nat(0xffff_ffff);
const dotted = (ip: number) => [24, 16, 8, 0].map((shift) => (ip >>> shift) & 255).join(".");
const hex = (ip: number) => `${(ip >>> 16).toString(16)}:${(ip & 0xffff).toString(16)}`;

Deno.test("every spelling of an IPv4 address is judged alike", () => {
  fc.assert(fc.property(ipv4, ipv4, fc.nat(32), (ip, base, prefix) => {
    const list = `${dotted(base)}/${prefix}`;
    const block = (number: number) => prefix === 0 ? 0 : number >>> (32 - prefix);
    const denied = block(ip) === block(base);
    const spellings = [dotted(ip), String(ip), `0x${ip.toString(16)}`, `0${ip.toString(8)}`];
    const mapped = [`::ffff:${dotted(ip)}`, `::FFFF:${hex(ip)}`, `64:ff9b::${hex(ip)}`];
    // Zero is this machine too, which the loopback's own cases show.
    fc.pre(ip !== 0);
    for (const host of [...spellings, ...mapped]) {
      assertEquals([host, list, why(list, host) !== undefined], [host, list, denied]);
    }
  }));
});

Deno.test("whatever a stranger announces, the answer is a line without controls, or none", () => {
  const host = fc.oneof(fc.string({ unit: "binary" }), fc.ipV4Extended(), fc.ipV6(), fc.domain());
  fc.assert(fc.property(host, fc.integer({ min: -5, max: 70_000 }), (host, port) => {
    assertMatch(refusal(DEFAULT_DIAL_DENY, { host, port }) ?? "", /^\P{C}*$/u);
  }));
});
