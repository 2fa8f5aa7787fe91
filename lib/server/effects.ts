/**
 * What the core wants done. A handler returns effects and touches nothing; the runtime carries them out,
 * facts first, since nobody may be told of what could still be forgotten.
 *
 * @module
 */

import type { DialTarget } from "../mesh/planner.ts";
import type { UnsignedFrame } from "../protocol/envelope.ts";
import type { Fact } from "../store/port.ts";

/** The name of one connection within this process, never used twice. */
export type LinkId = number & { readonly __link: unique symbol };

/** Something to be done. */
export type Effect =
  /** A new frame, signed by this server once for all its links. */
  | { readonly kind: "send"; readonly links: readonly LinkId[]; readonly frame: UnsignedFrame }
  /** Somebody else's frame, byte for byte. */
  | { readonly kind: "forward"; readonly links: readonly LinkId[]; readonly text: string }
  /** The link ends, after what was sent on it before. */
  | {
    readonly kind: "close";
    readonly link: LinkId;
    readonly code: number;
    readonly reason: string;
  }
  /** A connection is opened. */
  | { readonly kind: "dial"; readonly target: DialTarget }
  /** Something became true and is kept. */
  | { readonly kind: "persist"; readonly fact: Fact };

/** A new frame for some links; no effect if there are none. */
export function send(links: readonly LinkId[], frame: UnsignedFrame): Effect[] {
  return links.length === 0 ? [] : [{ kind: "send", links, frame }];
}

/** A frame passed on to some links; no effect if there are none. */
export function forward(links: readonly LinkId[], text: string): Effect[] {
  return links.length === 0 ? [] : [{ kind: "forward", links, text }];
}

/** The end of a link. */
export function close(link: LinkId, code: number, reason: string): Effect {
  return { kind: "close", link, code, reason };
}

/** A fact to keep. */
export function persist(fact: Fact): Effect {
  return { kind: "persist", fact };
}
