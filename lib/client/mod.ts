/**
 * The client library: {@linkcode ChatClient} and what it is made of.
 *
 * @module
 */

// What the client is given, and what it speaks of.
export { type BackoffLimits } from "../base/backoff.ts";
export * from "../base/clock.ts";
export * from "../base/log.ts";
export * from "../crypto/entropy.ts";
export * from "../crypto/port.ts";
export { parsePublicKey, type PublicKey } from "../crypto/public_key.ts";
export { WebCrypto } from "../crypto/webcrypto.ts";
export { type Dial, type Transport, type TransportEvents } from "../link/transport.ts";
export { dialWebSocket } from "../link/websocket.ts";
export { type ChannelKey } from "../e2ee/channel_key.ts";
export { Keyring } from "../e2ee/keyring.ts";
export { type ChannelKeyName } from "../protocol/channel_key.ts";
export { type Id, toId } from "../protocol/ids.ts";
export { type Welcome } from "./connection.ts";

export * from "./chat_client.ts";
export * from "./events.ts";
export * from "./file_ports.ts";
export * from "./key_book.ts";
export { type MessageState, type OutgoingMessage, type Recipient } from "./outgoing.ts";
export { type Person } from "./roster.ts";
export * from "./transfer.ts";
