/**
 * What a server believes, as data that can be compared.
 *
 * @module
 */

import type { ServerState } from "../../lib/server/state.ts";

/** Everything in the tables of a server that a frame could change, in a fixed order. */
export function tablesOf(state: Readonly<ServerState>) {
  return {
    id: state.id,
    users: [...state.users.all()].map((user) => ({
      id: user.id,
      server: user.at === "local" ? state.id : user.server,
      key: user.key,
      meta: user.meta,
      ts: user.at === "local" ? user.advert.ts : user.ts,
    })).sort(byId),
    registered: [...state.users.all()].map(({ id }) => ({
      id,
      record: state.users.registration(id),
    })).sort(byId),
    servers: [...state.servers.all()].sort(byId),
    links: [...state.links.serverEntries(), ...state.users.local()]
      .map((entry) => "session" in entry && "peer" in entry.session ? entry.session.peer : entry.id)
      .map(String).sort(),
  };
}

/** Who is where, without what only one server can know: all servers must agree on it. */
export function presenceOf(state: Readonly<ServerState>) {
  return tablesOf(state).users.map(({ id, server, key }) => ({ id, server, key }));
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}
