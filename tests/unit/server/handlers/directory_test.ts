import { assert, assertEquals } from "@std/assert";
import { frameText } from "../../../../lib/protocol/envelope.ts";
import { type Id, toId } from "../../../../lib/protocol/ids.ts";
import type { JsonObject } from "../../../../lib/protocol/json.ts";
import { MAX_SERVER_FRAME_BYTES } from "../../../../lib/protocol/limits.ts";
import { dispatch } from "../../../../lib/server/dispatch.ts";
import { utf8 } from "../../../support/binary.ts";
import { BLOCK, BOB, NOW, THERE } from "../../protocol/examples.ts";
import { keyOf, SmallServer, verified } from "../small_server.ts";

/** The list that a server with so many users behind another one gives, and what it takes on the wire. */
function listOf(count: number, display_name: (index: number) => unknown) {
  const server = new SmallServer();
  const bob = server.localUser(BOB, keyOf(1));
  for (let i = 1; i < count; i++) {
    const id = toId(`00000000-0000-4000-8000-${`${i}`.padStart(12, "0")}`) as Id;
    const user = {
      at: "remote",
      id,
      server: toId(THERE),
      key: undefined,
      advert: "",
      ts: NOW,
    } as const;
    const meta = { display_name: display_name(i) } as JsonObject;
    server.state.users.set({ ...user, turn: i, doubted: false, meta });
  }
  const [answer] = dispatch(server.state, bob, verified("LIST_REQUEST"), NOW);
  if (answer?.kind !== "send") throw new Error("no answer");
  const users = answer.frame.payload["users"] as { user_id: string; display_name?: string }[];
  const bytes = utf8(frameText(answer.frame, BLOCK)).length;
  assert(bytes <= MAX_SERVER_FRAME_BYTES, `${bytes} bytes`);
  return { users, bytes, named: users.filter(({ display_name }) => display_name !== undefined) };
}

Deno.test("a name in the list has 64 characters at the most, none of them cut in half", () => {
  const { users } = listOf(4, (i) => ["", "Zoë", `x${"😀".repeat(100)}`, 7][i]);
  assertEquals(users.map(({ display_name }) => display_name), [
    "Zoë",
    `x${"😀".repeat(63)}`,
    undefined,
    undefined,
  ]);
});

Deno.test("whatever people call themselves, the list fits into a frame, and names everybody while it can", () => {
  const all = listOf(1_000, () => "\u0001".repeat(8_000));
  assertEquals([all.users.length, all.named.length], [1_000, 999]);
  const many = listOf(5_000, () => "\u0001".repeat(8_000));
  assertEquals(many.users.length, 5_000);
  assert(many.named.length > 1_000 && many.named.length < 5_000, `${many.named.length} names`);
  assert(many.bytes > MAX_SERVER_FRAME_BYTES - 4_096, "no room is wasted");
});

Deno.test("of more users than go into a frame as many are listed as do, sorted", () => {
  const { users, bytes, named } = listOf(12_000, (i) => `user ${i}`);
  assert(users.length > 10_000 && users.length < 12_000, `${users.length} users`);
  assert(bytes > MAX_SERVER_FRAME_BYTES - 4_096, "no room is wasted");
  assertEquals(named, []);
  const ids = users.map(({ user_id }) => user_id);
  assertEquals(ids, ids.toSorted());
});
