/**
 * The people of a chat client as the terminal addresses them.
 *
 * @module
 */

import type { ChatClient, ListedUser } from "../client/chat_client.ts";
import type { Person as KnownPerson } from "../client/roster.ts";
import { toId } from "../protocol/ids.ts";
import { label, labels, type Person, shownName } from "./people.ts";
import type { Named } from "./render.ts";
import { width } from "./width.ts";

/** Names in the greeting: beyond them `/list` is the better place. */
const MOST_GREETED = 20;

/** Columns for a name in `/list`. */
const NAME_COLUMNS = 20;

/**
 * Everybody who can be addressed.
 *
 * @param client The client.
 * @returns The people, online or not.
 */
export function personsOf(client: ChatClient): Person[] {
  return client.people().map(personOf);
}

/**
 * A person with the label that is shown.
 *
 * @param client The client that knows the person.
 * @param person Whom.
 * @returns The id and the label.
 */
export function namedOf(client: ChatClient, person: KnownPerson): Named {
  return { id: person.id, label: label(personOf(person), personsOf(client)) };
}

/**
 * Who is online, for the greeting.
 *
 * @param client The client.
 * @returns One line; everything in it is harmless.
 */
export function hereText(client: ChatClient): string {
  const shown = labels(personsOf(client));
  const here = client.people().filter(({ online }) => online).map(({ id }) => shown.get(id) ?? id);
  if (here.length === 0) return "nobody else is here yet";
  const more = here.length - MOST_GREETED;
  const named = here.slice(0, MOST_GREETED).join(", ");
  return `here: ${named}${more > 0 ? ` and ${more} more, whom /list shows` : ""}`;
}

/**
 * The answer to `/list` as a table. Of very many people it names as many as fit into a frame; the client has
 * heard of everybody (D18).
 *
 * @param client Who asked, and knows the people.
 * @param users What the server answered.
 * @returns Several lines; everything in them is harmless.
 */
export function listText(client: ChatClient, users: readonly ListedUser[]): string {
  const shown = labels(personsOf(client));
  const rows = users.map(({ user_id, server_id, display_name }) => {
    const id = toId(user_id);
    const own = id === client.userId;
    const name = shownName(display_name ?? "");
    const called = own
      ? name === "" ? "you" : name
      : shown.get(id) ?? label({ id, name }, personsOf(client));
    const padding = " ".repeat(Math.max(0, NAME_COLUMNS - width(called)));
    const where = toId(server_id) === client.server?.server
      ? "here"
      : `on server ${server_id.slice(0, 8)}`;
    return `  ${called}${padding} ${id.slice(0, 8)}  ${where}${own ? "  (you)" : ""}`;
  });
  const listed = new Set(users.map(({ user_id }) => toId(user_id)));
  const unlisted = client.people().filter(({ id, online }) => online && !listed.has(id)).length;
  const more = unlisted === 0 ? [] : [`  and ${unlisted} more, not in the server's list`];
  return [`${users.length} online:`, ...rows, ...more].join("\n");
}

function personOf({ id, name, lastSpoken }: KnownPerson): Person {
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(lastSpoken === undefined ? {} : { lastSpoken }),
  };
}
