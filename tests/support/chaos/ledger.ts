/**
 * What became of every message of a storm, as its sender was told and as its recipient saw it, and whether
 * the two go together. Knows no server and no socket.
 *
 * @module
 */

/**
 * How long a message may be on the way from its recipient's server to the recipient's eyes when the sender
 * has heard of its acknowledgement already, in ms. A kill takes with it what is on that way.
 */
export const INSTANT_MS = 1_000;

/** What a sender was told. */
export type Outcome =
  /** The recipient's server has taken the message (§9.2). */
  | { readonly kind: "acknowledged"; readonly at: number }
  /** It has not, or nobody knows. */
  | { readonly kind: "failed"; readonly why: string; readonly at: number };

/** A server was killed. */
export interface Kill {
  /** Which server. */
  readonly server: number;
  /** When, in ms of the ledger's time. */
  readonly at: number;
}

/** One message of the storm. Its text is its name: no two are alike. */
export interface Message {
  readonly text: string;
  /** The sender's user id. */
  readonly from: string;
  /** The recipient's user id. */
  readonly to: string;
  /** The server that the recipient lives on. */
  readonly home: number;
  /** When it was typed, in ms of the ledger's time. */
  readonly at: number;
}

interface Entry extends Message {
  readonly outcomes: Outcome[];
  /** Who was shown it, and as whose. */
  readonly shown: { readonly to: string; readonly from: string; readonly at: number }[];
}

/** What a ledger says at the end. */
export interface Verdict {
  /** Each broken rule, in a line; empty if all were kept. */
  readonly broken: readonly string[];
  /** Acknowledged by a server that was killed before it had passed the message on: in a line each. */
  readonly lost: readonly string[];
  readonly figures: Figures;
}

/** How many messages went which way. */
export interface Figures {
  readonly accepted: number;
  readonly acknowledged: number;
  readonly failed: number;
  /** Failed by what the sender was told, and delivered all the same: nobody could know better. */
  readonly failedButDelivered: number;
  /** How often each reason of a failure was given, its ids taken out. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Keeps account of the messages of one storm. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #strange: string[] = [];
  /** When each user was welcomed by a server. */
  readonly #welcomes = new Map<string, number[]>();

  /** A user has typed a message. */
  accepted(message: Message): void {
    if (this.#entries.has(message.text)) throw new Error(`typed twice: ${message.text}`);
    this.#entries.set(message.text, { ...message, outcomes: [], shown: [] });
  }

  /** The sender was told what became of a message. */
  settled(text: string, outcome: Outcome): void {
    const entry = this.#entries.get(text);
    if (entry === undefined) this.#strange.push(`an outcome for what nobody typed: ${brief(text)}`);
    else entry.outcomes.push(outcome);
  }

  /**
   * Somebody was shown a message.
   *
   * @param text The message.
   * @param from Whose it is said to be.
   * @param to Who was shown it.
   * @param at When, in ms of the ledger's time.
   */
  delivered(text: string, from: string, to: string, at: number): void {
    const entry = this.#entries.get(text);
    if (entry === undefined) {
      this.#strange.push(`${to} was shown what nobody typed: ${brief(text)}`);
    } else entry.shown.push({ from, to, at });
  }

  /** A user was welcomed by a server, for the first time or again. */
  welcomed(user: string, at: number): void {
    const before = this.#welcomes.get(user);
    if (before === undefined) this.#welcomes.set(user, [at]);
    else before.push(at);
  }

  /** Messages of a user without an outcome. */
  openOf(user: string): number {
    return this.#count(({ from, outcomes }) => from === user && outcomes.length === 0);
  }

  /** Messages without an outcome. */
  get open(): number {
    return this.#count(({ outcomes }) => outcomes.length === 0);
  }

  /** Acknowledged messages that nobody was shown. */
  get missing(): number {
    return this.#count((entry) => kindOf(entry) === "acknowledged" && entry.shown.length === 0);
  }

  /** How it stands, for a line of progress. */
  toString(): string {
    const { accepted, acknowledged, failed } = this.#figures();
    return `${accepted} accepted, ${acknowledged} acknowledged, ${failed} failed, ${this.open} open`;
  }

  /**
   * Judges, when all is over.
   *
   * An acknowledgement says that the recipient's server has taken the message (§9.2, D21), not that the
   * recipient has read it, and a server keeps what it has taken in memory alone. So there is one exception to
   * "acknowledged and delivered exactly once", which such a server cannot avoid: it was killed while the message was
   * on the last stretch, in its own memory or in the two ends of the recipient's socket, whose unread bytes
   * are gone when the dead process's end is reset. Such messages are listed and never hidden, and only an
   * acknowledgement that the killed process itself must have given counts as one: heard not earlier than
   * {@linkcode INSTANT_MS} before the kill, and before the recipient was welcomed again, since nobody else
   * could have taken the message for the recipient meanwhile.
   *
   * @param kills Every kill of the storm.
   */
  judge(kills: readonly Kill[]): Verdict {
    const broken = [...this.#strange];
    const lost: string[] = [];
    for (const entry of this.#entries.values()) {
      broken.push(...misdelivered(entry), ...contradictory(entry));
      if (kindOf(entry) !== "acknowledged" || entry.shown.length > 0) continue;
      if (!this.#isLostWithServer(entry, kills)) {
        broken.push(`acknowledged, never delivered: ${story(entry, kills)}`);
      } else lost.push(story(entry, kills));
    }
    return { broken, lost, figures: this.#figures() };
  }

  #isLostWithServer({ to, home, at, outcomes }: Entry, kills: readonly Kill[]): boolean {
    const heard = outcomes[0]?.at ?? Infinity;
    const welcomes = this.#welcomes.get(to) ?? [];
    return kills.some((kill) => {
      const back = welcomes.find((welcome) => welcome > kill.at) ?? Infinity;
      return kill.server === home && at <= kill.at && heard >= kill.at - INSTANT_MS && heard < back;
    });
  }

  #figures(): Figures {
    const entries = [...this.#entries.values()];
    const failed = entries.filter((entry) => kindOf(entry) === "failed");
    const reasons: Record<string, number> = {};
    for (const { outcomes } of failed) {
      const why = outcomes[0]?.kind === "failed" ? withoutIds(outcomes[0].why) : "";
      reasons[why] = (reasons[why] ?? 0) + 1;
    }
    return {
      accepted: entries.length,
      acknowledged: this.#count((entry) => kindOf(entry) === "acknowledged"),
      failed: failed.length,
      failedButDelivered: failed.filter(({ shown }) => shown.length > 0).length,
      reasons,
    };
  }

  #count(fits: (entry: Entry) => boolean): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (fits(entry)) count++;
    return count;
  }
}

function kindOf({ outcomes }: Entry): Outcome["kind"] | undefined {
  return outcomes[0]?.kind;
}

/** Nobody else is shown a message, nobody is shown it twice, nobody as somebody else's. */
function misdelivered(entry: Entry): string[] {
  const broken: string[] = [];
  if (entry.shown.length > 1) {
    broken.push(`delivered ${entry.shown.length} times: ${story(entry, [])}`);
  }
  for (const { to, from } of entry.shown) {
    if (to !== entry.to) broken.push(`delivered to ${to}: ${story(entry, [])}`);
    if (from !== entry.from) broken.push(`delivered as from ${from}: ${story(entry, [])}`);
  }
  return broken;
}

/** A sender is told one outcome, and one only. */
function contradictory(entry: Entry): string[] {
  if (entry.outcomes.length === 1) return [];
  const told = entry.outcomes.map(({ kind }) => kind).join(", then ");
  return [`${told === "" ? "no outcome" : told}: ${story(entry, [])}`];
}

/** Everything that is known about a message, with the kills of its recipient's server while it was under way. */
function story(entry: Entry, kills: readonly Kill[]): string {
  const { at, from, to, home, outcomes, shown } = entry;
  const last = Math.max(at, ...outcomes.map((outcome) => outcome.at)) + INSTANT_MS;
  const events = [
    { at, what: `typed by ${from} for ${to} on server ${home}` },
    ...outcomes.map((outcome) => ({
      at: outcome.at,
      what: outcome.kind === "failed" ? `failed (${outcome.why})` : "acknowledged",
    })),
    ...shown.map((one) => ({ at: one.at, what: `shown to ${one.to}` })),
    ...kills.filter((kill) => kill.server === home && kill.at >= at && kill.at <= last)
      .map((kill) => ({ at: kill.at, what: `server ${home} killed` })),
  ].sort((one, other) => one.at - other.at);
  const told = events.map(({ at, what }) => `${what} at ${(at / 1000).toFixed(3)} s`).join(", ");
  return `${brief(entry.text)}: ${told}`;
}

function brief(text: string): string {
  return JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text);
}

function withoutIds(why: string): string {
  return why.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…");
}
