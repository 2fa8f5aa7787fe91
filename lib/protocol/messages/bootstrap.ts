/**
 * How servers meet (§8.1).
 *
 * @module
 */

import * as v from "valibot";
import { binding, host, id, port, publicKey } from "./fields.ts";

/** Where a server is reached and by which key it is known: `SERVER_HELLO_JOIN`, `SERVER_ANNOUNCE`. */
export const serverIntroduction = v.object({ host, port, pubkey: publicKey, ...binding });

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

/** `SERVER_WELCOME`: the id given to the joiner and who is there already (D10). */
export const serverWelcome = v.object({
  assigned_id: id,
  servers: v.optional(v.array(listedServer)),
  clients: v.optional(v.array(listedClient)),
  ...binding,
});

/** An entry of a welcome that names a server. */
export type ListedServer = v.InferOutput<typeof listedServer>;
