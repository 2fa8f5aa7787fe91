import { assertEquals } from "@std/assert";
import { type Carry, memoryPair } from "../../../lib/link/memory.ts";
import type { Transport } from "../../../lib/link/transport.ts";
import { settled } from "./recording_transport.ts";

function record(transport: Transport): string[] {
  const told: string[] = [];
  transport.listen({
    text: (text) => told.push(text),
    binary: () => told.push("binary"),
    closed: (code, reason) => told.push(`closed ${code} ${reason}`),
  });
  return told;
}

Deno.test("what one end sends the other hears, in order, and not before its turn", async () => {
  const [here, there] = memoryPair();
  const told = record(there);
  here.send("a");
  here.send("b");
  assertEquals(told, []);
  await settled();
  assertEquals(told, ["a", "b"]);
});

Deno.test("nothing is lost that came before anybody listened, its end included", async () => {
  const [here, there] = memoryPair();
  here.send("a");
  here.close(1000, "bye");
  await settled();
  const told = record(there);
  assertEquals(told, []);
  await settled();
  assertEquals(told, ["a", "closed 1000 bye"]);
});

Deno.test("both ends hear of the end once, whoever closes and how often", async () => {
  const [here, there] = memoryPair();
  const told = [record(here), record(there)];
  here.close(1001, "gone");
  there.close(1000, "me too");
  here.close(1000, "again");
  await settled();
  assertEquals(told, [["closed 1001 gone"], ["closed 1000 me too"]]);
});

Deno.test("after the end nothing is sent, and what was under way arrives nowhere", async () => {
  const carried: (() => void)[] = [];
  const carry: Carry = (deliver) => carried.push(deliver);
  const [here, there] = memoryPair(["a", "b"], carry);
  const told = record(there);
  here.send("on its way");
  there.close(1000, "");
  here.send("heard by nobody");
  for (const deliver of carried.splice(0)) deliver();
  here.send("too late");
  for (const deliver of carried) deliver();
  await settled();
  assertEquals(told, ["closed 1000 "]);
});

Deno.test("each end has a name for the other", () => {
  assertEquals(memoryPair(["bob", "alice"]).map(({ remote }) => remote), ["bob", "alice"]);
});
