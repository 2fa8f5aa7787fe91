import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { MAX_HELD } from "../../../lib/link/ingress.ts";
import type { RawEnvelope } from "../../../lib/protocol/envelope.ts";
import { BLOCK, HERE, PAYLOADS, THERE } from "../protocol/examples.ts";
import { settled } from "./recording_transport.ts";
import { bound, type Cast, setUp } from "./scripted_host.ts";

const fromThere = ({ from }: RawEnvelope) => from === THERE;

/** An ingress to which everything of THERE comes too early, and the means to end that. */
async function early() {
  const set = await setUp({ early: fromThere });
  const known = async () => {
    set.host.early = () => false;
    set.ingress.reconsider();
    await settled();
    return set.host.told.splice(0);
  };
  return { ...set, known };
}

/** A frame of THERE that can be told from others by its number. */
function numbered(cast: Cast, number: number, pad = ""): Promise<string> {
  return cast.frame("USER_REMOVE", { ...bound("USER_REMOVE"), number, pad });
}

const numbers = (accepted: readonly { readonly rawPayload: Record<string, unknown> }[]) =>
  accepted.map(({ rawPayload }) => rawPayload["number"]);

Deno.test("a frame that comes before its key waits, unverified and not refused, and its owner is told", async () => {
  const { cast, host, take } = await early();
  assertEquals(await take(await numbered(cast, 1)), ["held USER_REMOVE"]);
  assertEquals([host.accepted, host.refusals], [[], []]);
});

Deno.test("when the key is known what waited is checked like any other frame, in its order", async () => {
  const { cast, host, take, known } = await early();
  for (let i = 1; i <= 3; i++) await take(await numbered(cast, i));
  const passes = ["seen", "signerOf", "accept USER_REMOVE"];
  assertEquals(await known(), [...passes, ...passes, ...passes]);
  assertEquals(numbers(host.accepted), [1, 2, 3]);
  assertEquals(await known(), [], "and once");
});

Deno.test("what waited and is forged is refused when the key is known", async () => {
  const { cast, take, known } = await early();
  await take(await cast.frame("USER_REMOVE", bound("USER_REMOVE"), { sig: BLOCK }));
  assertEquals(await known(), ["seen", "signerOf", "refuse INVALID_SIG"]);
});

Deno.test("while nothing has become known nothing is looked at again, as often as it is asked", async () => {
  const { cast, host, ingress, take, known } = await early();
  await take(await numbered(cast, 1));
  ingress.reconsider();
  ingress.reconsider();
  await settled();
  assertEquals(host.told, []);
  assertEquals((await known()).at(-1), "accept USER_REMOVE");
});

Deno.test("nobody else's frames wait behind one that does", async () => {
  const { cast, host, take, known } = await early();
  await take(await numbered(cast, 1));
  const other = { ...bound("USER_REMOVE"), origin: HERE, number: 2 };
  const told = await take(await cast.frame("USER_REMOVE", other, { from: HERE }));
  assertEquals(told.at(-1), "accept USER_REMOVE");
  await known();
  assertEquals(numbers(host.accepted), [2, 1]);
});

Deno.test("when one of two servers is known the other's frames wait on", async () => {
  const { cast, host, ingress, take, known } = await early();
  host.early = () => true;
  await take(await numbered(cast, 1));
  const other = { ...bound("USER_REMOVE"), origin: HERE, number: 2 };
  await take(await cast.frame("USER_REMOVE", other, { from: HERE }));
  host.early = fromThere;
  ingress.reconsider();
  await settled();
  assertEquals(numbers(host.accepted), [2]);
  await known();
  assertEquals(numbers(host.accepted), [2, 1]);
});

Deno.test("what waits in the inbox when the key becomes known comes behind what waited for it", async () => {
  const { cast, host, ingress, take } = await early();
  await take(await numbered(cast, 1));
  const other = { ...bound("USER_REMOVE"), origin: HERE, number: 0 };
  const [busy, second] = [
    await cast.frame("USER_REMOVE", other, { from: HERE }),
    await numbered(cast, 2),
  ];
  ingress.receive(busy);
  ingress.receive(second);
  host.early = () => false;
  ingress.reconsider();
  await settled();
  assertEquals(numbers(host.accepted), [0, 1, 2]);
});

Deno.test("so much may wait on one link and no more: the frame beyond is refused, and says for whom it waited", async () => {
  const { cast, host, take, known } = await early();
  const text = await numbered(cast, 1, "x".repeat(100_000));
  const fit = Math.floor(MAX_HELD / text.length);
  for (let i = 0; i < fit; i++) assertEquals(await take(text), ["held USER_REMOVE"]);
  assertEquals(await take(text), ["refuse INVALID_SIG"]);
  assertStringIncludes(host.refusals[0]?.error.detail ?? "", THERE);
  const small = await cast.frame("USER_REMOVE", PAYLOADS.USER_REMOVE, { from: HERE });
  assertEquals((await take(small)).at(-1), "accept USER_REMOVE", "others are heard");
  host.accepted.length = 0;
  await known();
  assertEquals(host.accepted.length, fit);
  host.early = fromThere;
  assertEquals(await take(text), ["held USER_REMOVE"], "and there is room again");
});

Deno.test("exactly as much may wait as is said, to the character", async () => {
  const { cast, take } = await early();
  const bare = (await numbered(cast, 1)).length;
  const half = MAX_HELD / 2 - bare;
  assertEquals(await take(await numbered(cast, 1, "x".repeat(half))), ["held USER_REMOVE"]);
  assertEquals(await take(await numbered(cast, 2, "x".repeat(half + 1))), ["refuse INVALID_SIG"]);
  assertEquals(await take(await numbered(cast, 3, "x".repeat(half))), ["held USER_REMOVE"]);
});

Deno.test("a link that ends forgets what waited, and takes nothing that became known later", async () => {
  const { cast, host, ingress, take, known } = await early();
  await take(await numbered(cast, 1));
  ingress.stop();
  assertEquals(await known(), []);
  assertEquals([host.accepted, host.refusals], [[], []]);
});

Deno.test("whatever becomes known in whatever order, each server's frames keep theirs, and each is taken once", async () => {
  const cases = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("frame" as const), from: fc.constantFrom(HERE, THERE) }),
      fc.record({ kind: fc.constant("known" as const), from: fc.constantFrom(HERE, THERE) }),
      fc.record({ kind: fc.constant("turn" as const), from: fc.constant(HERE) }),
    ),
    { maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(cases, async (steps) => {
      const strange = new Set<string>([HERE, THERE]);
      const { cast, host, ingress } = await setUp({ early: ({ from }) => strange.has(from) });
      const sent: Record<string, number[]> = { [HERE]: [], [THERE]: [] };
      let number = 0;
      const learn = (from: string) => {
        strange.delete(from);
        ingress.reconsider();
      };
      for (const { kind, from } of steps) {
        if (kind === "frame") {
          number += 1;
          sent[from]?.push(number);
          const payload = { ...bound("USER_REMOVE"), origin: from, number };
          ingress.receive(await cast.frame("USER_REMOVE", payload, { from }));
        } else if (kind === "known") learn(from);
        else await settled();
      }
      learn(HERE);
      learn(THERE);
      await settled();
      assertEquals(host.refusals, []);
      for (const from of [HERE, THERE]) {
        const own = host.accepted.filter((one) => one.from === from);
        assertEquals<unknown>(numbers(own), sent[from]);
      }
    }),
    { numRuns: 30 },
  );
});
