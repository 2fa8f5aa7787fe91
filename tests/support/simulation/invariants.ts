/**
 * What must be true of every server at every moment, and of all of them once there is peace.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { MAX_DELIVERIES } from "../../../lib/server/tables/deliveries.ts";
import { MAX_PINS } from "../../../lib/server/tables/servers.ts";
import { MAX_SEEN } from "../../../lib/server/state.ts";
import { MAX_WAITING } from "../../../lib/server/tables/waiting.ts";
import { MAX_SERVERS_DIALLED } from "../../../lib/mesh/planner.ts";
import { MAX_SHARES_TEXT } from "../../../lib/server/tables/key_shares.ts";
import { MAX_STRANGERS } from "../../../lib/server/tables/strangers.ts";
import type { ServerActor } from "../server_actor.ts";
import type { World } from "../world.ts";
import type { SimUser } from "./sim_user.ts";
import type { Edge } from "./topology.ts";

/** So many users no simulation invents: whoever is not forgotten would be found. */
const MAX_ONLINE = 20_000;

/** No table of a server grows without bound (THREATS 7). */
export function assertBounded({ name, node: { state } }: ServerActor): void {
  const bounds: [string, number, number][] = [
    ["seen", state.seen.size, MAX_SEEN],
    ["servers", state.servers.count, MAX_PINS],
    ["reach", state.reach.count, state.servers.count],
    ["strangers", state.strangers.count, MAX_STRANGERS],
    ["wanted", state.wanted.count, state.servers.count],
    ["waiting", state.waiting.size, MAX_WAITING],
    ["users", state.users.count, MAX_ONLINE],
    ["registrations", state.users.registrations, MAX_ONLINE],
    ["dials", state.planner.count, MAX_SERVERS_DIALLED],
    ["deliveries", state.deliveries.count, MAX_DELIVERIES],
    ["shares", state.keyShares.size, MAX_SHARES_TEXT],
    ["key needs", state.keyNeeds.count, MAX_ONLINE],
    ["fresh wraps", state.freshWraps.count, MAX_ONLINE],
    ["key lag", state.keyLag.count, state.users.localCount],
    ["asking links", state.roundLinks.size, [...state.links.all()].length],
  ];
  for (const [table, size, bound] of bounds) {
    assert(size <= bound, `${name}: ${size} entries in ${table}, at most ${bound}`);
  }
}

/** Whoever is connected to a server is there in its eyes, whoever else claims him (D15). */
export function assertAtHome({ name, node: { state } }: ServerActor): void {
  for (const { session } of state.links.all()) {
    if (session.phase !== "user") continue;
    const believed = state.users.get(session.peer)?.at;
    assertEquals(believed, "local", `${name}: a user who is connected to it, in its own eyes`);
  }
}

/** Once there is peace: every pair that can be linked is, once, and everybody believes the truth. */
export function assertAgreement(
  world: World,
  edges: readonly Edge[],
  users: readonly SimUser[],
): void {
  const { servers } = world;
  const truth = users.filter(({ home }) => home !== undefined)
    .map(({ name, home }) => `${name} at ${home?.name}`).sort();
  assert(truth.length > 0, "nobody is online: nothing was shown");
  const nameOf = (id: string) =>
    users.find((user) => user.id === id)?.name ?? servers.find((one) => one.id === id)?.name ?? id;
  for (const [number, { name, node: { state } }] of servers.entries()) {
    const neighbours = edges.filter((edge) => edge.includes(number))
      .map(([near, far]) => servers[near === number ? far : near]?.name ?? "");
    const linked = [...state.links.serverEntries()]
      .map(({ session }) => "peer" in session ? nameOf(session.peer ?? "") : "");
    assertEquals(linked.sort(), neighbours.sort(), `links of ${name}`);
    for (const other of neighbours) {
      assertEquals(world.network.connections(name, other), 1, `between ${name} and ${other}`);
    }
    const believed = [...state.users.all()].map((user) =>
      `${nameOf(user.id)} at ${user.at === "local" ? name : nameOf(user.server)}`
    ).sort();
    assertEquals(believed, truth, `users in the eyes of ${name}`);
    const strangers = servers.filter(({ id }) => id !== state.id && !state.servers.get(id));
    assertEquals(strangers.map((one) => one.name), [], `servers that ${name} does not know`);
  }
  for (const { name, home, view } of users) {
    if (home === undefined) continue;
    const seen = [...view].map(([user, server]) => `${nameOf(user)} at ${nameOf(server)}`);
    const others = truth.filter((line) => !line.startsWith(`${name} at `));
    assertEquals(seen.filter((line) => !line.startsWith(`${name} at `)).sort(), others, name);
  }
}
