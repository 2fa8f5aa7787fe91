/**
 * A user of a simulation: a client that does no more than it must, so that many fit into one.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { sealDirect } from "../../../lib/client/direct_message.ts";
import type { KeyPair } from "../../../lib/crypto/port.ts";
import type { Transport } from "../../../lib/link/transport.ts";
import { encodeBase64url } from "../../../lib/protocol/base64url.ts";
import { canonicalPython } from "../../../lib/protocol/canonical_json.ts";
import type { Id } from "../../../lib/protocol/ids.ts";
import type { JsonObject } from "../../../lib/protocol/json.ts";
import type { Frame } from "../raw_peer.ts";
import type { ServerActor } from "../server_actor.ts";
import type { World } from "../world.ts";
import type { Letters } from "./letters.ts";

/** Somebody who writes letters. */
export class SimUser {
  /** The server that has let the user in. */
  home: ServerActor | undefined;
  /** Who is online, and on which server, in this user's eyes. */
  readonly view = new Map<Id, Id>();
  /** When the user's connection ended, Unix ms. */
  readonly gone: number[] = [];
  #entering: ServerActor | undefined;
  #transport: Transport | undefined;
  #lastStamp = 0;

  /**
   * @param world Where the user lives.
   * @param name Its name.
   * @param id Its id.
   * @param keys Its key.
   * @param letters Where letters are accounted for.
   */
  constructor(
    readonly world: World,
    readonly name: string,
    readonly id: Id,
    readonly keys: KeyPair,
    readonly letters: Letters,
  ) {}

  /** Whether the user is neither in nor about to be. */
  get isAway(): boolean {
    return this.#entering === undefined && this.home === undefined;
  }

  /** Connects to a server and says hello. */
  enters(server: ServerActor): void {
    this.#entering = server;
    const { network, clock } = this.world;
    network.dialAs(this.name)(server.url).then((transport) => {
      this.#transport = transport;
      transport.listen({
        text: (text) => this.#hears(JSON.parse(text)),
        binary: () => {},
        closed: () => this.#ended(),
      });
      const key = this.keys.publicKey;
      const payload = { client: "sim", pubkey: key, enc_pubkey: key };
      const hello = { type: "USER_HELLO", from: this.id, to: "*", ts: clock.now(), payload };
      transport.send(JSON.stringify(hello));
    }, () => this.#ended());
  }

  /** Ends the connection. */
  leaves(): void {
    this.#transport?.close(1000, "");
  }

  /** Writes to somebody. */
  async writes(to: SimUser): Promise<void> {
    const transport = this.#transport;
    if (transport === undefined || this.home === undefined) return;
    const ts = this.#lastStamp = Math.max(this.world.clock.now(), this.#lastStamp + 1);
    const recipientKey = to.keys.publicKey;
    const draft = { from: this.id, keys: this.keys, to: to.id, recipientKey, text: "hi", ts };
    const { text, messageRef } = await sealDirect(this.world.crypto, draft);
    this.letters.wrote(messageRef, this, to);
    transport.send(text);
  }

  #hears({ type, payload }: Frame): void {
    switch (type) {
      case "USER_ADVERTISE":
        this.view.set(payload["user_id"] as Id, payload["server_id"] as Id);
        return;
      case "USER_REMOVE":
        if (this.view.get(payload["user_id"] as Id) !== payload["server_id"]) return;
        this.view.delete(payload["user_id"] as Id);
        return;
      case "USER_DELIVER": {
        const signature = Buffer.from(String(payload["content_sig"]), "base64url");
        const messageRef = createHash("sha256").update(signature).digest("base64url");
        this.letters.arrived(messageRef, this);
        return;
      }
      case "ACK":
        if (payload["msg_ref"] === "USER_HELLO") void this.#welcomed(payload);
        else this.letters.settled(String(payload["msg_ref"]), "taken");
        return;
      case "ERROR":
        if (typeof payload["msg_ref"] !== "string") return;
        this.letters.settled(payload["msg_ref"], String(payload["code"]));
        return;
    }
  }

  async #welcomed({ challenge, server_id }: Frame["payload"]): Promise<void> {
    this.home = this.#entering;
    const { clock, crypto } = this.world;
    const ts = clock.now();
    const payload = { challenge, server_id, user_id: this.id, ts } as JsonObject;
    const bytes = new TextEncoder().encode(canonicalPython(payload));
    const sig = encodeBase64url(await crypto.sign(this.keys.privateKey, bytes));
    const proof = { type: "USER_PROOF", from: this.id, to: server_id, ts, payload, sig };
    this.#transport?.send(JSON.stringify(proof));
  }

  #ended(): void {
    if (this.home !== undefined) this.gone.push(this.world.clock.now());
    this.home = undefined;
    this.#entering = undefined;
    this.#transport = undefined;
    this.view.clear();
  }
}
