import { assertEquals } from "@std/assert";
import { encodeBase64url } from "../../../../lib/protocol/base64url.ts";
import type { MessageType } from "../../../../lib/protocol/catalog.ts";
import { NOW, PAYLOADS, THERE } from "../examples.ts";
import { passes, testMembers } from "./members.ts";

const bound = { type: "USER_DELIVER", ts: NOW, origin: THERE };
// That a ciphertext cannot be opened is for its reader to find out.
const tolerated = { ciphertext: [""], sender_pub: ["no such thing"], type: ["", "no such thing"] };

testMembers("MSG_DIRECT", tolerated);
testMembers("MSG_PUBLIC_CHANNEL", tolerated);
testMembers("USER_DELIVER", tolerated, bound);
testMembers("SERVER_DELIVER", tolerated, bound);

for (
  const type of ["MSG_DIRECT", "USER_DELIVER", "SERVER_DELIVER"] as const satisfies MessageType[]
) {
  Deno.test(`a ${type} has a content_sig of 512 bytes, spelled in the one way (D3)`, () => {
    for (const bytes of [0, 256, 511, 513]) {
      const content_sig = encodeBase64url(new Uint8Array(bytes));
      assertEquals(passes(type, { ...PAYLOADS[type], content_sig }), false);
    }
    const padded = encodeBase64url(new Uint8Array(512)) + "=";
    assertEquals(passes(type, { ...PAYLOADS[type], content_sig: padded }), false);
  });

  Deno.test(`a ${type} has at most 64 blocks of ciphertext (D4)`, () => {
    const blocks = (bytes: number) => encodeBase64url(new Uint8Array(bytes));
    const full = { ...PAYLOADS[type], ciphertext: blocks(64 * 512) };
    assertEquals(passes(type, full), true);
    assertEquals(passes(type, { ...full, ciphertext: blocks(64 * 512 + 1) }), false);
  });
}
