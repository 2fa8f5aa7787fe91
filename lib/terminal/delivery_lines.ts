/**
 * When our own messages are shown, so that each says what became of it and nothing on the screen is ever rewritten.
 *
 * A sent message is shown once its fate is known, `12:00 → bob: hi ✓`, which takes a moment. If it takes longer than
 * {@linkcode PATIENCE}, or something else has to be shown first, it is shown as `… ` on its way, and its fate later
 * with a line of its own: `12:01 ✓ → bob: hi`. Lines stay in order and the scroll-back stays true.
 *
 * @module
 */

import type { ChatEvent, Delivery, Named } from "./render.ts";

/** How long a message waits for its fate before it is shown without, milliseconds. */
export const PATIENCE = 300;

/** What the delivery lines need of the world. */
export interface DeliveryPorts {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after so many milliseconds. */
  after(delay: number, callback: () => void): void;
  /** Shows an event. */
  show(event: ChatEvent): void;
}

/** One message of ours whose fate is not known yet. */
interface Pending {
  readonly at: number;
  readonly to: Named;
  readonly text: string;
  shown: boolean;
}

/** Everything that is shown goes through here, ours and the rest, and keeps its order. */
export class DeliveryLines {
  readonly #ports: DeliveryPorts;
  readonly #pending = new Map<string, Pending>();

  /**
   * Nothing is on its way yet.
   *
   * @param ports Clock, timer and screen.
   */
  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  /**
   * A message was sent or queued. The same key again (a retry) begins anew.
   *
   * @param key Tells messages apart.
   * @param to To whom.
   * @param text What.
   */
  sent(key: string, to: Named, text: string): void {
    this.#flush();
    const pending: Pending = { at: this.#ports.now(), to, text, shown: false };
    this.#pending.set(key, pending);
    this.#ports.after(PATIENCE, () => {
      if (this.#pending.get(key) === pending) this.#flush();
    });
  }

  /**
   * A message's fate is known.
   *
   * @param key As in {@linkcode DeliveryLines.sent}; what is not pending is ignored.
   * @param delivery Its fate.
   */
  settled(key: string, delivery: Delivery): void {
    const pending = this.#pending.get(key);
    if (pending === undefined || delivery.state === "sending") return;
    this.#pending.delete(key);
    const { at, to, text, shown } = pending;
    this.#flush();
    this.#ports.show(
      shown
        ? { kind: "delivery", at: this.#ports.now(), to, text, delivery }
        : { kind: "own", at, to, text, delivery },
    );
  }

  /**
   * Shows anything else, behind what was sent before it.
   *
   * @param event What happened.
   */
  show(event: ChatEvent): void {
    this.#flush();
    this.#ports.show(event);
  }

  /** Shows what still waits, in the order it was sent. */
  #flush(): void {
    for (const pending of this.#pending.values()) {
      if (pending.shown) continue;
      pending.shown = true;
      const { at, to, text } = pending;
      this.#ports.show({ kind: "own", at, to, text, delivery: { state: "sending" } });
    }
  }
}
