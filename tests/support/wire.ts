/**
 * A WebSocket and nothing else: what another team's program, or an attacker, would say and hear.
 *
 * @module
 */

import { WebCrypto } from "../../lib/crypto/webcrypto.ts";
import { FrameSealer } from "../../lib/link/frame_sealer.ts";
import { frameText, type UnsignedFrame } from "../../lib/protocol/envelope.ts";
import { bytesOf } from "./binary.ts";
import { Journal } from "./journal.ts";
import { testKey } from "./real_servers.ts";

/** What came over a socket. */
export type Arrival =
  | { readonly kind: "frame"; readonly frame: Frame }
  | { readonly kind: "closed"; readonly code: number; readonly reason: string };

/** A frame as it came. */
export interface Frame {
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly ts: number;
  // deno-lint-ignore no-explicit-any
  readonly payload: any;
  readonly sig?: string;
}

/** One socket. It is closed when the test leaves it. */
export class Wire implements AsyncDisposable {
  /** Everything that came. */
  readonly arrivals = new Journal<Arrival>((arrival) => JSON.stringify(arrival).slice(0, 400));
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) =>
      this.arrivals.record({ kind: "frame", frame: JSON.parse(data) });
    socket.onerror = (event) => event.preventDefault();
    socket.onclose = ({ code, reason }) => this.arrivals.record({ kind: "closed", code, reason });
  }

  /** Opens a socket to a server. */
  static async open(url: string): Promise<Wire> {
    const socket = new WebSocket(url);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.onopen = () => resolve();
    socket.onclose = () => reject(new Error(`${url} cannot be reached`));
    await promise;
    return new Wire(socket);
  }

  /** Sends a message as it is. */
  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(data);
  }

  /** Waits for a frame of one type, and of these members if any are named. */
  async frame(type: string, payload: Record<string, unknown> = {}, after = 0): Promise<Frame> {
    const wanted = Object.entries(payload);
    const arrival = await this.arrivals.until(
      `${type} ${JSON.stringify(payload)}`,
      (entry): entry is Arrival & { kind: "frame" } =>
        entry.kind === "frame" && entry.frame.type === type &&
        wanted.every(([name, value]) => entry.frame.payload[name] === value),
      after,
    );
    return arrival.frame;
  }

  /** Waits for the end of the connection. */
  closed(): Promise<Arrival & { kind: "closed" }> {
    return this.arrivals.until("close", (entry) => entry.kind === "closed");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.closed();
  }
}

/** Somebody with an id and a test key, who can say hello and sign. */
export class Identity {
  readonly id = crypto.randomUUID();
  readonly publicKey: string;
  readonly #key: number;

  /** @param key Which test key, 0–7. */
  constructor(key: number) {
    this.#key = key;
    this.publicKey = testKey(key).publicKey;
  }

  /** A frame that a user sends without `sig` (§7). */
  frame(type: UnsignedFrame["type"], to: string, payload: UnsignedFrame["payload"]): string {
    return frameText({ type, from: this.id, to, ts: Date.now(), payload });
  }

  /** A frame with `sig`. */
  async sealed(
    type: UnsignedFrame["type"],
    to: string,
    payload: UnsignedFrame["payload"],
  ): Promise<string> {
    const crypto = new WebCrypto();
    const { privateKey } = await crypto.importPrivateKey(bytesOf(testKey(this.#key).privateKey));
    const ts = Date.now();
    const bound = { ...payload, type, origin: this.id, ts };
    return await new FrameSealer(crypto, privateKey)
      .seal({ type, from: this.id, to, ts, payload: bound });
  }

  /** The first message of a user (§9.1). */
  hello(name?: string): string {
    const key = this.publicKey;
    const meta = name === undefined ? {} : { display_name: name };
    return this.frame("USER_HELLO", "*", { client: "test", pubkey: key, enc_pubkey: key, meta });
  }

  /** Connects and is welcomed as a user. */
  async enter(url: string, name?: string): Promise<Wire> {
    const wire = await Wire.open(url);
    wire.send(this.hello(name));
    await wire.frame("ACK", { msg_ref: "USER_HELLO" });
    return wire;
  }
}
