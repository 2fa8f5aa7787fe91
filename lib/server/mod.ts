/**
 * A SOCP server: {@linkcode ServerNode} is the core without I/O, {@linkcode ServerRuntime} its edge, and
 * {@linkcode openDoor} lets people in.
 *
 * @module
 */

// What the server is given, and what it speaks of.
export * from "../base/clock.ts";
export * from "../base/log.ts";
export { type Rate } from "../base/token_bucket.ts";
export * from "../crypto/entropy.ts";
export * from "../crypto/port.ts";
export { type PublicKey } from "../crypto/public_key.ts";
export { DEFAULT_LIMITS, type LinkLimits, NO_LIMITS } from "../link/link_limits.ts";
export { type Session, type SessionEvent } from "../link/session.ts";
export { type Dial, type Transport, type TransportEvents } from "../link/transport.ts";
export * from "../link/verified.ts";
export { type Address } from "../mesh/address.ts";
export { type Admission } from "../mesh/admission.ts";
export { type AddressRange, type DialPolicy } from "../mesh/dial_policy.ts";
export { type Introducer } from "../mesh/introducer.ts";
export { type DialTarget, MeshPlanner } from "../mesh/planner.ts";
export { type ChannelKeyName } from "../protocol/channel_key.ts";
export * from "../store/port.ts";

export * from "./effects.ts";
export { type Door, openDoor } from "./http.ts";
export { type Introduction } from "./pinning.ts";
export { ServerNode } from "./node.ts";
export { type RuntimeParts, ServerRuntime } from "./runtime.ts";
export { type ServerOptions, ServerState } from "./state.ts";
export { type DistantServerStatus, type ServerLinkStatus, type ServerStatus } from "./status.ts";
export * from "./tables/deliveries.ts";
export { type Held, type KeyShares, type SignedShare, type Wrap } from "./tables/key_shares.ts";
export * from "./tables/links.ts";
export * from "./tables/servers.ts";
export * from "./tables/users.ts";
