import { assertEquals, assertInstanceOf } from "@std/assert";
import { LinkError, ProtocolError, WIRE_CODES } from "../../../lib/protocol/errors.ts";

Deno.test("the codes are those of §9.5, and no others", () => {
  assertEquals<readonly string[]>(WIRE_CODES, [
    "USER_NOT_FOUND",
    "INVALID_SIG",
    "BAD_KEY",
    "TIMEOUT",
    "UNKNOWN_TYPE",
    "NAME_IN_USE",
  ]);
});

Deno.test("a protocol error shows its code and its detail, together and apart", () => {
  const error = new ProtocolError("BAD_KEY", "RSA-2048; only RSA-4096 is accepted");
  assertInstanceOf(error, Error);
  assertEquals(error.code, "BAD_KEY");
  assertEquals(error.detail, "RSA-2048; only RSA-4096 is accepted");
  assertEquals(String(error), "ProtocolError: BAD_KEY: RSA-2048; only RSA-4096 is accepted");
});

Deno.test("a failed network is not a peer's fault", () => {
  const error: Error = new LinkError("nobody listens there");
  assertEquals(error instanceof ProtocolError, false);
  assertEquals(String(error), "LinkError: nobody listens there");
});
