/**
 * An owner of a link that answers as a test wants and writes down what it is told.
 *
 * @module
 */

import type { KeyPair } from "../../../lib/crypto/port.ts";
import type { PublicKey } from "../../../lib/crypto/public_key.ts";
import type { ArrivalTurns } from "../../../lib/link/arrival_turns.ts";
import { Ingress, type IngressHost } from "../../../lib/link/ingress.ts";
import type { End, Session } from "../../../lib/link/session.ts";
import type { Refused, Signer, Verified } from "../../../lib/link/verified.ts";
import { encodeBase64url } from "../../../lib/protocol/base64url.ts";
import { canonicalPython } from "../../../lib/protocol/canonical_json.ts";
import type { MessageType } from "../../../lib/protocol/catalog.ts";
import { frameText, type Message, type RawEnvelope } from "../../../lib/protocol/envelope.ts";
import type { ProtocolError } from "../../../lib/protocol/errors.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import type { JsonObject } from "../../../lib/protocol/json.ts";
import { directSigningInput } from "../../../lib/protocol/signing_input.ts";
import { utf8 } from "../../support/binary.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";
import { settled } from "./recording_transport.ts";
import { ALICE, BLOCK, BOB, NOW, PAYLOADS, receiverOf, THERE } from "../protocol/examples.ts";

/** The owner of a link to the server {@linkcode THERE}, until a test says otherwise. */
export class ScriptedHost implements IngressHost {
  end: End = "server";
  state: Session = { phase: "server", peer: toId(THERE) };
  time = NOW;
  signer: Signer;
  contentKey: PublicKey | undefined;
  /** The turns of those who arrive, where a test wants some. */
  arrivals?: ArrivalTurns;
  /** Frame ids and message references that count as seen. */
  readonly known = new Set<string>();
  readonly accepted: Verified[] = [];
  readonly refusals: { error: ProtocolError; refused: Refused }[] = [];
  /** Everything that was said and asked, in order. */
  readonly told: string[] = [];
  /** Which frames come before what verifies them. */
  early: (envelope: RawEnvelope) => boolean = () => false;
  /** Called instead of writing down, where a test wants a host that errs. */
  onAccept: (message: Verified) => void = () => {};
  /** Called when a frame is refused. */
  onRefuse: () => void = () => {};

  constructor(key: PublicKey) {
    this.signer = { kind: "key", key, pinned: true };
  }

  session(): Session {
    return this.state;
  }

  now(): number {
    return this.time;
  }

  isEarly(envelope: RawEnvelope): boolean {
    return this.early(envelope);
  }

  held(envelope: RawEnvelope): void {
    this.told.push(`held ${envelope.type}`);
  }

  signerOf(_message: Message): Signer {
    this.told.push("signerOf");
    return this.signer;
  }

  contentKeyOf(_message: Message): PublicKey | undefined {
    this.told.push("contentKeyOf");
    return this.contentKey;
  }

  seen(_message: Message, frameId: string, messageRef: string | undefined): boolean {
    this.told.push("seen");
    return this.known.has(frameId) || (messageRef !== undefined && this.known.has(messageRef));
  }

  accept(message: Verified): void {
    this.told.push(`accept ${message.spelledType}`);
    this.onAccept(message);
    this.accepted.push(message);
  }

  duplicate(message: Message, _messageRef: string | undefined): void {
    this.told.push(`duplicate ${message.type}`);
  }

  refuse(error: ProtocolError, refused: Refused): void {
    this.told.push(`refuse ${error.code}`);
    this.refusals.push({ error, refused });
    this.onRefuse();
  }

  close(code: number, _reason: string): void {
    this.told.push(`close ${code}`);
  }

  fault(error: unknown): void {
    this.told.push(`fault ${error}`);
  }
}

/** A server and a user with keys of their own. */
export class Cast {
  private constructor(
    readonly crypto: FakeCrypto,
    readonly server: KeyPair,
    readonly user: KeyPair,
  ) {}

  /** Makes the keys. */
  static async of(crypto = new FakeCrypto(1)): Promise<Cast> {
    return new Cast(crypto, await crypto.generateKeyPair(), await crypto.generateKeyPair());
  }

  /**
   * A frame signed by the server.
   *
   * @param type Its type.
   * @param payload Its payload; the example by default.
   * @param other Members of the envelope to set instead, `sig` included.
   */
  async frame(
    type: MessageType,
    payload: JsonObject = PAYLOADS[type],
    other: Record<string, unknown> = {},
  ): Promise<string> {
    const input = utf8(canonicalPython(payload));
    const sig = encodeBase64url(await this.crypto.sign(this.server.privateKey, input));
    const text = frameText({ type, from: THERE, to: receiverOf(type), ts: NOW, payload }, sig);
    return JSON.stringify({ ...JSON.parse(text), ...other });
  }

  /**
   * A direct message from Bob to Alice, signed by Bob.
   *
   * @param other Members of the envelope to set instead.
   */
  async direct(other: Record<string, unknown> = {}): Promise<string> {
    const content = { ciphertext: BLOCK, from: BOB, to: ALICE, ts: NOW };
    const input = directSigningInput({ ...content, ...other });
    const signature = await this.crypto.sign(this.user.privateKey, input);
    const payload = {
      ciphertext: BLOCK,
      sender_pub: this.user.publicKey,
      content_sig: encodeBase64url(signature),
    };
    const text = frameText({ type: "MSG_DIRECT", from: BOB, to: ALICE, ts: NOW, payload });
    return JSON.stringify({ ...JSON.parse(text), ...other });
  }
}

/** What every frame of ours repeats in its signed payload (D9). */
export function bound(type: MessageType, payload: JsonObject = PAYLOADS[type]): JsonObject {
  return { ...payload, type, ts: NOW, origin: THERE };
}

/** The state of the link of the user Bob. */
export const BOBS_LINK: Session = { phase: "user", peer: toId(BOB), challenge: "QQ" };

/**
 * An ingress with an owner, on the link of a server.
 *
 * @param script What the owner does otherwise.
 */
export async function setUp(script: Partial<ScriptedHost> = {}) {
  const cast = await Cast.of();
  const host = Object.assign(new ScriptedHost(cast.server.publicKey), script);
  const ingress = new Ingress(cast.crypto, host, host);
  const take = async (text: string) => {
    ingress.receive(text);
    await settled();
    return host.told.splice(0);
  };
  return { cast, host, ingress, take };
}

/** An ingress with an owner, on the link of the user Bob, whose key is known. */
export async function onBobsLink() {
  const set = await setUp({ state: BOBS_LINK });
  set.host.contentKey = set.cast.user.publicKey;
  set.host.signer = { kind: "key", key: set.cast.user.publicKey, pinned: true };
  return set;
}
