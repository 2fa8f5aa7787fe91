/**
 * What others do, as the chat shows it: the events that are a line and nothing more.
 *
 * @module
 */

import type { ChatClient } from "../client/chat_client.ts";
import type { ClientEvent } from "../client/events.ts";
import { quoteLabel } from "./people.ts";
import { namedOf } from "./persons.ts";
import type { ChatEvent } from "./render.ts";
import { visible } from "./visible.ts";

/** An event that is a line. */
export type OthersEvent = Extract<
  ClientEvent,
  { kind: "presence" | "message" | "refused" | "keyChanged" | "serverError" }
>;

/**
 * Makes a line of an event.
 *
 * @param client The client that knows the people.
 * @param event What happened.
 * @param at When, Unix ms.
 * @returns What to show; undefined for nothing.
 */
export function shownEvent(
  client: ChatClient,
  event: OthersEvent,
  at: number,
): ChatEvent | undefined {
  const warning = (text: string): ChatEvent => ({ kind: "warning", at, text });
  switch (event.kind) {
    case "presence": {
      if (event.initial) return undefined;
      const { person } = event;
      return { kind: "presence", at, who: namedOf(client, person), here: person.online };
    }
    case "message": {
      const from = namedOf(client, event.from);
      const { text, ts: sentAt, received, encrypted } = event;
      const [toAll, plain] = [event.to === "public", !encrypted];
      return { kind: "message", at: received, from, text, sentAt, toAll, plain };
    }
    case "refused": {
      const who = event.from === undefined ? "somebody" : namedOf(client, event.from).label;
      return warning(`a message from ${who} is not shown: ${visible(event.reason)}`);
    }
    case "keyChanged": {
      const who = namedOf(client, event.person).label;
      return warning(
        `the key of ${who} has CHANGED, from ${event.known} to ${event.offered}.\n` +
          `Nothing is sent to ${who} until you compare fingerprints with them and type ` +
          `/trust ${quoteLabel(who)}`,
      );
    }
    case "serverError":
      return warning(`the server says ${visible(event.code)}: ${visible(event.detail)}`);
  }
}
