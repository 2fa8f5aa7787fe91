/**
 * A SOCP server: {@linkcode ServerNode} is the core without I/O, {@linkcode ServerRuntime} its edge, and
 * {@linkcode openDoor} lets people in.
 *
 * @module
 */

// What the server is given, and what it speaks of.
export { type Clock, systemClock } from "../base/clock.ts";
export { type Log, type LogFields, type LogLevel, silentLog } from "../base/log.ts";
export { type Entropy, systemEntropy } from "../crypto/entropy.ts";
export { type CryptoPort, type KeyPair, type PrivateKey } from "../crypto/port.ts";
export { type PublicKey } from "../crypto/public_key.ts";
export { type Dial, type Transport, type TransportEvents } from "../link/transport.ts";
export { type Findings, type Refused, type Signer, type Verified } from "../link/verified.ts";
export { type Address } from "../mesh/address.ts";
export { type Introducer } from "../mesh/introducer.ts";
export { type DialTarget } from "../mesh/planner.ts";
export * from "../store/port.ts";

export * from "./effects.ts";
export { type Door, openDoor } from "./http.ts";
export { ServerNode } from "./node.ts";
export { type RuntimeParts, ServerRuntime } from "./runtime.ts";
export { type ServerOptions } from "./state.ts";
