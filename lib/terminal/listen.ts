/**
 * `client listen --json`: what happens, for scripts, one JSON object a line.
 *
 * @module
 */

import type { ChatClient } from "../client/chat_client.ts";
import type { ClientEvent } from "../client/events.ts";
import type { Clock } from "../base/clock.ts";
import { FileError } from "../client/file_ports.ts";
import type { Transfer } from "../client/transfer.ts";
import type { FileClient } from "./chat_files.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { FileEvents } from "./file_events.ts";
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
  /** Answers to the files that are offered; undefined leaves them lying. */
  readonly files?: {
    /** Accepts and rejects. */
    readonly client: Pick<FileClient, "accept" | "reject">;
    /** The most bytes of a file that is accepted; larger ones are rejected. Undefined does neither. */
    readonly acceptUpTo?: number;
  };
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
  const files = new FileEvents();
  client.listen((event) => {
    if (event.kind === "connected") everConnected = true;
    for (const line of jsonOf(parts, files, event)) print(formatJsonEvent(line));
    if (event.kind === "file") {
      for (const line of answer(parts, event.transfer)) print(formatJsonEvent(line));
    }
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

/** Accepts what is small enough, if files are accepted at all; tells of what cannot be accepted. */
function answer({ clock, files }: ListenParts, transfer: Transfer): JsonEvent[] {
  if (
    files?.acceptUpTo === undefined || transfer.direction !== "in" || transfer.state !== "offered"
  ) return [];
  try {
    if (transfer.size <= files.acceptUpTo) files.client.accept(transfer);
    else files.client.reject(transfer);
    return [];
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const detail = `file ${transfer.number} cannot be accepted: ${error.message}`;
    return [{ type: "error", code: "FILE", detail, ts: clock.now() }];
  }
}

function jsonOf(parts: ListenParts, files: FileEvents, event: ClientEvent): JsonEvent[] {
  const { client, clock, url } = parts;
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
      const { from: { id, name }, text, ts: sent, received, to, encrypted } = event;
      const from = { from: id, ...(name === undefined ? {} : { from_name: name }) };
      return [{
        type: "message",
        ...from,
        to: to === "public" ? to : client.userId,
        text,
        ...(encrypted ? {} : { encrypted }),
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
    case "file":
      return files.next(event.transfer, ts);
    case "delivery":
    case "ready":
      return [];
  }
}
