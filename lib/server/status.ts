/**
 * What a server tells its operator about itself: plain data, the same for a table on a terminal and for a
 * page.
 *
 * @module
 */

import type { Traffic } from "../link/link.ts";
import { addressText } from "../mesh/address.ts";
import type { Id } from "../protocol/ids.ts";
import type { LinkId } from "./effects.ts";
import { nextHop } from "./reachability.ts";
import type { ServerState } from "./state.ts";
import { type LinkEntry, ownerOf } from "./tables/links.ts";

/** One link to another server. */
export interface ServerLinkStatus {
  /** The server at the other end. */
  readonly server: Id;
  /** Where it is dialled, `host:port`; where it came from if that is not known. */
  readonly address: string;
  /** Who dialled: `out` if this server did. */
  readonly direction: "in" | "out";
  /** Whether the other end has shown on this link that it holds its key (D12). */
  readonly proven: boolean;
  /** Since when the link stands, Unix ms. */
  readonly since: number;
  /** When the last frame came, Unix ms. */
  readonly lastFrame: number;
  /** Bytes that wait to be sent. */
  readonly queuedBytes: number;
  /** Frames that came. */
  readonly framesIn: number;
  /** Frames that were handed to the connection. */
  readonly framesOut: number;
  /** The last thing that went wrong on this link; undefined if nothing has. */
  readonly lastError: string | undefined;
}

/** One server that is known and not linked to. */
export interface DistantServerStatus {
  /** Its id. */
  readonly server: Id;
  /** Where it is dialled, `host:port`. */
  readonly address: string;
  /** The linked server that passes its frames on; undefined if it cannot be reached. */
  readonly via: Id | undefined;
  /** Whether it is dialled: not where the operator forbids it, and not after a day of silence. */
  readonly dialled: boolean;
  /** When something of it was last heard, Unix ms; undefined for never since this server started. */
  readonly lastHeard: number | undefined;
}

/** A server, at one moment. */
export interface ServerStatus {
  /** The id of this server. */
  readonly server: Id;
  /** The address that others are told, `host:port`. */
  readonly address: string;
  /** The moment, Unix ms. */
  readonly at: number;
  /** Users connected to this server. */
  readonly localUsers: number;
  /** Users known to be connected elsewhere. */
  readonly remoteUsers: number;
  /** Messages that wait for a server that cannot be reached, or for its answer. */
  readonly pendingMessages: number;
  /** Links to servers, by server id. */
  readonly links: readonly ServerLinkStatus[];
  /** Servers without a link, by server id. */
  readonly distant: readonly DistantServerStatus[];
}

/**
 * What a server can tell of itself now.
 *
 * @param state The server.
 * @param trafficOf What a link has carried.
 * @param now Unix ms.
 */
export function statusOf(
  state: ServerState,
  trafficOf: (link: LinkId) => Traffic,
  now: number,
): ServerStatus {
  const links = [...state.links.serverEntries()].map((link) => linkStatus(state, link, trafficOf));
  const distant: DistantServerStatus[] = [];
  for (const { id, address, dialled } of state.servers.all()) {
    if (state.links.server(id) !== undefined) continue;
    const hop = nextHop(state, id);
    const heardAt = state.reach.get(id)?.heardAt ?? 0;
    distant.push({
      server: id,
      address: addressText(address),
      dialled,
      via: hop === undefined ? undefined : ownerOf(hop),
      lastHeard: heardAt === 0 ? undefined : heardAt,
    });
  }
  return {
    server: state.id,
    address: addressText(state.address),
    at: now,
    localUsers: state.users.localCount,
    remoteUsers: state.users.count - state.users.localCount,
    pendingMessages: state.waiting.count + state.deliveries.count,
    links: links.sort(byServer),
    distant: distant.sort(byServer),
  };
}

function linkStatus(
  state: ServerState,
  link: LinkEntry,
  trafficOf: (link: LinkId) => Traffic,
): ServerLinkStatus {
  const server = ownerOf(link);
  const known = state.servers.get(server);
  const { framesIn, framesOut, queuedBytes } = trafficOf(link.id);
  return {
    server,
    address: known === undefined ? link.remote : addressText(known.address),
    direction: link.target === undefined ? "in" : "out",
    proven: link.proven,
    since: link.linkedAt,
    lastFrame: link.lastHeard,
    queuedBytes,
    framesIn,
    framesOut,
    lastError: link.lastError,
  };
}

function byServer(one: { readonly server: Id }, other: { readonly server: Id }): number {
  return one.server < other.server ? -1 : 1;
}
