/**
 * The people of a chat client as the terminal addresses them.
 *
 * @module
 */

import type { ChatClient } from "../client/chat_client.ts";
import type { Person as KnownPerson } from "../client/roster.ts";
import { label, type Person } from "./people.ts";
import type { Named } from "./render.ts";

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

function personOf({ id, name, lastSpoken }: KnownPerson): Person {
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(lastSpoken === undefined ? {} : { lastSpoken }),
  };
}
