import { assertEquals, assertStringIncludes } from "@std/assert";
import { recipientsReason, sendersReason } from "../../../lib/client/file_reasons.ts";

Deno.test("a code word becomes a sentence with a name in it", () => {
  assertEquals(recipientsReason("left", "bob"), { state: "cancelled", why: "bob has left" });
  assertEquals(recipientsReason("no", "bob").state, "rejected");
  assertEquals(sendersReason("file", "alice").state, "failed");
});

Deno.test("a word that nobody knows is a failure, and does not reach for a prototype", () => {
  for (const code of ["constructor", "tostring", "whatever"]) {
    const { state, why } = recipientsReason(code, "bob");
    assertEquals(state, "failed");
    assertStringIncludes(why, code);
  }
});
