/**
 * How servers meet (§8.1).
 *
 * @module
 */

import * as v from "valibot";
import { binding, host, id, port, publicKey } from "./fields.ts";

/** Where a server is reached and by which key it is known: `SERVER_HELLO_JOIN`, `SERVER_ANNOUNCE`. */
export const serverIntroduction = v.object({
  host,
  port,
  pubkey: publicKey,
  /** For whom it is, as our own frames say, or whoever hears it could introduce himself with it (D9). */
  receiver: v.optional(id),
  ...binding,
});

/** One server of the mesh in a welcome. */
const listedServer = v.object({ server_id: id, host, port, pubkey: publicKey });

/**
 * One entry of the standard's `clients` list. Some teams list servers there (D10), so every member is
 * optional and the joiner sorts them.
 */
const listedClient = v.object({
  user_id: v.optional(id),
  server_id: v.optional(id),
  host: v.optional(host),
  port: v.optional(port),
  pubkey: v.optional(publicKey),
});

/**
 * `SERVER_WELCOME`: the id given to the joiner and who is there already (D10). Whether an entry is a good
 * one is asked of each by itself: one that is not must not keep a server out of the mesh.
 */
export const serverWelcome = v.object({
  assigned_id: id,
  servers: v.optional(v.array(v.unknown())),
  clients: v.optional(v.array(v.unknown())),
  ...binding,
});

/** An entry of a welcome that names a server. */
export type ListedServer = v.InferOutput<typeof listedServer>;

/**
 * The servers among what a welcome lists, under whichever name (D10).
 *
 * @param welcome The payload.
 * @param isUser Whether a user of this id is known.
 * @returns The entries whose form is right, in order.
 */
export function serversOf(
  { servers, clients }: Pick<v.InferOutput<typeof serverWelcome>, "servers" | "clients">,
  isUser: (id: string) => boolean,
): ListedServer[] {
  const found: unknown[] = [...servers ?? []];
  for (const entry of clients ?? []) {
    const client = v.safeParse(listedClient, entry);
    if (!client.success) continue;
    const { server_id, user_id, ...rest } = client.output;
    // A list without `servers` means servers by `clients`, unless a user of that id is known.
    const id = server_id ?? (servers === undefined ? user_id : undefined);
    if (id !== undefined && !isUser(id)) found.push({ server_id: id, ...rest });
  }
  return found.flatMap((entry) => {
    const server = v.safeParse(listedServer, entry);
    return server.success ? [server.output] : [];
  });
}
