/**
 * THE table: one row per message type, and nothing else in the code lists message types. The checks
 * that every frame passes before a handler sees it are read from its row.
 *
 * Adding a message type: write its payload schema in `messages/`, add its row here, and the type
 * checker names the handler tables that miss it.
 *
 * @module
 */

import type { Row } from "./catalog_row.ts";
import * as bootstrap from "./messages/bootstrap.ts";
import * as channel from "./messages/channel.ts";
import * as control from "./messages/control.ts";
import * as delivery from "./messages/delivery.ts";
import * as directory from "./messages/directory.ts";
import * as files from "./messages/files.ts";
import * as hello from "./messages/hello.ts";
import * as presence from "./messages/presence.ts";

/** Every message type that this program speaks. */
export const CATALOG = {
  SERVER_HELLO_JOIN: {
    spec: "§8.1",
    payload: bootstrap.serverHelloJoin,
    author: "server",
    during: ["opening"],
    from: "peer",
    to: "address",
    sig: "optional",
    contentSig: "none",
    relay: "none",
    receiver: "server",
    once: false,
    introduces: true,
  },
  SERVER_WELCOME: {
    spec: "§8.1",
    payload: bootstrap.serverWelcome,
    author: "server",
    during: ["helloSent"],
    from: "peer",
    to: "server",
    sig: "required",
    contentSig: "none",
    relay: "none",
    receiver: "server",
    once: true,
    introduces: true,
  },
  SERVER_ANNOUNCE: {
    spec: "§8.1",
    payload: bootstrap.serverAnnounce,
    author: "server",
    during: ["opening", "joining", "server"],
    from: "origin",
    to: "server",
    sig: "required",
    contentSig: "none",
    relay: "gossip",
    receiver: "server",
    once: true,
    introduces: true,
  },
  USER_ADVERTISE: {
    spec: "§8.2",
    payload: presence.userAdvertise,
    author: "server",
    during: ["server"],
    from: "origin",
    to: "everyone",
    sig: "required",
    contentSig: "none",
    relay: "gossip",
    receiver: "both",
    once: true,
  },
  USER_REMOVE: {
    spec: "§8.2",
    payload: presence.userRemove,
    author: "server",
    during: ["server"],
    from: "origin",
    to: "everyone",
    sig: "required",
    contentSig: "none",
    relay: "gossip",
    receiver: "both",
    once: true,
  },
  SERVER_DELIVER: {
    spec: "§8.3",
    payload: delivery.serverDeliver,
    author: "server",
    during: ["server"],
    from: "origin",
    to: "server",
    sig: "required",
    contentSig: "dm",
    relay: "route",
    receiver: "server",
    once: true,
  },
  HEARTBEAT: {
    spec: "§8.4",
    payload: control.heartbeat,
    author: "server",
    during: ["joining", "server"],
    from: "peer",
    to: "server",
    sig: "required",
    contentSig: "none",
    relay: "none",
    receiver: "both",
    once: false,
  },
  USER_HELLO: {
    spec: "§9.1",
    payload: hello.userHello,
    author: "user",
    during: ["opening"],
    from: "peer",
    to: "server",
    sig: "optional",
    contentSig: "none",
    relay: "none",
    receiver: "server",
    once: false,
  },
  USER_PROOF: {
    spec: "§9.1, D19",
    payload: hello.userProof,
    author: "user",
    during: ["proving", "user"],
    from: "peer",
    to: "server",
    sig: "required",
    contentSig: "none",
    relay: "none",
    receiver: "server",
    once: false,
  },
  MSG_DIRECT: {
    spec: "§9.2",
    payload: delivery.userMessage,
    author: "user",
    during: ["user"],
    from: "peer",
    to: "user",
    sig: "optional",
    contentSig: "dm",
    relay: "route",
    receiver: "server",
    once: true,
  },
  USER_DELIVER: {
    spec: "§9.2",
    payload: delivery.userDeliver,
    author: "server",
    during: ["server"],
    from: "peer",
    to: "user",
    sig: "required",
    contentSig: "dm",
    relay: "none",
    receiver: "user",
    once: true,
  },
  PUBLIC_CHANNEL_ADD: {
    spec: "§9.3",
    payload: channel.publicChannelAdd,
    author: "either",
    during: ["user", "server"],
    from: "origin",
    to: "everyone",
    sig: "optional",
    contentSig: "none",
    relay: "gossip",
    receiver: "both",
    once: true,
    untimed: true,
  },
  PUBLIC_CHANNEL_UPDATED: {
    spec: "§9.3",
    payload: channel.publicChannelUpdated,
    author: "server",
    during: ["server"],
    from: "origin",
    to: "everyone",
    sig: "required",
    contentSig: "none",
    relay: "gossip",
    receiver: "both",
    once: true,
    untimed: true,
  },
  PUBLIC_CHANNEL_KEY_SHARE: {
    spec: "§9.3",
    payload: channel.publicChannelKeyShare,
    author: "either",
    during: ["user", "server"],
    from: "origin",
    to: "everyone",
    sig: "optional",
    contentSig: "keyShare",
    relay: "gossip",
    receiver: "both",
    once: true,
  },
  MSG_PUBLIC_CHANNEL: {
    spec: "§9.3",
    payload: delivery.publicMessage,
    author: "user",
    during: ["user", "server"],
    from: "origin",
    to: "group",
    sig: "optional",
    contentSig: "channel",
    relay: "gossip",
    receiver: "both",
    once: true,
  },
  FILE_START: {
    spec: "§9.4",
    payload: files.fileStart,
    author: "user",
    during: ["user", "server"],
    from: "origin",
    to: "userOrGroup",
    sig: "optional",
    contentSig: "file",
    relay: "route",
    receiver: "both",
    once: true,
  },
  FILE_CHUNK: {
    spec: "§9.4",
    payload: files.fileChunk,
    author: "user",
    during: ["user", "server"],
    from: "origin",
    to: "userOrGroup",
    sig: "optional",
    contentSig: "dm",
    relay: "route",
    receiver: "both",
    once: true,
  },
  FILE_END: {
    spec: "§9.4",
    payload: files.fileEnd,
    author: "user",
    during: ["user", "server"],
    from: "origin",
    to: "userOrGroup",
    sig: "optional",
    contentSig: "none",
    relay: "route",
    receiver: "both",
    once: true,
  },
  ACK: {
    spec: "§9.5",
    payload: control.ack,
    author: "server",
    during: ["helloSent", "server"],
    from: "peer",
    to: "server",
    sig: "required",
    contentSig: "none",
    relay: "none",
    receiver: "both",
    once: true,
  },
  ERROR: {
    spec: "§9.5",
    payload: control.error,
    author: "server",
    during: ["joining", "helloSent", "server"],
    from: "peer",
    to: "server",
    sig: "required",
    contentSig: "none",
    relay: "none",
    receiver: "both",
    once: true,
  },
  CTRL_CLOSE: {
    spec: "§6",
    payload: control.ctrlClose,
    author: "server",
    during: ["opening", "proving", "user", "joining", "helloSent", "server"],
    from: "peer",
    to: "server",
    sig: "optional",
    contentSig: "none",
    relay: "none",
    receiver: "both",
    once: false,
  },
  LIST_REQUEST: {
    spec: "§15, D28",
    payload: directory.listRequest,
    author: "user",
    during: ["user", "server"],
    from: "peer",
    to: "server",
    sig: "optional",
    contentSig: "none",
    relay: "none",
    receiver: "server",
    once: false,
  },
  LIST_RESPONSE: {
    spec: "§15, D28",
    payload: directory.listResponse,
    author: "server",
    during: ["server"],
    from: "peer",
    to: "server",
    sig: "required",
    contentSig: "none",
    relay: "none",
    receiver: "both",
    once: false,
  },
  PUBKEY_REQUEST: {
    spec: "§15, D28",
    payload: directory.pubkeyRequest,
    author: "user",
    during: ["user", "server"],
    from: "peer",
    to: "server",
    sig: "optional",
    contentSig: "none",
    relay: "none",
    receiver: "server",
    once: false,
  },
  PUBKEY_RESPONSE: {
    spec: "§15, D28",
    payload: directory.pubkeyResponse,
    author: "server",
    during: ["server"],
    from: "peer",
    to: "server",
    sig: "required",
    contentSig: "none",
    relay: "none",
    receiver: "both",
    once: false,
  },
} as const satisfies Record<string, Row>;

/** A message type of the catalog. */
export type MessageType = keyof typeof CATALOG;

/**
 * The checked payload of a message type: what its schema lets through. (It is the schema library's
 * `InferOutput`, written out: the documentation's linter takes a package's types for private ones.)
 */
export type Payload<T extends MessageType> = NonNullable<
  (typeof CATALOG)[T]["payload"]["~types"]
>["output"];

/** The message types whose receiver may be a server, or a user's client. */
export type ReceivedBy<E extends "server" | "user"> = {
  [T in MessageType]: (typeof CATALOG)[T]["receiver"] extends E | "both" ? T : never;
}[MessageType];

/**
 * The row of a message type.
 *
 * @example
 * ```ts
 * import { rowOf } from "./catalog.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rowOf("MSG_DIRECT").author, "user");
 * assertEquals(rowOf("HEARTBEAT").relay, "none");
 * ```
 *
 * @param type A type of the catalog.
 * @returns Its row, with the columns at their general types.
 */
export function rowOf(type: MessageType): Row {
  return CATALOG[type];
}
