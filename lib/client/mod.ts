/**
 * The client library: {@linkcode ChatClient} and what it is made of.
 *
 * @module
 */

// What the client is given, and what it speaks of.
export { type BackoffLimits } from "../base/backoff.ts";
export { type Clock, systemClock } from "../base/clock.ts";
export { type Log, type LogFields, type LogLevel, silentLog } from "../base/log.ts";
export { type Entropy, systemEntropy } from "../crypto/entropy.ts";
export { type CryptoPort, type KeyPair, type PrivateKey } from "../crypto/port.ts";
export { parsePublicKey, type PublicKey } from "../crypto/public_key.ts";
export { WebCrypto } from "../crypto/webcrypto.ts";
export { type Dial, type Transport, type TransportEvents } from "../link/transport.ts";
export { type Id, toId } from "../protocol/ids.ts";
export { type Welcome } from "./connection.ts";

export * from "./chat_client.ts";
export * from "./events.ts";
export * from "./key_book.ts";
export { type MessageState, type OutgoingMessage } from "./outgoing.ts";
export { type Person } from "./roster.ts";
