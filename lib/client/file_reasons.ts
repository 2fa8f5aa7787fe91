/**
 * Why a file did not arrive: the code words that clients tell each other, and what they tell a person.
 *
 * @module
 */

import type { TransferState } from "./transfer.ts";

/** How a transfer ended, for a person. */
export interface Ending {
  /** Where it stands now. */
  readonly state: TransferState & ("cancelled" | "failed" | "rejected");
  /** Why. */
  readonly why: string;
}

type Reason = readonly [state: Ending["state"], why: (name: string) => string];

/** What a recipient says with `failed` or `reject`, as its sender is told. */
const RECIPIENT: Readonly<Record<string, Reason>> = {
  no: ["rejected", (name) => `${name} does not want it`],
  busy: ["rejected", (name) => `${name} has too many offers that wait for an answer`],
  cancelled: ["cancelled", (name) => `${name} has called it off`],
  left: ["cancelled", (name) => `${name} has left`],
  unknown: ["failed", (name) => `the client of ${name} was restarted: offer it again`],
  disk: ["failed", (name) => `it could not be written at ${name}'s: the disk is full, perhaps`],
  hash: ["failed", (name) => `what arrived at ${name}'s is not what was offered`],
  order: ["failed", (name) => `pieces of it did not arrive at ${name}'s, or not in their order`],
  flood: ["failed", (name) => `it came faster than ${name}'s client could take it`],
  key: ["failed", (name) => `${name} does not hold the public channel's key yet`],
  timeout: ["failed", (name) => `${name} has waited too long for it`],
};

/** What a sender says with `cancel`, as its recipient is told. */
const SENDER: Readonly<Record<string, Reason>> = {
  cancelled: ["cancelled", (name) => `${name} has called it off`],
  left: ["cancelled", (name) => `${name} has left`],
  unknown: ["failed", (name) => `${name} does not offer it any more: ask for it again`],
  file: ["failed", (name) => `the file changed or disappeared at ${name}'s while it was sent`],
  slow: ["failed", (name) => `${name} has not heard from here for too long`],
  timeout: ["failed", (name) => `${name} has waited too long for this end`],
  key: ["failed", (name) => `${name} knows another key of this user: compare fingerprints`],
};

/**
 * What a recipient's code word means.
 *
 * @param code It; it may be any word.
 * @param name The recipient's.
 */
export function recipientsReason(code: string, name: string): Ending {
  return told(RECIPIENT, code, name);
}

/**
 * What a sender's code word means.
 *
 * @param code It; it may be any word.
 * @param name The sender's.
 */
export function sendersReason(code: string, name: string): Ending {
  return told(SENDER, code, name);
}

function told(reasons: Readonly<Record<string, Reason>>, code: string, name: string): Ending {
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (reason === undefined) return { state: "failed", why: `it failed at ${name}'s (${code})` };
  return { state: reason[0], why: reason[1](name) };
}
