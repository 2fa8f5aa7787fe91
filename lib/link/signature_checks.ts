/**
 * The signatures of a frame: its `sig` under the key of whoever must have signed it, its `content_sig`
 * under the key known for its author (§12). What costs most comes last.
 *
 * @module
 */

import { fingerprint } from "../crypto/fingerprint.ts";
import type { CryptoPort } from "../crypto/port.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import { decodeBase64url } from "../protocol/base64url.ts";
import { rowOf } from "../protocol/catalog.ts";
import type { Message } from "../protocol/envelope.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { payloadSigningInputs } from "../protocol/signing_input.ts";
import { contentSigningInput } from "./content_signature.ts";
import type { Session } from "./session.ts";
import type { Findings, Signer } from "./verified.ts";

/** Who knows the keys. */
export interface KeyHolder {
  /** The state of the link. */
  session(): Session;
  /** Who must have signed this message. */
  signerOf(message: Message): Signer;
  /** The key known for the user who wrote the content of this message, if one is. */
  contentKeyOf(message: Message): PublicKey | undefined;
}

/** What signatures alone tell. */
export type SignatureFindings = Omit<Findings, "frameId" | "messageRef">;

/**
 * Checks both signatures.
 *
 * @param message The message; all cheaper checks have passed.
 * @param crypto What verifies.
 * @param keys Who knows the keys.
 * @returns What was found.
 * @throws {ProtocolError} `INVALID_SIG` if one is missing or does not verify.
 */
export async function checkSignatures(
  message: Message,
  crypto: Pick<CryptoPort, "verify" | "sha256">,
  keys: KeyHolder,
): Promise<SignatureFindings> {
  const signature = await checkFrame(message, crypto, keys);
  const contentVerified = await checkContent(message, crypto, keys);
  return { contentVerified, ...signature };
}

async function checkFrame(
  message: Message,
  crypto: Pick<CryptoPort, "verify" | "sha256">,
  keys: KeyHolder,
): Promise<Omit<SignatureFindings, "contentVerified">> {
  const none = { signedBy: undefined, fingerprint: undefined, firstSight: false };
  const row = rowOf(message.type);
  const byServer = row.author === "either" && keys.session().phase === "server";
  if (message.sig === undefined && row.sig === "optional" && !byServer) return none;
  if (message.sig === undefined) {
    throw new ProtocolError("INVALID_SIG", `${message.spelledType}: sig is required`);
  }
  const signature = decodeBase64url(message.sig);
  if (signature === undefined) {
    throw new ProtocolError("INVALID_SIG", `${message.spelledType}: sig is not base64url (D3)`);
  }
  const signer = keys.signerOf(message);
  if (signer.kind === "vouched") return none;
  if (signer.kind === "unknown") throw new ProtocolError("INVALID_SIG", signer.reason);
  for (const input of payloadSigningInputs(message.rawPayload)) {
    if (!await crypto.verify(signer.key, signature, input)) continue;
    return {
      signedBy: signer.key,
      fingerprint: row.introduces ? await fingerprint(crypto, signer.key) : undefined,
      firstSight: !signer.pinned,
    };
  }
  throw new ProtocolError(
    "INVALID_SIG",
    `${message.spelledType}: sig does not verify under the key known for ${message.from}`,
  );
}

async function checkContent(
  message: Message,
  crypto: Pick<CryptoPort, "verify">,
  keys: KeyHolder,
): Promise<boolean> {
  const content = contentSigningInput(message);
  const key = content === undefined ? undefined : keys.contentKeyOf(message);
  if (content === undefined || key === undefined) return false;
  if (await crypto.verify(key, content.signature, content.input)) return true;
  throw new ProtocolError(
    "INVALID_SIG",
    `${message.spelledType}: content_sig does not verify under the key known for ${content.author}`,
  );
}
