/**
 * A real server in a simulated world: it can be opened, crash, and be opened again with what it kept.
 *
 * @module
 */

import type { Clock } from "../../lib/base/clock.ts";
import type { LogFields, LogLevel } from "../../lib/base/log.ts";
import type { KeyPair } from "../../lib/crypto/port.ts";
import type { PublicKey } from "../../lib/crypto/public_key.ts";
import { FrameSealer } from "../../lib/link/frame_sealer.ts";
import type { LinkLimits } from "../../lib/link/link_limits.ts";
import type { Dial } from "../../lib/link/transport.ts";
import { type Address, addressText } from "../../lib/mesh/address.ts";
import type { Admission } from "../../lib/mesh/admission.ts";
import { DEFAULT_DIAL_DENY } from "../../lib/mesh/dial_policy.ts";
import type { MessageType } from "../../lib/protocol/catalog.ts";
import type { Id } from "../../lib/protocol/ids.ts";
import type { JsonObject } from "../../lib/protocol/json.ts";
import { ServerNode } from "../../lib/server/node.ts";
import { ServerRuntime } from "../../lib/server/runtime.ts";
import { MemoryStore } from "../../lib/store/memory.ts";
import { tablesOf } from "./tables.ts";
import type { World } from "./world.ts";

/** One line of a log. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** What is special about a server. */
export interface ServerChoices {
  /** Whom it asks to join, in order: names of servers, or addresses with a pinned key perhaps. */
  readonly introducers?: readonly (string | Address & { readonly pubkey?: PublicKey })[];
  /** By how much its clock is ahead, in ms. */
  readonly ahead?: number;
  /** The id it has before its first start. */
  readonly id?: Id;
  /** Which servers may link; by default all. */
  readonly admission?: Admission;
  /** Whether only its own mistakes are kept of its log. */
  readonly quiet?: boolean;
  /** Whether servers and users must prove that they hold their keys. */
  readonly requireProof?: boolean;
  /** How much it takes from one link; as its world says by default. */
  readonly limits?: LinkLimits;
}

/** A server on its host; the host has the server's name. */
export class ServerActor {
  readonly address: Address;
  /** What it keeps. */
  store = new MemoryStore();
  /** How often it was opened. */
  lives = 0;
  readonly log: LogLine[] = [];
  #node: ServerNode | undefined;
  #runtime: ServerRuntime | undefined;
  /** Whether the process that is running now still lives. */
  #alive = { yes: false };

  /**
   * @param world Where it lives.
   * @param name Its name, which is that of its host too.
   * @param keys Its key.
   * @param choices What is special about it.
   */
  constructor(
    readonly world: World,
    readonly name: string,
    readonly keys: KeyPair,
    readonly choices: ServerChoices,
  ) {
    this.address = { host: name, port: 8765 };
  }

  /** Where clients dial. */
  get url(): string {
    return `ws://${addressText(this.address)}`;
  }

  /** The core, to be looked at. */
  get node(): ServerNode {
    if (this.#node === undefined) throw new Error(`${this.name} was never opened`);
    return this.#node;
  }

  /** Its id now. */
  get id(): Id {
    return this.node.state.id;
  }

  /** Everything that it believes, as comparable data. */
  get tables(): ReturnType<typeof tablesOf> {
    return tablesOf(this.node.state);
  }

  /** Who is online as far as it knows: names of people, with the name of their server. */
  get presence(): string[] {
    return [...this.node.state.users.all()].map((user) => {
      const server = user.at === "local" ? this.id : user.server;
      return `${this.world.nameOf(user.id)} at ${this.world.nameOf(server)}`;
    }).sort();
  }

  /** The servers it is linked to, by name. */
  get linked(): string[] {
    return [...this.node.state.links.serverEntries()]
      .map(({ session }) => "peer" in session && session.peer ? session.peer : "")
      .map((id) => this.world.nameOf(id)).sort();
  }

  /** Starts it, anew or with what it kept. */
  async open(): Promise<void> {
    const { entropy, clock: worldClock, crypto, network } = this.world;
    const alive = this.#alive = { yes: true };
    const remembered = this.store.load();
    const serverId = remembered.serverId ?? this.choices.id ?? entropy.id();
    this.store.apply([{ kind: "identity", serverId }]);
    this.lives++;
    const log = (level: LogLevel, message: string, fields: LogFields = {}) => {
      if (level === "error" || !this.choices.quiet) this.log.push({ level, message, fields });
    };
    this.#node = new ServerNode({
      serverId,
      key: this.keys.publicKey,
      address: this.address,
      bound: this.address,
      introducers: (this.choices.introducers ?? []).map((introducer) =>
        typeof introducer === "string"
          ? { host: introducer, port: 8765, pubkey: undefined }
          : { pubkey: undefined, ...introducer }
      ),
      admission: this.choices.admission ?? { kind: "open" },
      requireProof: this.choices.requireProof ?? false,
      dialDeny: DEFAULT_DIAL_DENY,
      remembered: this.store.load(),
      entropy,
      log,
    });
    const dial = network.dialAs(this.name);
    const runtime = this.#runtime = new ServerRuntime({
      node: this.#node,
      crypto,
      privateKey: this.keys.privateKey,
      store: this.store,
      dial: mortalDial(dial, alive),
      clock: mortal(worldClock, alive, this.choices.ahead ?? 0),
      log,
      limits: this.choices.limits ?? this.world.limits,
      lanes: 2,
    });
    network.listen(addressText(this.address), this.name, (end) => runtime.accept(end));
    runtime.start();
    await this.world.settle();
  }

  /** Ends it with a farewell. */
  async close(): Promise<void> {
    this.world.network.unlisten(addressText(this.address));
    const stopped = this.#runtime?.stop();
    await this.world.settle();
    await stopped;
    this.#alive.yes = false;
  }

  /** Ends it as `kill -9` does. */
  async crash(): Promise<void> {
    this.#alive.yes = false;
    this.world.network.unlisten(addressText(this.address));
    this.world.network.cutOff(this.name);
    await this.world.settle();
  }

  /** Its database is gone; its key is not. */
  losesDatabase(): void {
    this.store = new MemoryStore();
  }

  /** A frame to everybody under its key, which it has not sent. */
  async signs(type: MessageType, payload: JsonObject): Promise<string> {
    const sealer = new FrameSealer(this.world.crypto, this.keys.privateKey);
    const ts = this.world.clock.now();
    return await sealer.seal({ type, from: this.id, to: "*", ts, payload });
  }

  /** The log lines of a level, messages only. */
  said(level: LogLevel): string[] {
    return this.log.filter((line) => line.level === level).map(({ message }) => message);
  }
}

/** A process that has died does not dial, and hears of no dial that was under way. */
function mortalDial(dial: Dial, alive: { readonly yes: boolean }): Dial {
  return (url) =>
    new Promise((resolve, reject) => {
      if (!alive.yes) return;
      dial(url).then((transport) => {
        if (alive.yes) resolve(transport);
        else transport.close(1006, "");
      }, reject);
    });
}

/** A process that has died does not wake up. */
function mortal(clock: Clock, alive: { readonly yes: boolean }, ahead: number): Clock {
  return {
    now: () => clock.now() + ahead,
    at: (at, callback) =>
      clock.at(at - ahead, () => {
        if (alive.yes) callback();
      }),
  };
}
