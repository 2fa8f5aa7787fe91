import { assertEquals, assertStringIncludes } from "@std/assert";
import { MAX_FUTURE_MS, MAX_PAST_MS } from "../../../lib/protocol/limits.ts";
import { exampleText, HERE, NOW, THERE } from "../protocol/examples.ts";
import { bound, onBobsLink, setUp } from "./scripted_host.ts";

for (
  const [why, ahead, passes] of [
    ["300 s behind", -MAX_PAST_MS, true],
    ["a millisecond more behind", -MAX_PAST_MS - 1, false],
    ["120 s ahead", MAX_FUTURE_MS, true],
    ["a millisecond more ahead", MAX_FUTURE_MS + 1, false],
  ] as const
) {
  Deno.test(`a frame whose signed ts is ${why} is ${passes ? "taken" : "refused"} (D27)`, async () => {
    const server = await setUp({ time: NOW - ahead });
    const signed = await server.take(await server.cast.frame("HEARTBEAT", bound("HEARTBEAT")));
    assertEquals(signed.at(-1), passes ? "accept HEARTBEAT" : "refuse TIMEOUT");
    const user = await onBobsLink();
    user.host.time = NOW - ahead;
    const sent = await user.take(await user.cast.direct());
    assertEquals(sent.at(-1), passes ? "accept MSG_DIRECT" : "refuse TIMEOUT");
  });
}

Deno.test("who is refused for the time is told by how much, and that it is the clock", async () => {
  const { cast, host, take } = await setUp({ time: NOW - 600_000 });
  await take(await cast.frame("HEARTBEAT", bound("HEARTBEAT")));
  const { detail } = host.refusals[0]?.error ?? { detail: "" };
  assertStringIncludes(detail, "600 s ahead of the clock here");
  assertStringIncludes(detail, "300 s behind and 120 s ahead");
});

Deno.test("a ts that no signature covers says nothing about the time", async () => {
  const { cast, take } = await setUp({ time: NOW + 10 * MAX_PAST_MS });
  assertEquals((await take(await cast.frame("USER_REMOVE"))).at(-1), "accept USER_REMOVE");
});

Deno.test("gossip may be old when a server tells its user of it, not when servers exchange it (D18)", async () => {
  for (const [end, expected] of [["user", "accept"], ["server", "refuse"]] as const) {
    const { cast, take } = await setUp({ end, time: NOW + 24 * 3_600_000 });
    const told = await take(await cast.frame("USER_ADVERTISE", bound("USER_ADVERTISE")));
    assertStringIncludes(told.at(-1) ?? "", expected);
  }
});

Deno.test("an introduction that others pass on may be old: whoever is asked may have no other (D27)", async () => {
  const { cast, host, take } = await setUp({ time: NOW + 24 * 3_600_000 });
  const payload = bound("SERVER_ANNOUNCE");
  const said = async (from: string) =>
    (await take(await cast.frame("SERVER_ANNOUNCE", { ...payload, origin: from }, { from }))).at(
      -1,
    );
  assertEquals(await said(HERE), "accept SERVER_ANNOUNCE");
  assertEquals(await said(THERE), "refuse TIMEOUT", "the link's owner says it now");
  host.state = { phase: "opening" };
  assertEquals(await said(HERE), "refuse TIMEOUT", "nobody is passed on before the link stands");
});

Deno.test("no introduction is from the future, whoever passes it on", async () => {
  const { cast, take } = await setUp({ time: NOW - MAX_FUTURE_MS - 1 });
  const payload = { ...bound("SERVER_ANNOUNCE"), origin: HERE };
  const told = await take(await cast.frame("SERVER_ANNOUNCE", payload, { from: HERE }));
  assertEquals(told, ["refuse TIMEOUT"]);
});

Deno.test("a message to a user must be fresh", async () => {
  const { cast, take } = await setUp({ end: "user", time: NOW + MAX_PAST_MS + 1 });
  assertEquals(await take(await cast.frame("USER_DELIVER")), ["refuse TIMEOUT"]);
});

Deno.test("a piece of a file for a user must be fresh too", async () => {
  const { take } = await setUp({ end: "user", time: NOW + MAX_PAST_MS + 1 });
  assertEquals(await take(exampleText("FILE_CHUNK", { sig: undefined })), ["refuse TIMEOUT"]);
});
