/**
 * Two ways to send direct messages. In a closed loop everybody waits for an answer before the next message:
 * that finds out how many get through. In an open loop messages go when their time has come, whatever became
 * of those before: that finds out how long they take.
 *
 * @module
 */

import type { Letter, Member } from "./crowd.ts";

/** For how long one waits for the last messages, in ms. */
const PATIENCE_MS = 30_000;

/**
 * Everybody sends a message, waits for its `ACK`, and sends the next.
 *
 * @param crowd Who is online.
 * @param letters What is sent.
 * @returns Messages a second that were delivered and acknowledged.
 */
export async function closedLoop(
  crowd: readonly Member[],
  letters: readonly Letter[],
): Promise<number> {
  const arrivals = new Arrivals(crowd, letters.length);
  const start = performance.now();
  await Promise.all(crowd.map(async (member) => {
    for (const { text } of letters.filter(({ sender }) => sender === member)) {
      const acknowledged = member.socket.next("ACK");
      await member.socket.send(text);
      await acknowledged;
    }
  }));
  await arrivals.all();
  return letters.length * 1000 / (performance.now() - start);
}

/**
 * Messages go at a steady rate, and each one's time counts from when it should have gone: if the server, or
 * whoever measures, is late, that counts too (coordinated omission).
 *
 * @param crowd Who is online.
 * @param letters What is sent.
 * @param perSecond How many a second.
 * @returns How long each message took to its recipient, in ms, in ascending order.
 */
export async function openLoop(
  crowd: readonly Member[],
  letters: readonly Letter[],
  perSecond: number,
): Promise<number[]> {
  const arrivals = new Arrivals(crowd, letters.length);
  const start = performance.now();
  const due = new Map(letters.map(({ ts }, i) => [ts, start + i * 1000 / perSecond]));
  for (const { sender, text, ts } of letters) {
    const wait = (due.get(ts) ?? 0) - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    void sender.socket.send(text);
  }
  const times = await arrivals.all();
  return [...due].map(([ts, at]) => (times.get(ts) ?? NaN) - at).toSorted((a, b) => a - b);
}

/**
 * @param sorted Numbers in ascending order.
 * @param share Which share of them is at most as great.
 */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** What is delivered to a crowd, by its ts. */
class Arrivals {
  readonly #times = new Map<number, number>();
  readonly #all = Promise.withResolvers<void>();
  readonly #count: number;

  constructor(crowd: readonly Member[], count: number) {
    this.#count = count;
    for (const { socket } of crowd) {
      socket.listener = (head) => {
        const [, ts] = /^\{"type":"USER_DELIVER".*?"ts":(\d+)/.exec(head) ?? [];
        if (ts !== undefined) this.#arrived(Number(ts));
      };
    }
  }

  #arrived(ts: number): void {
    this.#times.set(ts, performance.now());
    if (this.#times.size === this.#count) this.#all.resolve();
  }

  async all(): Promise<ReadonlyMap<number, number>> {
    const timer = setTimeout(
      () => this.#all.reject(new Error(`${this.#times.size} of ${this.#count} messages came`)),
      PATIENCE_MS,
    );
    await this.#all.promise;
    clearTimeout(timer);
    return this.#times;
  }
}
