import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import * as kinds from "../../../lib/config/value_kinds.ts";

/** Checks what a kind makes of texts: a value, or undefined for a refusal. */
function table<T>(name: string, kind: kinds.ValueKind<T>, cases: [string, T | undefined][]): void {
  for (const [text, value] of cases) {
    const outcome = value === undefined ? "is refused" : "is taken";
    Deno.test(`as ${name}, ${JSON.stringify(text.slice(0, 60))} ${outcome}`, () => {
      assertEquals(kind.read(text), value);
    });
  }
}

table("a port to listen on", kinds.listenPort, [
  ["0", 0],
  ["8765", 8765],
  ["65535", 65535],
  ["65536", undefined],
  ["99999", undefined],
  ["-1", undefined],
  ["abc", undefined],
  ["0x50", undefined],
  ["80.0", undefined],
  ["1e3", undefined],
  [" 80", undefined],
  ["٣", undefined],
]);

Deno.test("every port's own spelling is taken, and no other number's", () => {
  fc.assert(fc.property(fc.integer({ min: -100_000, max: 200_000 }), (number) => {
    const expected = number >= 0 && number <= 65535 ? number : undefined;
    assertEquals(kinds.listenPort.read(String(number)), expected);
  }));
});

table("an address to listen on", kinds.listenHost, [
  ["localhost", "127.0.0.1"],
  ["LOCALHOST", "127.0.0.1"],
  ["0.0.0.0", "0.0.0.0"],
  ["::", "::"],
  ["[::1]", "::1"],
  ["Chat.Example.org", "chat.example.org"],
  ["my_host-1", "my_host-1"],
  ["127.0.0.999", undefined],
  ["127.1", undefined],
  ["1.2.3.4.5", undefined],
  ["a b", undefined],
  ["-a", undefined],
  ["a..b", undefined],
  ["[]", undefined],
  ["::g", undefined],
  ["1::2::3", undefined],
  ["http://a", undefined],
  ["a/b", undefined],
  ["\u001b[2J", undefined],
  ["a".repeat(254), undefined],
]);

table("host and port", kinds.hostAndPort, [
  ["chat.example.org:8765", { host: "chat.example.org", port: 8765 }],
  ["[2001:db8::1]:443", { host: "2001:db8::1", port: 443 }],
  ["localhost:1", { host: "localhost", port: 1 }],
  ["::1:8765", undefined],
  ["[127.0.0.1]:1", undefined],
  ["host", undefined],
  ["host:", undefined],
  [":8765", undefined],
  ["host:0", undefined],
  ["host:65536", undefined],
  ["ws://host:1", undefined],
  ["host:1/", undefined],
]);

table("a switch in a variable", kinds.onOff, [
  ["1", true],
  ["On", true],
  ["0", false],
  ["no", false],
  ["2", undefined],
  ["constructor", undefined],
]);

Deno.test("what is not dialled is read by the dial policy itself", () => {
  assertEquals(kinds.dialDeny.read("a,10.0.0.0/8")?.entries, ["a", "10.0.0.0/8"]);
  assertThrows(() => kinds.dialDeny.read("a b"), SyntaxError, '"a b"');
});

table("a path", kinds.path, [["./a b", "./a b"], ["a\0b", undefined]]);
table("a log level", kinds.logLevel, [["debug", "debug"], ["DEBUG", undefined], [
  "loud",
  undefined,
]]);
table("a log format", kinds.logFormat, [["json", "json"], ["xml", undefined]]);
table("a time style", kinds.timestampStyle, [["iso", "iso"], ["toString", undefined]]);

table("a server's URL", kinds.socketUrl, [
  ["ws://localhost:8765", "ws://localhost:8765"],
  ["wss://chat.example.org/socp", "wss://chat.example.org/socp"],
  ["WS://a", "WS://a"],
  ["http://localhost:8765", undefined],
  ["localhost:8765", undefined],
  ["localhost", undefined],
  ["ws:localhost", undefined],
  ["ws://", undefined],
  ["ws://user:secret@a", undefined],
  ["ws://a/#b", undefined],
  ["ws://a:99999", undefined],
]);

table("a display name", kinds.displayName, [
  ["Zoë \u{1F600}", "Zoë \u{1F600}"],
  ["  bob ", "bob"],
  ["Zoe\u0308", "Zoë"],
  ["  ", undefined],
  ["a\nb", undefined],
  ["a\u001b[0m", undefined],
  ["a\u202eb", undefined],
  ["\u{1F600}".repeat(64), "\u{1F600}".repeat(64)],
  ["a".repeat(65), undefined],
]);

table("a profile", kinds.profileName, [
  ["work", "work"],
  ["a.b-c_D9", "a.b-c_D9"],
  [".", undefined],
  ["..", undefined],
  [".hidden", undefined],
  ["../x", undefined],
  ["a/b", undefined],
  ["a\\b", undefined],
  ["a b", undefined],
  ["ü", undefined],
  ["a".repeat(65), undefined],
]);

Deno.test("a user id is compared lower-cased", () => {
  const text = "81B637D8-FCD2-46DA-A359-E6963113A117";
  assertEquals<string | undefined>(kinds.userId.read(text), text.toLowerCase());
  assertEquals(kinds.userId.read("81b637d8-fcd2-16da-a359-e6963113a117"), undefined);
});

table("a size", kinds.byteSize, [
  ["0", 0],
  ["446", 446],
  ["446B", 446],
  ["500kB", 500_000],
  ["20MB", 20_000_000],
  ["20m", 20_000_000],
  ["1.5 GB", 1_500_000_000],
  ["2T", 2_000_000_000_000],
  ["1e3", undefined],
  ["-5", undefined],
  ["MB", undefined],
  ["20MiB", undefined],
  ["99999999999T", undefined],
  ["1.5.5", undefined],
]);

table("who does the cryptography", kinds.cryptoChoice, [
  ["auto", "auto"],
  ["webcrypto", "webcrypto"],
  ["openssl", "openssl"],
  ["OpenSSL", undefined],
  ["libressl", undefined],
]);

table("a count or none", kinds.countOrNone, [
  ["1", 1],
  ["1000000", 1_000_000],
  ["none", Infinity],
  ["0", undefined],
  ["1000001", undefined],
  ["-1", undefined],
  ["1.5", undefined],
  ["all", undefined],
]);

table("a count", kinds.countAtOnce, [
  ["1", 1],
  ["40", 40],
  ["none", undefined],
  ["0", undefined],
]);

table("bytes a second, or none", kinds.bytesOrNone, [
  ["64KiB", 65_536],
  ["1 MiB", 1_048_576],
  ["65536", 65_536],
  ["100kB", 100_000],
  ["1k", 1_000],
  ["none", Infinity],
  ["999", undefined],
  ["0KiB", undefined],
  ["1.5KiB", undefined],
  ["64kib", undefined],
  ["2T", undefined],
]);
