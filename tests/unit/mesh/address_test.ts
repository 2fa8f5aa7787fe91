import { assertEquals } from "@std/assert";
import { addressText, sameAddress } from "../../../lib/mesh/address.ts";

Deno.test("an address is written host:port, an IPv6 address in brackets", () => {
  assertEquals(addressText({ host: "localhost", port: 8765 }), "localhost:8765");
  assertEquals(addressText({ host: "fe80::1", port: 1 }), "[fe80::1]:1");
});

for (
  const [one, other, same] of [
    ["localhost", "127.0.0.1", true],
    ["::1", "LOCALHOST", true],
    ["Chat.Example", "chat.example", true],
    ["chat.example", "chat.example.org", false],
    ["192.168.0.1", "127.0.0.1", false],
  ] as const
) {
  Deno.test(`${one} and ${other} are ${same ? "" : "not "}known to be the same place`, () => {
    const [here, there] = [{ host: one, port: 8765 }, { host: other, port: 8765 }];
    assertEquals(sameAddress(here, there), same);
    assertEquals(sameAddress(there, here), same);
    assertEquals(sameAddress(here, { ...there, port: 8766 }), false);
  });
}
