/**
 * What a server tells its operator about itself: plain data, the same for a table on a terminal and for a
 * page.
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";

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
