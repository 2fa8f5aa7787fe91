/**
 * A set that forgets: by age, and the oldest first when it is full.
 *
 * @module
 */

/**
 * Remembers texts for a while. Bounded in time and in number; time is given by the caller and expected
 * not to run backwards by much (an entry may then live a little longer).
 */
export class ExpiringSet {
  readonly #expiry = new Map<string, number>();

  /**
   * An empty set.
   *
   * @param lifetime How long an entry is remembered, in ms.
   * @param capacity How many entries at the most; the oldest is forgotten first.
   */
  constructor(readonly lifetime: number, readonly capacity: number) {}

  /** How many entries are held, expired ones that were not yet swept included. */
  get size(): number {
    return this.#expiry.size;
  }

  /**
   * Whether an entry is remembered.
   *
   * @param entry The text.
   * @param now Unix ms.
   */
  has(entry: string, now: number): boolean {
    const expiry = this.#expiry.get(entry);
    return expiry !== undefined && expiry > now;
  }

  /**
   * Remembers an entry from now on, anew if it was there.
   *
   * @param entry The text.
   * @param now Unix ms.
   */
  add(entry: string, now: number): void {
    this.#expiry.delete(entry);
    this.#expiry.set(entry, now + this.lifetime);
    this.#sweep(now);
  }

  /**
   * Forgets an entry.
   *
   * @param entry The text.
   */
  delete(entry: string): void {
    this.#expiry.delete(entry);
  }

  /** Insertion order is expiry order, so the sweep stops at the first entry that is still good. */
  #sweep(now: number): void {
    for (const [entry, expiry] of this.#expiry) {
      if (expiry > now && this.#expiry.size <= this.capacity) return;
      this.#expiry.delete(entry);
    }
  }
}
