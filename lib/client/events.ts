/**
 * What a chat client tells whoever shows it.
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";
import type { OutgoingMessage } from "./outgoing.ts";
import type { Person } from "./roster.ts";
import type { Transfer } from "./transfer.ts";

/** Something happened. Names, texts and reasons may hold anything: whoever shows them makes them harmless. */
export type ClientEvent =
  /** The server has welcomed this user (D18). */
  | {
    readonly kind: "connected";
    readonly server: Id;
    readonly fingerprint: string;
    /** Whether the server's key was pinned just now. */
    readonly firstSight: boolean;
  }
  /** Everybody who is online has been heard of. */
  | { readonly kind: "ready" }
  /** The connection was lost, or could not be made; the next attempt is at `retryAt`, Unix ms. */
  | { readonly kind: "disconnected"; readonly reason: string; readonly retryAt: number }
  /** The client has given up: trying again would change nothing. */
  | { readonly kind: "gaveUp"; readonly cause: GiveUpCause; readonly reason: string }
  /** Somebody came online or went; `initial` while the first list comes in. */
  | { readonly kind: "presence"; readonly person: Person; readonly initial: boolean }
  /** A message that verified under the key pinned for its sender. */
  | {
    readonly kind: "message";
    readonly from: Person;
    readonly text: string;
    /** Whether it was to this user alone or to everybody. */
    readonly to: "me" | "public";
    /** Whether it was encrypted: some programs of other teams send plain text to everybody (D24). */
    readonly encrypted: boolean;
    /** When it was sent, by the sender's clock, Unix ms. */
    readonly ts: number;
    /** When it came, Unix ms. */
    readonly received: number;
  }
  /** A file was offered, or something has become of one; `progress` when only `done` has grown. */
  | { readonly kind: "file"; readonly transfer: Transfer; readonly progress: boolean }
  /** A message that is not shown, and why. */
  | {
    readonly kind: "refused";
    readonly from: Person | undefined;
    readonly reason: string;
    readonly received: number;
  }
  /** What has become of a message of ours. */
  | { readonly kind: "delivery"; readonly message: OutgoingMessage }
  /** Another key came for somebody: nothing is sent there until the key is trusted (THREATS 6). */
  | {
    readonly kind: "keyChanged";
    readonly person: Person;
    readonly known: string;
    readonly offered: string;
  }
  /** The server refused something that was no message. */
  | { readonly kind: "serverError"; readonly code: string; readonly detail: string };

/** Why a client gave up. */
export type GiveUpCause =
  /** The server did not take this user: id in use, another key. */
  | "refused"
  /** The server has another key than the one pinned. */
  | "untrusted";
