import { assert, assertEquals } from "@std/assert";
import { DEFAULT_DIAL_DENY, refusal } from "../../lib/mesh/dial_policy.ts";

const METADATA = [
  "169.254.169.254",
  "169.254.169.254.",
  "0xA9FEA9FE",
  "0xa9.0xfe.0xa9.0xfe",
  "2852039166",
  "0251.0376.0251.0376",
  "169.254.43518",
  "169.16689662",
  "::ffff:169.254.169.254",
  "0:0:0:0:0:ffff:a9fe:a9fe",
  "::169.254.169.254",
  "64:ff9b::169.254.169.254",
  "2002:a9fe:a9fe::",
  "169.254.170.2",
  "fe80::1",
  "FEBF:ffff::1",
  "fd00:ec2::254",
  "fd00:0ec2:0:0:0:0:0:0254",
  "fd20:ce::254",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "metadata.google.internal",
  "Metadata.Google.INTERNAL.",
  "metadata.goog",
  "metadata",
];
for (const host of METADATA) {
  Deno.test(`THREATS 30: a server that says it is at ${host} is not dialled there`, () => {
    for (const port of [80, 443, 8765]) {
      assert(refusal(DEFAULT_DIAL_DENY, { host, port }) !== undefined, `port ${port}`);
    }
  });
}

for (const port of [21, 22, 23, 25, 110, 143, 587, 6667]) {
  Deno.test(`THREATS 30: a server that says it is at port ${port} is not dialled there`, () => {
    for (const host of ["chat.example.org", "127.0.0.1", "2001:db8::1"]) {
      assert(refusal(DEFAULT_DIAL_DENY, { host, port }) !== undefined, host);
    }
  });
}

Deno.test("THREATS 30: honest servers are dialled, so the refusals above mean something", () => {
  for (const host of ["127.0.0.1", "localhost", "192.168.0.7", "chat.example.org", "2001:db8::1"]) {
    for (const port of [80, 443, 5000, 8765, 9000]) {
      assertEquals(refusal(DEFAULT_DIAL_DENY, { host, port }), undefined);
    }
  }
});
