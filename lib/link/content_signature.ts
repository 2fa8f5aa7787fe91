/**
 * What a message's `content_sig` must cover (§12), told from the message itself.
 *
 * @module
 */

import { decodeBase64url } from "../protocol/base64url.ts";
import type { Message, MessageOf } from "../protocol/envelope.ts";
import {
  directSigningInput,
  fileStartSigningInput,
  keyShareSigningInput,
  publicSigningInput,
} from "../protocol/signing_input.ts";

/** A signature by a user over the content of a message. */
export interface ContentSignature {
  /** The user who must have signed, as spelled in the frame. */
  readonly author: string;
  /** The bytes that are signed. */
  readonly input: Uint8Array;
  /** The raw signature. */
  readonly signature: Uint8Array;
}

/**
 * Finds the content signature of a message. The schemas have made sure of the exact form of `from`,
 * `to` and `ts`, so that the plain concatenation can be cut in one way only.
 *
 * @example
 * ```ts
 * import { contentSigningInput } from "./content_signature.ts";
 * import { encodeBase64url } from "../protocol/base64url.ts";
 * import { readEnvelope, readPayload } from "../protocol/envelope.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const from = "81b637d8-fcd2-46da-a359-e6963113a117";
 * const frame = {
 *   type: "MSG_PUBLIC_CHANNEL",
 *   from,
 *   to: "public",
 *   ts: 17,
 *   payload: {
 *     ciphertext: "QQ",
 *     sender_pub: "KEY",
 *     content_sig: encodeBase64url(new Uint8Array(512)),
 *   },
 * };
 * const message = readPayload(readEnvelope(JSON.stringify(frame)));
 * const found = contentSigningInput(message);
 * assertEquals(found?.author, from);
 * assertEquals(new TextDecoder().decode(found?.input), `QQ${from}17`);
 * ```
 *
 * @param message Any message whose form is right.
 * @returns The signature, or undefined if the message has none.
 */
export function contentSigningInput(message: Message): ContentSignature | undefined {
  const { from, to, ts } = message;
  switch (message.type) {
    case "MSG_DIRECT": {
      const { ciphertext, content_sig } = message.payload;
      return signed(from, content_sig, directSigningInput({ ciphertext, from, to, ts }));
    }
    case "SERVER_DELIVER":
      return ofDelivery(message);
    case "USER_DELIVER": {
      const { ciphertext, content_sig, sender } = message.payload;
      return signed(sender, content_sig, directSigningInput({ ciphertext, from: sender, to, ts }));
    }
    case "MSG_PUBLIC_CHANNEL": {
      const { ciphertext, content_sig } = message.payload;
      return signed(from, content_sig, publicSigningInput({ ciphertext, from, ts }));
    }
    case "FILE_CHUNK": {
      const { ciphertext, content_sig } = message.payload;
      return signed(from, content_sig, directSigningInput({ ciphertext, from, to, ts }));
    }
    case "FILE_START": {
      const { content_sig, file_id, mode, name, sha256, size } = message.payload;
      const input = fileStartSigningInput({ file_id, from, mode, name, sha256, size, to, ts });
      return signed(from, content_sig, input);
    }
    case "PUBLIC_CHANNEL_KEY_SHARE": {
      const { content_sig, creator, creator_pub } = message.payload;
      // Other teams do not say who made the key: nobody's pinned key could verify it (D23).
      if (creator === undefined) return undefined;
      const { shares = [] } = message.rawPayload;
      const input = keyShareSigningInput({ shares, creatorPub: creator_pub });
      return signed(creator, content_sig, input);
    }
    default:
      return undefined;
  }
}

/** What goes between servers is signed as its sender sent it, a file's frames too (§8.3, §9.4). */
function ofDelivery({ payload, ts }: MessageOf<"SERVER_DELIVER">): ContentSignature | undefined {
  const { sender: from, user_id: to } = payload;
  if (payload.file_id === undefined || payload.index !== undefined) {
    const { ciphertext, content_sig } = payload;
    return signed(from, content_sig, directSigningInput({ ciphertext, from, to, ts }));
  }
  if (payload.sha256 === undefined) return undefined;
  const { content_sig, file_id, mode, name, sha256, size } = payload;
  const input = fileStartSigningInput({ file_id, from, mode, name, sha256, size, to, ts });
  return signed(from, content_sig, input);
}

function signed(
  author: string,
  spelled: string | undefined,
  input: Uint8Array,
): ContentSignature | undefined {
  const signature = spelled === undefined ? undefined : decodeBase64url(spelled);
  return signature === undefined ? undefined : { author, input, signature };
}
