/**
 * `client send <user> <text>`: one message from a script.
 *
 * @module
 */

import type { ChatClient } from "../client/chat_client.ts";
import type { ClientEvent } from "../client/events.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { recipientOf } from "./send_recipient.ts";
import { visible } from "./visible.ts";

/** What to send, and where to say how it went. */
export interface SendTask {
  /** A display name, short id or id, or `public`. */
  readonly user: string;
  /** What to tell; one of more than a block may take several frames (D4). */
  readonly text: string;
  /** Takes a line for people. */
  complain(line: string): void;
}

/**
 * Connects, sends one message and waits until it was taken, or not.
 *
 * @param client A client that has not been started.
 * @param task What to send.
 * @returns The exit code.
 */
export async function sendOne(client: ChatClient, task: SendTask): Promise<ExitCode> {
  const { promise, resolve: end } = Promise.withResolvers<ExitCode>();
  client.listen((event) => follow(client, task, event, end));
  client.start();
  const code = await promise;
  await client.stop();
  return code;
}

function follow(
  client: ChatClient,
  { user, text, complain }: SendTask,
  event: ClientEvent,
  end: (code: ExitCode) => void,
): void {
  switch (event.kind) {
    case "ready": {
      const to = recipientOf(client, user, complain);
      if (to === undefined) return end(EXIT.failed);
      if (to === "public") client.say(text);
      else client.tell(to, text);
      return;
    }
    case "delivery": {
      const { message } = event;
      if (message.state === "taken") return end(EXIT.fine);
      if (message.state !== "failed") return;
      complain(`not delivered: ${visible(message.why ?? "nobody said why")}`);
      const { keyBlocked } = message;
      return end(keyBlocked ? EXIT.keyNotTrusted : EXIT.failed);
    }
    case "gaveUp":
      complain(visible(event.reason));
      return end(event.cause === "untrusted" ? EXIT.keyNotTrusted : EXIT.refused);
    case "disconnected":
      if (client.busy) {
        complain(`not confirmed, perhaps not delivered: ${visible(event.reason)}`);
        return end(EXIT.failed);
      }
      complain(`cannot connect: ${visible(event.reason)}`);
      return end(EXIT.cannotConnect);
  }
}
