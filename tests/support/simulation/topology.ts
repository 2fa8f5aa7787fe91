/**
 * Who can reach whom.
 *
 * @module
 */

import type { Seeded } from "../seeded.ts";

/** The shapes of a network. */
export const TOPOLOGIES = ["full", "ring", "star", "line", "random"] as const;

/** The shape of a network. */
export type Topology = (typeof TOPOLOGIES)[number];

/** Two servers that can reach each other, by number, the smaller first. */
export type Edge = readonly [number, number];

/**
 * The pairs that can reach each other: each server has one with a smaller number, so all hang together.
 *
 * @param topology The shape.
 * @param count How many servers.
 * @param fate What decides in a network of random shape.
 */
export function edgesOf(topology: Topology, count: number, fate: Seeded): Edge[] {
  const edges: Edge[] = [];
  for (let far = 1; far < count; far++) {
    const lucky = fate.below(far);
    for (let near = 0; near < far; near++) {
      if (isEdge(topology, near, far, count) ?? (near === lucky || fate.below(3) === 0)) {
        edges.push([near, far]);
      }
    }
  }
  return edges;
}

/** Undefined where chance decides. */
function isEdge(topology: Topology, near: number, far: number, count: number): boolean | undefined {
  switch (topology) {
    case "full":
      return true;
    case "star":
      return near === 0;
    case "line":
      return far === near + 1;
    case "ring":
      return far === near + 1 || (near === 0 && far === count - 1);
    case "random":
      return undefined;
  }
}
