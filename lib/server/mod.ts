/**
 * A SOCP server: {@linkcode ServerNode} is the core without I/O, {@linkcode ServerRuntime} its edge, and
 * {@linkcode openDoor} lets people in.
 *
 * @module
 */

export * from "./effects.ts";
export { type Door, openDoor } from "./http.ts";
export { ServerNode } from "./node.ts";
export { type RuntimeParts, ServerRuntime } from "./runtime.ts";
export { type ServerOptions } from "./state.ts";
