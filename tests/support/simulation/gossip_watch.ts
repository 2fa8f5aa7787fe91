/**
 * Watches that nothing goes round in circles: a frame crosses a link once in each direction at the most,
 * unless somebody asked for it again.
 *
 * @module
 */

import type { Sent } from "../virtual_network.ts";

/** How many frames of a link are remembered, half of them at least. */
const REMEMBERED = 2_000;

/** Within this somebody who asked is answered, in ms. */
const ANSWER_MS = 5_000;

const GOSSIP =
  /^\{"type":"(USER_ADVERTISE|USER_REMOVE|SERVER_ANNOUNCE|MSG_PUBLIC_CHANNEL|PUBLIC_CHANNEL_\w+)"/;

interface Crossed {
  readonly announces: Set<string>;
  /** When the other end last asked who somebody is, Unix ms. */
  soughtAt: number;
  young: Set<string>;
  old: Set<string>;
}

/** What crossed which link. */
export class GossipWatch {
  readonly #crossed = new WeakMap<object, Map<string, Crossed>>();
  readonly #broken: string[] = [];
  /** Frames that were sent between servers. */
  frames = 0;

  /**
   * A frame goes from a server to another.
   *
   * @param message It.
   */
  sees({ at, wire, from, to, text }: Sent): void {
    this.frames++;
    const type = GOSSIP.exec(text)?.[1];
    if (type === undefined) return;
    const there = this.#of(wire, from);
    // Whoever asks may be told once more what was said already.
    if (text.includes('"seeks":[')) this.#of(wire, to).soughtAt = at;
    if (type === "SERVER_ANNOUNCE") {
      const asked = at - there.soughtAt < ANSWER_MS;
      if (there.announces.has(text) && !asked) this.#complain(from, to, text);
      if (there.announces.size >= REMEMBERED) there.announces.clear();
      there.announces.add(text);
      return;
    }
    if (there.young.has(text) || there.old.has(text)) this.#complain(from, to, text);
    there.young.add(text);
    if (there.young.size < REMEMBERED) return;
    there.old = there.young;
    there.young = new Set();
  }

  /** What went wrong since this was last asked. */
  complaints(): string[] {
    return this.#broken.splice(0);
  }

  #complain(from: string, to: string, text: string): void {
    this.#broken.push(`${from} sent to ${to} a second time: ${text.slice(0, 120)}`);
  }

  #of(wire: object, from: string): Crossed {
    const both = this.#crossed.get(wire) ?? new Map<string, Crossed>();
    this.#crossed.set(wire, both);
    const crossed = both.get(from) ??
      { announces: new Set(), soughtAt: -Infinity, young: new Set(), old: new Set() };
    both.set(from, crossed);
    return crossed;
  }
}
