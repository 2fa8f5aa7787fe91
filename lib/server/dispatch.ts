/**
 * From a message to its handler. The tables are typed over the catalog: a message without a handler, or
 * a handler without a message, does not compile.
 *
 * @module
 */

import type { Verified, VerifiedOf } from "../link/verified.ts";
import { CATALOG, type MessageType, type ReceivedBy } from "../protocol/catalog.ts";
import type { Effect } from "./effects.ts";
import { announceHandlers } from "./handlers/announce.ts";
import { bootstrapHandlers } from "./handlers/bootstrap.ts";
import { channelHandlers } from "./handlers/channel.ts";
import { directHandlers } from "./handlers/direct.ts";
import { directoryHandlers } from "./handlers/directory.ts";
import { everybodyHandlers } from "./handlers/everybody.ts";
import { healthHandlers } from "./handlers/health.ts";
import { helloHandlers } from "./handlers/hello.ts";
import { presenceHandlers } from "./handlers/presence.ts";
import type { Handler, HandlersOf, ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";

type ServerMessage = ReceivedBy<"server">;

const HANDLERS: HandlersOf<ServerMessage> = {
  ...announceHandlers,
  ...bootstrapHandlers,
  ...channelHandlers,
  ...directHandlers,
  ...directoryHandlers,
  ...everybodyHandlers,
  ...healthHandlers,
  ...helloHandlers,
  ...presenceHandlers,
};

/**
 * Hands a verified message to its handler.
 *
 * @param state The server.
 * @param link The link it came by.
 * @param message The message.
 * @param now Unix ms.
 * @returns What is to be done.
 * @throws {ProtocolError} If the message cannot be taken as the tables are now.
 */
export function dispatch(
  state: ServerState,
  link: LinkEntry,
  message: Verified,
  now: number,
): Effect[] {
  if (!isForServer(message)) {
    throw new TypeError(`the ingress let a ${message.type} through to a server`);
  }
  return handle(state, link, message, now);
}

/** One type at a time the two tables agree; TypeScript sees that only through a type parameter. */
function handle<T extends ServerMessage>(
  state: ServerState,
  link: LinkEntry,
  message: VerifiedOf<T>,
  now: number,
): Effect[] {
  const handler: Handler<T> = HANDLERS[message.type];
  return handler(state, link, message, now);
}

function isForServer(message: Verified): message is Extract<Verified, { type: ServerMessage }> {
  const type: MessageType = message.type;
  return CATALOG[type].receiver !== "user";
}
