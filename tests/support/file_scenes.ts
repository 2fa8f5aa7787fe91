/**
 * What the scenes about files have in common.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Transfer } from "../../lib/client/transfer.ts";
import { MemorySource, sha256, someBytes } from "./memory_files.ts";
import type { Person } from "./person.ts";
import type { World } from "./world.ts";

/** In a world like this a file takes its time: see {@linkcode midway}. */
export const SLOW_WIRES = { delayMs: 20 };

/** Alice in London, Bob in Paris. */
export async function twoCities(world: World) {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  await world.advance(2_000);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  await world.advance(2_000);
  return { london, paris, alice, bob };
}

/** What somebody is offered last. */
export function offerTo(person: Person): Transfer {
  const offer = person.of("file").findLast(({ transfer }) => transfer.direction === "in");
  assert(offer, `${person.name} was offered nothing`);
  return offer.transfer;
}

/** The last file that a person got is what was sent. */
export function assertArrived(person: Person, source: MemorySource): void {
  const { last } = person.landing;
  assertEquals(last.state, "finished");
  assertEquals(sha256(last.bytes), source.sha256);
}

/** Somebody offers a file and somebody accepts it. */
export async function begins(
  world: World,
  from: Person,
  to: Person,
  source = new MemorySource(someBytes(1_000_000)),
) {
  const sent = from.client.offer(to.id, source);
  await world.advance(500);
  const offer = offerTo(to);
  to.client.accept(offer);
  return { source, sent, offer };
}

/** The same, up to where some of it has arrived and some not. */
export async function midway(world: World, from: Person, to: Person, source?: MemorySource) {
  const transfer = await begins(world, from, to, source);
  await world.advance(400);
  const { sent, offer } = transfer;
  assertEquals([sent.state, offer.state], ["running", "running"]);
  assert(offer.done > 0 && offer.done < offer.size, `${offer.done} of ${offer.size} bytes`);
  return transfer;
}

/** As most teams print a digest. */
export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
