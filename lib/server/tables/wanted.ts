/**
 * Whose advertisements were asked for over which links: what says nothing new here is passed on to these
 * alone.
 *
 * @module
 */

import type { Id } from "../../protocol/ids.ts";
import type { LinkId } from "../effects.ts";

/** How long an answer may take, in ms. */
export const WANTED_MS = 15_000;

/** The questions that were passed on. */
export class Wanted {
  readonly #wanted = new Map<Id, Map<LinkId, number>>();

  /** Of how many servers the users were asked for. */
  get count(): number {
    return this.#wanted.size;
  }

  /**
   * Somebody asked for the users of a server.
   *
   * @param server Whose users.
   * @param link Where the question came from.
   * @param now Unix ms.
   */
  add(server: Id, link: LinkId, now: number): void {
    this.links(server, now);
    const links = this.#wanted.get(server) ?? new Map<LinkId, number>();
    this.#wanted.set(server, links.set(link, now + WANTED_MS));
  }

  /**
   * Who asked for the users of a server not long ago.
   *
   * @param server Whose users.
   * @param now Unix ms.
   * @returns The links.
   */
  links(server: Id, now: number): LinkId[] {
    const links = this.#wanted.get(server);
    if (links === undefined) return [];
    for (const [link, until] of links) if (until <= now) links.delete(link);
    if (links.size === 0) this.#wanted.delete(server);
    return [...links.keys()];
  }
}
