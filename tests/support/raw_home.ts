/**
 * A home server in the hands of a test: it lets a user in properly, and then does whatever the test likes.
 *
 * @module
 */

import { sealDirect } from "../../lib/client/direct_message.ts";
import type { KeyPair } from "../../lib/crypto/port.ts";
import type { Id } from "../../lib/protocol/ids.ts";
import type { JsonObject } from "../../lib/protocol/json.ts";
import type { RawServer } from "./raw_peer.ts";
import type { World } from "./world.ts";

/** Somebody with a key. */
interface Keyed {
  readonly id: Id;
  readonly keys: KeyPair;
}

/** A server that lies about everything but itself. */
export class RawHome {
  private constructor(readonly world: World, readonly server: RawServer, readonly url: string) {}

  /** A home that listens. */
  static async open(world: World, name = "home"): Promise<RawHome> {
    const server = await world.rawServer(name);
    server.listens();
    return new RawHome(world, server, `ws://${name}:8765`);
  }

  /** Says something to a user, signed. */
  async says(type: string, to: Id, payload: JsonObject): Promise<void> {
    await this.server.sends(await this.server.says(type, to, payload));
  }

  /** Answers the hello, tells of the people who are here, and answers what the client asks to know the end of that. */
  async welcomes(user: Keyed, ...present: readonly (Keyed & { meta?: JsonObject })[]) {
    const { id, keys } = this.server;
    const pubkey = keys.publicKey;
    await this.says("ACK", user.id, { msg_ref: "USER_HELLO", server_id: id, pubkey });
    for (const one of present) await this.tellsOf(one, one.meta);
    const known = { user_id: user.id, pubkey: user.keys.publicKey, version: 1, directory: id };
    await this.says("PUBKEY_RESPONSE", user.id, known);
  }

  /** Answers `LIST_REQUEST`. */
  async lists(user: Keyed, ...users: JsonObject[]): Promise<void> {
    await this.says("LIST_RESPONSE", user.id, { users });
  }

  /** Says that somebody is here. */
  async tellsOf(one: Keyed, meta: JsonObject = {}): Promise<void> {
    const { server } = this;
    await server.sends(
      await server.advertise(one, { meta: { pubkey: one.keys.publicKey, ...meta } }),
    );
  }

  /** Delivers a text; what is not as it should be is in `overrides`. */
  async delivers(
    from: Keyed,
    to: Keyed,
    text: string,
    overrides: { readonly payload?: JsonObject; readonly ts?: number } = {},
  ): Promise<void> {
    const { server, world } = this;
    const ts = server.stamp();
    const recipientKey = to.keys.publicKey;
    const sealed = await sealDirect(world.crypto, {
      from: from.id,
      keys: from.keys,
      to: to.id,
      recipientKey,
      text,
      ts,
    });
    const { payload } = JSON.parse(sealed.text);
    const delivered = { ...payload, sender: from.id, ...overrides.payload };
    await server.sends(
      await server.says("USER_DELIVER", to.id, delivered, overrides.ts ?? ts),
    );
  }
}
