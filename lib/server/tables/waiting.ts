/**
 * Messages for users whose server cannot be reached at the moment: they wait a little, in order, and no
 * more of them than memory allows.
 *
 * @module
 */

import type { Id } from "../../protocol/ids.ts";
import { DELIVERY_MS } from "../../protocol/limits.ts";
import type { Passage } from "../passage.ts";

/** Text that may wait, in UTF-16 units of the frames. */
export const MAX_WAITING = 16 * 1024 * 1024;

interface Entry {
  readonly passage: Passage;
  readonly deadline: number;
}

/** The messages that wait. All wait equally long, so the first is always the first to expire. */
export class Waiting {
  readonly #messages = new Map<string, Entry>();
  #size = 0;

  /** How many wait. */
  get count(): number {
    return this.#messages.size;
  }

  /** How much text they have, in UTF-16 units. */
  get size(): number {
    return this.#size;
  }

  /** The first time at which one expires, Unix ms. */
  get nextDeadline(): number {
    for (const { deadline } of this.#messages.values()) return deadline;
    return Infinity;
  }

  /** Whether a message of this name waits (D21). */
  has(messageRef: string): boolean {
    return this.#messages.has(messageRef);
  }

  /**
   * A message begins to wait; one of the same name does not wait a second time.
   *
   * @param passage It.
   * @param now Unix ms.
   * @returns False if too much waits already.
   */
  add(passage: Passage, now: number): boolean {
    const { message: { text, messageRef, frameId } } = passage;
    const name = messageRef ?? frameId;
    // Content whose writer's key is unknown is not remembered as seen: it may come again in another frame.
    if (this.#messages.has(name)) return true;
    if (this.#size + text.length > MAX_WAITING) return false;
    this.#size += text.length;
    this.#messages.set(name, { passage, deadline: now + DELIVERY_MS });
    return true;
  }

  /** Takes out the messages for some recipients, in the order in which they came. */
  takeFor(isRecipient: (user: Id) => boolean): Passage[] {
    return this.#take(({ passage }) => isRecipient(passage.recipient));
  }

  /** Takes out what has waited long enough. */
  expired(now: number): Passage[] {
    return this.nextDeadline > now ? [] : this.#take(({ deadline }) => deadline <= now);
  }

  #take(fits: (entry: Entry) => boolean): Passage[] {
    const taken: Passage[] = [];
    for (const [name, entry] of this.#messages) {
      if (!fits(entry)) continue;
      this.#messages.delete(name);
      this.#size -= entry.passage.message.text.length;
      taken.push(entry.passage);
    }
    return taken;
  }
}
