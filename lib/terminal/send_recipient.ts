/**
 * Whom `client send` is to reach.
 *
 * @module
 */

import type { ChatClient } from "../client/chat_client.ts";
import { type Id, toId } from "../protocol/ids.ts";
import { EVERYBODY } from "./command_table.ts";
import { personsOf } from "./persons.ts";
import { quoteLabel, resolve } from "./people.ts";
import { visible } from "./visible.ts";

/**
 * Finds whom a word of the command line means.
 *
 * @param client A client that is connected.
 * @param user A display name, short id or id, or `public`.
 * @param complain Takes a line that says why it means nobody.
 * @returns The id, or everybody; undefined if it means nobody.
 */
export function recipientOf(
  client: ChatClient,
  user: string,
  complain: (line: string) => void,
): Id | "public" | undefined {
  if (user.toLowerCase() === EVERYBODY) return EVERYBODY;
  const found = resolve(user, personsOf(client));
  if (found.kind === "one") return toId(found.id);
  const choices = found.kind === "ambiguous" ? found.candidates : found.suggestions;
  const hint = choices.length === 0
    ? ""
    : `: did you mean ${choices.map(quoteLabel).join(" or ")}?`;
  const problem = found.kind === "ambiguous" ? "is more than one person" : "is nobody known here";
  complain(`${visible(user)} ${problem}${hint}`);
  return undefined;
}
