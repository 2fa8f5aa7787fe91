/**
 * Shares of the public channel's key in the hands of a test: signed as a client does, with anything for a wrap.
 *
 * @module
 */

import type { KeyPair } from "../../lib/crypto/port.ts";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";
import type { Id } from "../../lib/protocol/ids.ts";
import type { JsonObject, JsonValue } from "../../lib/protocol/json.ts";
import { keyShareSigningInput } from "../../lib/protocol/signing_input.ts";
import { utf8 } from "./binary.ts";
import type { World } from "./world.ts";

/** Which key is shared: its epoch, and a text that stands for the key. */
export interface TestKey {
  readonly epoch: number;
  readonly name: string;
}

/** The digest of a key, as shares and announces name it. */
export async function digestOf(world: World, { name }: TestKey): Promise<string> {
  return encodeBase64url(await world.crypto.sha256(utf8(name)));
}

/**
 * The payload of a `PUBLIC_CHANNEL_KEY_SHARE`.
 *
 * @param creator Who shares.
 * @param key Which key.
 * @param members For whom.
 * @param overrides Members of the payload to set before it is signed.
 */
export async function sharePayload(
  creator: { readonly world: World; readonly id: Id; readonly keys: KeyPair },
  key: TestKey,
  members: readonly { readonly id: Id }[],
  overrides: JsonObject = {},
): Promise<JsonObject> {
  const { world, keys } = creator;
  const channel_pub = await digestOf(world, key);
  const shares: JsonValue = members.map(({ id }) => ({
    member: id,
    wrapped_public_channel_key: encodeBase64url(utf8(`${key.name} for ${id}`)),
    epoch: key.epoch,
    channel_pub,
  }));
  const content = { shares, creator: creator.id, creator_pub: keys.publicKey, ...overrides };
  const input = keyShareSigningInput({ shares, creatorPub: String(content.creator_pub) });
  const content_sig = encodeBase64url(await world.crypto.sign(keys.privateKey, input));
  return { ...content, content_sig };
}
