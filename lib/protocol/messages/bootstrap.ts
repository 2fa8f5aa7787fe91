/**
 * How servers meet (§8.1).
 *
 * @module
 */

import * as v from "valibot";
import { channelDigest, epoch } from "./channel.ts";
import { base64url, binding, host, id, port, publicKey, receiver } from "./fields.ts";

/** Where a server is reached and by which key it is known. */
const introduction = { host, port, pubkey: publicKey, ...binding };

/** `SERVER_HELLO_JOIN`: may I come in? */
export const serverHelloJoin = v.object(introduction);

/** Servers that one announce lists at the most. */
export const MAX_LISTED_SERVERS = 4_096;

/** Users that one announce lists at the most: a frame of this many is below the limit of D6. */
export const MAX_LISTED_USERS = 20_000;

const listOf = (most: number) =>
  v.optional(v.pipe(v.array(id), v.maxLength(most, `expected at most ${most} ids`)));

/**
 * `SERVER_ANNOUNCE`: who speaks on this link, or, passed on by others, who is in the mesh. What stands
 * beside the introduction only our own servers say: others ignore it.
 */
export const serverAnnounce = v.object({
  ...introduction,
  /**
   * For whom it is, or whoever hears it could introduce himself with it (D9); `"*"` says that it is for
   * everybody and introduces nobody on a link.
   */
  receiver: v.optional(receiver),
  /** To be sent back signed: the proof of the key (D12). */
  nonce: v.optional(base64url),
  /** The servers that the author is linked to: who is among them need not be told by others. */
  links: listOf(MAX_LISTED_SERVERS),
  /** The author's users, all of them: who is not among them has left. */
  users: listOf(MAX_LISTED_USERS),
  /** The servers whose users the author lacks: they are asked to advertise them anew. */
  asks: listOf(MAX_LISTED_SERVERS),
  /** Which of their users. */
  lacks: listOf(MAX_LISTED_USERS),
  /** The servers whose keys the author does not know: the receiver is asked to introduce them. */
  seeks: listOf(MAX_LISTED_SERVERS),
  /** The best key of the public channel among those that the author's users were given (D23). */
  channel: v.optional(v.object({ epoch, channel_pub: channelDigest })),
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
  /** To be sent back signed: the proof of the joiner's key (D12). */
  nonce: v.optional(base64url),
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
