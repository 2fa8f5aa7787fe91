/**
 * A message that passed every check of the catalog. The core takes nothing else, and only
 * {@linkcode Ingress} can make one: its mark is of a type that no other module can name.
 *
 * @module
 */

import type { PublicKey } from "../crypto/public_key.ts";
import type { MessageOf, RawEnvelope } from "../protocol/envelope.ts";
import type { MessageType } from "../protocol/catalog.ts";

/** What the checks found out beside "it is good". */
export interface Findings {
  /** Name of the frame for the seen-cache (§10). */
  readonly frameId: string;
  /** Name of the content (D21, D27): base64url SHA-256 of the raw `content_sig`, if it has one. */
  readonly messageRef: string | undefined;
  /** Whether `content_sig` verified under the key known for the sending user. */
  readonly contentVerified: boolean;
  /** The key that `sig` verified under; undefined where the catalog allows none and none came. */
  readonly signedBy: PublicKey | undefined;
  /** The fingerprint of that key where a message brings the key itself (D13). */
  readonly fingerprint: string | undefined;
  /** Whether nobody had pinned that key before. */
  readonly firstSight: boolean;
}

/** A verified message of one type. */
export type VerifiedOf<T extends MessageType> = MessageOf<T> & Findings & {
  readonly __verified: unique symbol;
};

/** A verified message of any type. */
export type Verified = { [T in MessageType]: VerifiedOf<T> }[MessageType];

/** Who must sign a message, as the core answers the ingress. */
export type Signer =
  /** This key. `pinned` is false when it was learned from this very message. */
  | { readonly kind: "key"; readonly key: PublicKey; readonly pinned: boolean }
  /** It cannot be verified here, and the owner of the link answers for it. */
  | { readonly kind: "vouched" }
  /** Nobody known: the message is refused, with this for a reason. */
  | { readonly kind: "unknown"; readonly reason: string };

/** The part of a refused message that is known: as much as could be read of it. */
export interface Refused {
  /** Its envelope; undefined if not even that could be read. */
  readonly envelope: RawEnvelope | undefined;
  /** Name of the content, so that its sender knows which of the messages was refused. */
  readonly messageRef: string | undefined;
}
