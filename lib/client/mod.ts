/**
 * The client library: {@linkcode ChatClient} and what it is made of.
 *
 * @module
 */

export * from "./chat_client.ts";
export * from "./events.ts";
export * from "./key_book.ts";
export { type MessageState, type OutgoingMessage } from "./outgoing.ts";
export { type Person } from "./roster.ts";
