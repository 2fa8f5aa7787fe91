/**
 * A server that keeps to no rules: it forges, replays, claims the users of others, and floods.
 *
 * @module
 */

import type { JsonObject } from "../../../lib/protocol/json.ts";
import { type Frame, RawServer } from "../raw_peer.ts";
import type { Seeded } from "../seeded.ts";
import type { ServerActor } from "../server_actor.ts";
import type { World } from "../world.ts";
import type { SimUser } from "./sim_user.ts";

/** Frames that it remembers to send again. */
const MEMORY = 200;

/** Frames of one flood. */
const FLOOD = 20;

/** Something a forgery must not change: what a server believed before it, and believes after it. */
export type Unchanged = (server: ServerActor, forge: () => void) => Promise<void>;

/** The server without rules. */
export class Byzantine {
  readonly #world: World;
  readonly #fate: Seeded;
  readonly #links: { readonly server: ServerActor; readonly raw: RawServer }[] = [];
  readonly #heard: Frame[] = [];
  readonly #identity: RawServer;

  /**
   * @param world Where it lives.
   * @param fate What decides what it does.
   * @param identity Its name, id and key.
   */
  constructor(world: World, fate: Seeded, identity: RawServer) {
    this.#world = world;
    this.#fate = fate;
    this.#identity = identity;
  }

  /** Opens a link, as honest as any at first sight. */
  joins(server: ServerActor): void {
    const { name, id, keys } = this.#identity;
    const raw = new RawServer(this.#world, name, id, keys);
    const { network, entropy } = this.#world;
    network.dialAs(name)(server.url).then(async (transport) => {
      raw.takes(transport);
      const opener = { ...raw.introduction, receiver: server.id, nonce: entropy.nonce() };
      transport.send(await this.#identity.says("SERVER_ANNOUNCE", "*", opener));
      this.#links.push({ server, raw });
    }, () => {});
  }

  /** Ends all its links. */
  leaves(): void {
    for (const { raw } of this.#links.splice(0)) void raw.hangsUp();
  }

  /** Does one bad thing. */
  async acts(users: readonly SimUser[], unchanged: Unchanged): Promise<void> {
    for (const { raw } of this.#links) this.#heard.push(...raw.news());
    this.#heard.splice(0, this.#heard.length - MEMORY);
    if (this.#links.length === 0) return;
    const { server, raw } = this.#fate.pick(this.#links);
    const victim = this.#fate.pick(users);
    switch (this.#fate.below(5)) {
      case 0:
      case 1: {
        const { network } = this.#world;
        for (const forged of await this.#forged(server, victim)) {
          await unchanged(server, () => network.tells(server.name, this.#identity.name, forged));
        }
        return;
      }
      case 2:
        for (let i = 0; i < FLOOD && this.#heard.length > 0; i++) {
          void raw.sends(JSON.stringify(this.#fate.pick(this.#heard)));
        }
        return;
      case 3:
        return void raw.sends(await this.#identity.advertise(victim));
      default:
        for (let i = 0; i < FLOOD; i++) void raw.sends(await this.#junk());
    }
  }

  /** Frames that no honest server may believe. */
  #forged(server: ServerActor, victim: SimUser): Promise<string[]> {
    const { entropy, clock, servers } = this.#world;
    // Of a server that is heard of for the first time anybody may say anything, until it speaks itself.
    const honest = this.#fate.pick(
      servers.filter(({ id }) =>
        id === server.id || server.node.state.servers.get(id) !== undefined
      ),
    );
    const ghost = entropy.id();
    const meta = { pubkey: victim.keys.publicKey };
    const frames: (() => Promise<Frame>)[] = [
      // In the name of another server, under the own key.
      async () => ({
        ...JSON.parse(
          await this.#identity.says("USER_REMOVE", "*", {
            user_id: victim.id,
            server_id: honest.id,
          }),
        ),
        from: honest.id,
      }),
      // For another server, in the own name.
      async () =>
        JSON.parse(
          await this.#identity.advertise({ ...victim, id: ghost }, { server_id: honest.id }),
        ),
      // Without a signature.
      () =>
        Promise.resolve(
          this.#identity.frame("USER_ADVERTISE", "*", {
            user_id: ghost,
            server_id: this.#identity.id,
            meta,
          }, clock.now()),
        ),
      // Another server's id with the own key.
      async () => ({
        ...JSON.parse(
          await this.#identity.says("SERVER_ANNOUNCE", "*", {
            host: "mallory",
            port: 1,
            pubkey: this.#identity.keys.publicKey,
            receiver: "*",
          }),
        ),
        from: honest.id,
      }),
      // What somebody signed, with something else in it.
      () => {
        const [frame] = this.#heard.filter(({ type, sig }) => type === "USER_ADVERTISE" && sig);
        const payload: JsonObject = { ...frame?.payload, user_id: ghost };
        const other = this.#identity.frame("USER_ADVERTISE", "*", { user_id: ghost });
        return Promise.resolve({ ...frame ?? other, payload });
      },
    ];
    if (server.node.state.users.keyOf(victim.id) === victim.keys.publicKey) {
      // Somebody whose key is known, with another one.
      const { keys } = this.#identity;
      frames.push(async () => JSON.parse(await this.#identity.advertise({ ...victim, keys })));
    }
    return Promise.all(frames.map(async (frame) => JSON.stringify(await frame())));
  }

  /** A frame of somebody that nobody knows, nothing at all, or a user out of thin air. */
  async #junk(): Promise<string> {
    const { entropy, crypto, servers } = this.#world;
    const ghost = entropy.id();
    const nobody = { ...await crypto.generateKeyPair() };
    const raw = new RawServer(this.#world, "ghost", ghost, nobody);
    switch (this.#fate.below(5)) {
      case 0:
        return "{".repeat(this.#fate.below(100));
      case 1:
        return raw.says("USER_ADVERTISE", "*", {
          user_id: entropy.id(),
          server_id: ghost,
          meta: { pubkey: nobody.publicKey },
        });
      case 2:
        return raw.says("SERVER_ANNOUNCE", "*", { ...raw.introduction, receiver: "*" });
      case 3:
        return this.#identity.says("SERVER_DELIVER", this.#fate.pick(servers).id, {
          user_id: entropy.id(),
          ciphertext: "AAAA",
          sender: ghost,
          sender_pub: nobody.publicKey,
          content_sig: "AAAA",
        });
      default:
        return this.#identity.advertise({ id: ghost, keys: nobody });
    }
  }
}
