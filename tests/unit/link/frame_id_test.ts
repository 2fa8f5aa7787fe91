import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { frameIdInput } from "../../../lib/link/frame_id.ts";
import { readEnvelope } from "../../../lib/protocol/envelope.ts";
import { ALICE, BOB, exampleText, NOW, PAYLOADS, THERE } from "../protocol/examples.ts";

function name(other: Record<string, unknown> = {}): string {
  return new TextDecoder().decode(frameIdInput(readEnvelope(exampleText("USER_REMOVE", other))));
}

Deno.test("a frame is named by ts, from, to and payload (§10)", () => {
  assertEquals(
    name(),
    `${NOW}\n${THERE}\n*\n{"server_id":"${THERE}","user_id":"${BOB}"}`,
  );
});

Deno.test("another ts, from, to or payload is another frame", () => {
  const payload = { ...PAYLOADS.USER_REMOVE, x: 1 };
  const names = [
    name(),
    name({ ts: NOW + 1 }),
    name({ from: ALICE }),
    name({ payload }),
    new TextDecoder().decode(
      frameIdInput({ ...readEnvelope(exampleText("USER_REMOVE")), to: "public" }),
    ),
  ];
  assertEquals(new Set(names).size, names.length);
});

Deno.test("the same frame in another spelling is the same frame", () => {
  const { server_id, user_id } = PAYLOADS.USER_REMOVE;
  assertEquals(name({ from: THERE.toUpperCase() }), name());
  assertEquals(
    name({ payload: { user_id, server_id } }),
    name({ payload: { server_id, user_id } }),
  );
  assertEquals(name({ sig: undefined, hops: 3 }), name());
  const direct = (to: string) => frameIdInput(readEnvelope(exampleText("MSG_DIRECT", { to })));
  assertEquals(direct(ALICE.toUpperCase()), direct(ALICE));
  const spaced = exampleText("USER_REMOVE").replace(":", " : ").replace("user_id", "\\u0075ser_id");
  assertEquals(new TextDecoder().decode(frameIdInput(readEnvelope(spaced))), name());
});

Deno.test("nothing can be moved from one part into the next", () => {
  const envelope = readEnvelope(exampleText("USER_REMOVE"));
  const part = fc.stringMatching(/^[!-~]{1,12}$/);
  fc.assert(fc.property(part, part, part, part, (from, to, otherFrom, otherTo) => {
    const one = new TextDecoder().decode(frameIdInput({ ...envelope, from, to }));
    const other = new TextDecoder().decode(
      frameIdInput({ ...envelope, from: otherFrom, to: otherTo }),
    );
    const same = from.toLowerCase() === otherFrom.toLowerCase() &&
      to.toLowerCase() === otherTo.toLowerCase();
    if (same) assertEquals(one, other);
    else assertNotEquals(one, other);
  }));
});
