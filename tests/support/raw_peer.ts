/**
 * Peers that are no programs of ours: they send whatever a test likes and keep what they are sent.
 *
 * @module
 */

import { sealDirect } from "../../lib/client/direct_message.ts";
import type { KeyPair } from "../../lib/crypto/port.ts";
import type { PublicKey } from "../../lib/crypto/public_key.ts";
import type { Transport } from "../../lib/link/transport.ts";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";
import { canonicalPython } from "../../lib/protocol/canonical_json.ts";
import type { Id } from "../../lib/protocol/ids.ts";
import type { JsonObject } from "../../lib/protocol/json.ts";
import type { ServerActor } from "./server_actor.ts";
import { utf8 } from "./binary.ts";
import type { World } from "./world.ts";

/** A frame as it stands on the wire. */
export interface Frame {
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly ts: number;
  readonly payload: JsonObject;
  readonly sig?: string;
}

/** One end of a connection in the hands of a test. */
class RawPeer {
  /** What came, in order. */
  readonly received: Frame[] = [];
  /** How the connection ended, if it has. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  #transport: Transport | undefined;

  constructor(
    readonly world: World,
    readonly name: string,
    readonly id: Id,
    readonly keys: KeyPair,
  ) {}

  /** Opens a connection and says nothing. */
  async dials(server: ServerActor): Promise<void> {
    const dialling = this.world.network.dialAs(this.name)(server.url);
    await this.world.settle();
    this.takes(await dialling);
    await this.world.settle();
  }

  /** Takes the end of a connection. */
  takes(transport: Transport): void {
    this.closed = undefined;
    this.#transport = transport;
    transport.listen({
      text: (text) => void this.received.push(JSON.parse(text)),
      binary: () => {},
      closed: (code, reason) => void (this.closed = { code, reason }),
    });
  }

  /** Sends any text and waits for what becomes of it. */
  async sends(...texts: readonly string[]): Promise<void> {
    for (const text of texts) this.#transport?.send(text);
    await this.world.settle();
  }

  /** Ends the connection. */
  async hangsUp(): Promise<void> {
    this.#transport?.close(1000, "");
    await this.world.settle();
  }

  /** The frames of a type that came. */
  of(type: string): Frame[] {
    return this.received.filter((frame) => frame.type === type);
  }

  /** The codes of the refusals that came, in order. */
  get refusals(): unknown[] {
    return this.of("ERROR").map(({ payload }) => payload["code"]);
  }

  /** What came since this was last asked. */
  news(): Frame[] {
    return this.received.splice(0);
  }

  /** A frame, unsigned. */
  frame(type: string, to: string, payload: JsonObject, ts = this.world.clock.now()): Frame {
    return { type, from: this.id, to, ts, payload };
  }

  /** A frame with this peer's signature over its payload. */
  async signed(frame: Frame, keys = this.keys): Promise<string> {
    const bytes = utf8(canonicalPython(frame.payload));
    const sig = encodeBase64url(await this.world.crypto.sign(keys.privateKey, bytes));
    return JSON.stringify({ ...frame, sig });
  }
}

/** A user of another team's client. */
export class RawUser extends RawPeer {
  /** The text of a `USER_HELLO`. */
  hello(overrides: JsonObject = {}): string {
    const key = this.keys.publicKey;
    const meta = { display_name: this.name };
    const payload = { client: "raw", pubkey: key, enc_pubkey: key, meta, ...overrides };
    return JSON.stringify(this.frame("USER_HELLO", "*", payload));
  }

  /** Says hello; without proof of the key, as other teams' clients do. */
  async enters(): Promise<void> {
    await this.sends(this.hello());
  }

  /** The text of a `USER_PROOF` for the last challenge that came. */
  proof(): Promise<string> {
    const welcome = this.of("ACK").findLast(({ payload }) => "challenge" in payload);
    const from = welcome?.from ?? "";
    const challenge = welcome?.payload["challenge"] ?? "";
    const ts = this.world.clock.now();
    const said = { challenge, server_id: from, user_id: this.id, ts };
    return this.signed(this.frame("USER_PROOF", from, said, ts));
  }

  /** The text of a `MSG_DIRECT`. */
  async direct(
    to: { readonly id: Id; readonly keys: { readonly publicKey: PublicKey } },
    text: string,
    ts = this.world.clock.now(),
  ): Promise<string> {
    const sealed = await this.sealed(to, text, ts);
    return sealed.text;
  }

  /** A `MSG_DIRECT` with its reference (D21). */
  sealed(
    to: { readonly id: Id; readonly keys: { readonly publicKey: PublicKey } },
    text: string,
    ts = this.world.clock.now(),
  ) {
    const recipientKey = to.keys.publicKey;
    const { id: from, keys } = this;
    return sealDirect(this.world.crypto, { from, keys, to: to.id, recipientKey, text, ts });
  }
}

/** A server of another team, or an attacker's. */
export class RawServer extends RawPeer {
  readonly address = { host: this.name, port: 8765 };
  #lastStamp = 0;

  /** What it tells of itself. */
  get introduction(): JsonObject {
    return { ...this.address, pubkey: this.keys.publicKey };
  }

  /** Listens at an address; the last connection counts. */
  listens(host = this.name): void {
    this.world.network.listen(`${host}:8765`, this.name, (transport) => this.takes(transport));
  }

  /** A signed frame with nothing beside what the standard asks for. */
  says(type: string, to: string, payload: JsonObject, ts = this.stamp()): Promise<string> {
    return this.signed(this.frame(type, to, payload, ts));
  }

  /** Dials a server and announces itself: a link stands. */
  async links(server: ServerActor): Promise<void> {
    await this.dials(server);
    await this.sends(await this.says("SERVER_ANNOUNCE", "*", this.introduction));
  }

  /** Sends back the nonce that a server sent on this link, signed: the proof of the key (D12). */
  async proves(server: ServerActor): Promise<void> {
    const asked = this.received.findLast(({ payload }) => "nonce" in payload);
    const nonce = asked?.payload["nonce"] ?? "";
    const ts = this.stamp();
    const payload = { nonce, receiver: server.id, origin: this.id, ts };
    await this.sends(await this.signed(this.frame("HEARTBEAT", server.id, payload, ts)));
  }

  /** A signed `USER_ADVERTISE` for a user. */
  advertise(
    user: { readonly id: Id; readonly keys: { readonly publicKey: PublicKey } },
    overrides: JsonObject = {},
  ): Promise<string> {
    const meta = { pubkey: user.keys.publicKey };
    const payload = { user_id: user.id, server_id: this.id, meta, ...overrides };
    return this.says("USER_ADVERTISE", "*", payload);
  }

  /** A time that no other frame of this server has. */
  stamp(): number {
    this.#lastStamp = Math.max(this.world.clock.now(), this.#lastStamp + 1);
    return this.#lastStamp;
  }
}
