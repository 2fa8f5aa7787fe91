/**
 * `client listen --json`: what happens, for scripts, one JSON object a line.
 *
 * @module
 */

import type { ChatClient } from "../client/chat_client.ts";
import type { ClientEvent } from "../client/events.ts";
import type { Clock } from "../base/clock.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { formatJsonEvent, type JsonEvent } from "./json_events.ts";

/** What listening needs. */
export interface ListenParts {
  /** A client that has not been started. */
  readonly client: ChatClient;
  /** The `ts` of each line, and what `retry_in` counts from. */
  readonly clock: Clock;
  /** The address that is connected to, as given. */
  readonly url: string;
  /** Takes one line of output. */
  print(line: string): void;
}

/**
 * Listens until told to stop, or until the server refuses this user. A server that cannot be reached at
 * the first try ends it; one that is lost later is tried again.
 *
 * @param parts What it needs.
 * @param stop Resolves when it shall end, with the exit code.
 * @returns The exit code.
 */
export async function listenOn(parts: ListenParts, stop: Promise<ExitCode>): Promise<ExitCode> {
  const { client, print } = parts;
  const { promise, resolve: end } = Promise.withResolvers<ExitCode>();
  let everConnected = false;
  client.listen((event) => {
    if (event.kind === "connected") everConnected = true;
    for (const line of jsonOf(parts, event)) print(formatJsonEvent(line));
    if (event.kind === "gaveUp") {
      end(event.cause === "untrusted" ? EXIT.keyNotTrusted : EXIT.refused);
    }
    if (event.kind === "disconnected" && !everConnected) end(EXIT.cannotConnect);
  });
  client.start();
  const code = await Promise.race([promise, stop]);
  await client.stop();
  return code;
}

function jsonOf({ client, clock, url }: ListenParts, event: ClientEvent): JsonEvent[] {
  const ts = clock.now();
  switch (event.kind) {
    case "connected":
      return [{ type: "connected", server: url, server_id: event.server, user: client.userId, ts }];
    case "disconnected": {
      const { reason, retryAt } = event;
      return [{ type: "disconnected", reason, retry_in: Math.max(0, retryAt - ts), ts }];
    }
    case "presence": {
      const { id, name, online } = event.person;
      return [{ type: "presence", user: id, ...(name === undefined ? {} : { name }), online, ts }];
    }
    case "message": {
      const { from: { id, name }, text, ts: sent, received } = event;
      return [{
        type: "message",
        from: id,
        ...(name === undefined ? {} : { from_name: name }),
        to: client.userId,
        text,
        ts: sent,
        received,
        verified: true,
      }];
    }
    case "refused": {
      const { from, reason, received } = event;
      const name = from?.name;
      return [{
        type: "refused",
        from: from?.id ?? "",
        ...(name === undefined ? {} : { from_name: name }),
        received,
        reason,
      }];
    }
    case "keyChanged":
      return [{
        type: "error",
        code: "KEY_CHANGED",
        detail: `${event.person.id}: known ${event.known}, offered ${event.offered}`,
        ts,
      }];
    case "serverError":
      return [{ type: "error", code: event.code, detail: event.detail, ts }];
    case "gaveUp":
      return [{ type: "error", code: event.cause.toUpperCase(), detail: event.reason, ts }];
    case "delivery":
    case "file":
    case "ready":
      return [];
  }
}
