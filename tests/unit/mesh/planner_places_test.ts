import { assertEquals } from "@std/assert";
import { MeshPlanner } from "../../../lib/mesh/planner.ts";
import { toId } from "../../../lib/protocol/ids.ts";

const NOW = 1_700_000_000_000;
const [ann, ben] = [
  toId("aaaaaaaa-0000-4000-8000-000000000001"),
  toId("bbbbbbbb-0000-4000-8000-000000000002"),
];
const [there, elsewhere] = [{ host: "b.example", port: 1 }, { host: "c.example", port: 2 }];
const nobody = () => false;

Deno.test("a server that says it has moved to where another one is is dialled neither there nor where it was", () => {
  const planner = new MeshPlanner([], []);
  assertEquals([planner.learn(ann, there), planner.learn(ben, elsewhere)], [true, true]);
  assertEquals(planner.learn(ben, there), false);
  assertEquals(
    planner.due(NOW, nobody).map((target) => target.kind === "server" && target.serverId),
    [ann],
  );
  assertEquals(planner.learn(toId("cccccccc-0000-4000-8000-000000000003"), elsewhere), true);
});

Deno.test("an introducer is not joined again while the server at its address is linked, and is while only others are", () => {
  const introducer = { ...there, pubkey: undefined };
  for (const [linked, dialled] of [[ann, []], [ben, ["introducer"]]] as const) {
    const planner = new MeshPlanner([introducer], []);
    planner.learn(ann, there);
    planner.learn(ben, elsewhere);
    const kinds = planner.due(NOW, (server) => server === linked).map(({ kind }) => kind);
    assertEquals(kinds.filter((kind) => kind === "introducer"), [...dialled]);
  }
});
