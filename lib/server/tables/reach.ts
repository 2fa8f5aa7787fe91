/**
 * What is heard of the servers of the mesh: what each last announced, over which link its frames come,
 * and until when its users are kept when nothing comes any more (§8.4).
 *
 * @module
 */

import type { Id } from "../../protocol/ids.ts";
import type { LinkId } from "../effects.ts";

/** Text of announces that is kept at the most, in UTF-16 units. */
export const MAX_ANNOUNCES = 32 * 1024 * 1024;

/** What a server last said of itself to everybody. */
export interface Announced {
  /** The frame, byte for byte, for those who ask for it. */
  readonly text: string;
  /** Its `ts`, Unix ms. */
  readonly ts: number;
  /** The servers it is linked to. */
  readonly links: ReadonlySet<Id>;
  /** Its users, all of them; undefined if it does not say. */
  readonly users: ReadonlySet<Id> | undefined;
}

/** What is heard of one server. */
export interface Heard {
  /** Its last announce to everybody; undefined for a server that makes none, as other teams' do. */
  announced: Announced | undefined;
  /** Its introduction to this server or to everybody, the newest: what is given to those who ask. */
  introduction: string | undefined;
  /** The link by which its frames come; undefined while it cannot be reached. */
  via: LinkId | undefined;
  /** Whether that link is the server's own. */
  direct: boolean;
  /** When one last came, Unix ms. */
  heardAt: number;
  /** When its users are given up, Unix ms; infinity while it can be reached. */
  graceUntil: number;
  /** When to look whether all users that the announce lists are known here, Unix ms. */
  compareAt: number;
  /** Before this the server is not asked again for users who are lacking, Unix ms. */
  nextAsk: number;
}

/** What is heard of all servers. */
export class Reach {
  readonly #heard = new Map<Id, Heard>();
  #size = 0;

  /** Of how many servers something was heard. */
  get count(): number {
    return this.#heard.size;
  }

  /** What is heard of a server, if anything was. */
  get(serverId: Id): Heard | undefined {
    return this.#heard.get(serverId);
  }

  /** What is heard of a server; a new entry if it is the first time. */
  of(serverId: Id): Heard {
    let heard = this.#heard.get(serverId);
    if (heard === undefined) {
      heard = {
        announced: undefined,
        introduction: undefined,
        via: undefined,
        direct: false,
        heardAt: 0,
        graceUntil: Infinity,
        compareAt: Infinity,
        nextAsk: 0,
      };
      this.#heard.set(serverId, heard);
    }
    return heard;
  }

  /**
   * A server announced itself. If too much text is kept, what is longest ago is forgotten: whoever is there
   * says it again.
   *
   * @param heard What was heard of it before.
   * @param announced What it says now.
   */
  announce(heard: Heard, announced: Announced): void {
    this.#keep(heard, announced.text, announced);
  }

  /**
   * A server introduced itself.
   *
   * @param heard What was heard of it before.
   * @param text The frame.
   */
  introduce(heard: Heard, text: string): void {
    this.#keep(heard, text, heard.announced);
  }

  #keep(heard: Heard, introduction: string, announced: Announced | undefined): void {
    this.#size -= sizeOf(heard);
    heard.introduction = introduction;
    heard.announced = announced;
    this.#size += sizeOf(heard);
    while (this.#size > MAX_ANNOUNCES) {
      const oldest = [...this.#heard.values()]
        .filter((one) => sizeOf(one) > 0)
        .reduce((one, other) => other.heardAt < one.heardAt ? other : one);
      this.#size -= sizeOf(oldest);
      oldest.introduction = undefined;
      oldest.announced = undefined;
    }
  }

  /** Every server of which something was heard. */
  all(): Iterable<readonly [Id, Heard]> {
    return this.#heard;
  }
}

/** Most servers' introduction is their announce, one text for both. */
function sizeOf({ introduction, announced }: Heard): number {
  const size = introduction?.length ?? 0;
  return announced === undefined || announced.text === introduction
    ? size
    : size + announced.text.length;
}
