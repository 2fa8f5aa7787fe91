import { assertEquals } from "@std/assert";
import { scene } from "../support/world.ts";

scene("whoever was welcomed has 10 s from then on to announce itself", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  await rome.dials(london);
  await world.advance(4_000);
  await rome.sends(await rome.says("SERVER_HELLO_JOIN", "london:8765", rome.introduction));
  await world.advance(9_999);
  assertEquals([rome.refusals, rome.closed], [[], undefined]);
  await world.advance(1);
  assertEquals([rome.refusals, rome.closed?.code], [["TIMEOUT"], 1008]);
});

scene("a joiner that announces itself at the last moment is linked and stays", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  await rome.dials(london);
  await rome.sends(await rome.says("SERVER_HELLO_JOIN", "london:8765", rome.introduction));
  await world.advance(9_999);
  await rome.sends(await rome.says("SERVER_ANNOUNCE", "*", rome.introduction));
  await world.advance(30_000);
  assertEquals([rome.refusals, london.linked], [[], ["rome"]]);
});
