/**
 * Files on their way, for tests of what is shown of them.
 *
 * @module
 */

import type { Transfer } from "../../../lib/client/transfer.ts";
import { toId } from "../../../lib/protocol/ids.ts";

/** Us, in examples. */
export const ME = toId("92c748e9-0de3-47eb-b46a-f7a74224b228");
/** The other one. */
export const BOB = toId("81b637d8-fcd2-46da-a359-e6963113a117");

/** A file that can be changed by a test, as a client changes it. */
export type ExampleTransfer = { -readonly [K in keyof Transfer]: Transfer[K] };

/**
 * A file that bob offers us.
 *
 * @param changes What is different about it.
 */
export function incoming(changes: Partial<Transfer> = {}): ExampleTransfer {
  return {
    number: 1,
    direction: "in",
    from: BOB,
    to: ME,
    name: "report.pdf",
    size: 1_240_000,
    state: "offered",
    done: 0,
    startedAt: undefined,
    takers: { accepted: 0, complete: 0 },
    why: undefined,
    savedAs: undefined,
    ...changes,
  };
}

/**
 * A file that we offer to bob.
 *
 * @param changes What is different about it.
 */
export function outgoing(changes: Partial<Transfer> = {}): ExampleTransfer {
  return incoming({ direction: "out", from: ME, to: BOB, ...changes });
}
