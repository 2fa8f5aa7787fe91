/**
 * What each server believes about who is where, asked as any user can ask it (D28), and compared with the
 * truth.
 *
 * @module
 */

import { LinkError } from "../../../lib/protocol/errors.ts";
import type { RealPerson } from "../real_people.ts";

/** Who is where: user id to server id. */
export type Table = ReadonlyMap<string, string>;

/**
 * Asks a server through one of its users.
 *
 * @param asker The user.
 * @returns What the server says; a text that says why not if it does not answer.
 */
export async function tableOf(asker: RealPerson | undefined): Promise<Table | string> {
  if (asker === undefined) return "nobody lives there who could ask";
  try {
    const users = await asker.client.list();
    const table = new Map(users.map(({ user_id, server_id }) => [user_id, server_id]));
    return table.size === users.length ? table : "it lists somebody twice";
  } catch (error) {
    if (error instanceof LinkError) return error.message;
    throw error;
  }
}

/**
 * Compares a table with the truth.
 *
 * @param table What a server says.
 * @param truth How it is.
 * @returns Each difference in a line; empty if there is none.
 */
export function differences(table: Table | string, truth: Table): string[] {
  if (typeof table === "string") return [table];
  const missing = [...truth].flatMap(([user, server]) => {
    const said = table.get(user);
    if (said === server) return [];
    return said === undefined
      ? [`does not list ${user}, who is on ${server}`]
      : [`lists ${user} on ${said}, who is on ${server}`];
  });
  const ghosts = [...table].filter(([user]) => !truth.has(user))
    .map(([user, server]) => `lists ${user} on ${server}, who is nowhere`);
  return [...missing, ...ghosts];
}
