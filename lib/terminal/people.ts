/**
 * Addressing people: by display name, by the short id shown where a name is not enough, or by full id. Nobody ever
 * has to type a UUID, and nobody can take another's place by choosing a deceiving name.
 *
 * A name stands alone only if it is the only one of its kind and looks like nothing else; otherwise it is shown and
 * typed as `bob·81b637d8`. Ids always win over names.
 *
 * @module
 */

import { nearest } from "../base/edit_distance.ts";
import { visible } from "./visible.ts";

/** Somebody who can be written to. */
export interface Person {
  /** The user id, a lower-cased UUID. */
  readonly id: string;
  /** `meta.display_name` as the person chose it: never shown as it is. */
  readonly name?: string;
  /** When we last wrote or read each other, milliseconds since 1970. */
  readonly lastSpoken?: number;
}

/** Whom a typed name means. */
export type Resolution =
  | { readonly kind: "one"; readonly id: string }
  | { readonly kind: "none"; readonly suggestions: readonly string[] }
  | { readonly kind: "ambiguous"; readonly candidates: readonly string[] };

/** Between a name and a short id. */
const SEPARATOR = "·";
const SHORTEST_ID = 8;
const LONGEST_NAME = 32;
const ID_LIKE = /^[0-9a-f]{8}[0-9a-f-]*$/;
/** What a name may not begin with if it is to stand alone. */
const ID_BEGUN = /^[0-9a-f]{8}(?![g-z])/;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * A display name as it is shown: harmless, on one line, at most 32 characters.
 *
 * @example
 * ```ts
 * import { shownName } from "./people.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shownName(" Bob \x1b Smith"), "Bob ␛ Smith");
 * ```
 *
 * @param name What the person chose.
 * @returns The name, or "" if nothing of it can be seen.
 */
export function shownName(name: string): string {
  const line = oneLine(name);
  const chars = Array.from(graphemes.segment(line), ({ segment }) => segment);
  return chars.length <= LONGEST_NAME ? line : `${chars.slice(0, LONGEST_NAME - 1).join("")}…`;
}

/**
 * The beginning of an id that nobody else's id has: eight characters, more if needed.
 *
 * @example
 * ```ts
 * import { shortId } from "./people.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const id = "81b637d8-fcd2-46da-a359-e6963113a117";
 * assertEquals(shortId(id, []), "81b637d8");
 * assertEquals(shortId(id, [{ id: "81b637d8-0000-4000-8000-000000000000" }]), "81b637d8-f");
 * ```
 *
 * @param id A user id.
 * @param people Everybody known; whether the person is among them does not matter.
 * @returns A prefix of the id.
 */
export function shortId(id: string, people: readonly Person[]): string {
  return apart(id, people.map((other) => other.id).filter((other) => other !== id));
}

/**
 * What a person is called here: a label that {@linkcode resolve} brings back to the same id.
 *
 * @example
 * ```ts
 * import { label } from "./people.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bob = { id: "81b637d8-fcd2-46da-a359-e6963113a117", name: "bob" };
 * const other = { id: "92c748e9-0de3-47eb-b46a-f7a74224b228", name: "Bob" };
 * assertEquals(label(bob, [bob]), "bob");
 * assertEquals(label(bob, [bob, other]), "bob·81b637d8");
 * ```
 *
 * @param person Whom.
 * @param people Everybody known.
 * @returns The name alone where it is unmistakable, else with the short id, the short id alone without a name.
 */
export function label(person: Person, people: readonly Person[]): string {
  const key = nameKey(person);
  const isTaken = people.some((other) => other.id !== person.id && nameKey(other) === key);
  return composed(person, isTaken, shortId(person.id, people));
}

/**
 * A label as it is typed in a command: in quotes if it has spaces.
 *
 * @example
 * ```ts
 * import { quoteLabel } from "./people.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quoteLabel("bob"), "bob");
 * assertEquals(quoteLabel("Bob Smith"), '"Bob Smith"');
 * ```
 *
 * @param text A label.
 * @returns The same, quoted where needed.
 */
export function quoteLabel(text: string): string {
  return /[\s"\\]/u.test(text) ? `"${text.replace(/["\\]/gu, "\\$&")}"` : text;
}

/**
 * Finds whom a reference means. A full id wins, then `name·id`, then the beginning of an id (eight characters or more),
 * then a name in any case.
 *
 * @example
 * ```ts
 * import { resolve } from "./people.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bob = { id: "81b637d8-fcd2-46da-a359-e6963113a117", name: "Bob" };
 * assertEquals(resolve("bob", [bob]), { kind: "one", id: bob.id });
 * assertEquals(resolve("bbo", [bob]), { kind: "none", suggestions: ["Bob"] });
 * ```
 *
 * @param ref What was typed, without quotes.
 * @param people Everybody known.
 * @returns The id, or labels to choose from.
 */
export function resolve(ref: string, people: readonly Person[]): Resolution {
  const key = fold(oneLine(ref));
  const whole = people.find((person) => person.id === key);
  if (whole !== undefined) return { kind: "one", id: whole.id };

  const at = key.lastIndexOf(SEPARATOR);
  const prefix = at < 0 ? "" : key.slice(at + SEPARATOR.length);
  if (ID_LIKE.test(prefix)) {
    const named = people.filter((person) =>
      person.id.startsWith(prefix) && nameKey(person) === key.slice(0, at)
    );
    if (named.length > 0) return among(named, people);
  }
  if (ID_LIKE.test(key)) {
    const numbered = people.filter((person) => person.id.startsWith(key));
    if (numbered.length > 0) return among(numbered, people);
  }
  const named = key === "" ? [] : people.filter((person) => nameKey(person) === key);
  // A name that shows with its id has to be typed with it: otherwise it could stand where another stood yesterday.
  const clear = named.filter((person) => !isDeceiving(shownName(person.name ?? "")));
  if (clear.length > 0) return among(clear, people);
  return {
    kind: "none",
    suggestions: named.length > 0
      ? labelled(named, people)
      : nearest(key, [...labels(people).values()]),
  };
}

/**
 * Everybody's label at once, as {@linkcode label} gives it, in a time that grows with their number only.
 *
 * @example
 * ```ts
 * import { labels } from "./people.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const one = { id: "81b637d8-fcd2-46da-a359-e6963113a117", name: "bob" };
 * const other = { id: "a2c0e5d4-7b1f-4c3a-9d8e-0f1a2b3c4d5e", name: "Bob" };
 * assertEquals([...labels([one, other]).values()], ["bob·81b637d8", "Bob·a2c0e5d4"]);
 * ```
 *
 * @param people Everybody known.
 * @returns Labels by id.
 */
export function labels(people: readonly Person[]): ReadonlyMap<string, string> {
  const bearers = new Map<string, number>();
  for (const key of people.map(nameKey)) bearers.set(key, (bearers.get(key) ?? 0) + 1);
  const sorted = people.toSorted((a, b) => a.id < b.id ? -1 : 1);
  return new Map(sorted.map((person, index) => {
    const neighbours = [sorted[index - 1]?.id ?? "", sorted[index + 1]?.id ?? ""];
    const isTaken = (bearers.get(nameKey(person)) ?? 0) > 1;
    return [person.id, composed(person, isTaken, apart(person.id, neighbours))];
  }));
}

/**
 * Everybody's labels, those we spoke with last first, then by name.
 *
 * @example
 * ```ts
 * import { labelsByRecency } from "./people.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const ann = { id: "81b637d8-fcd2-46da-a359-e6963113a117", name: "ann" };
 * const bob = { id: "a2c0e5d4-7b1f-4c3a-9d8e-0f1a2b3c4d5e", name: "bob", lastSpoken: 17 };
 * assertEquals(labelsByRecency([ann, bob]), ["bob", "ann"]);
 * ```
 *
 * @param people Everybody known.
 * @returns Labels, unquoted.
 */
export function labelsByRecency(people: readonly Person[]): string[] {
  const shown = labels(people);
  return people
    .map(({ id, lastSpoken }) => ({ text: shown.get(id) ?? id, at: lastSpoken ?? -Infinity }))
    .sort((a, b) => a.at === b.at ? (a.text < b.text ? -1 : 1) : b.at - a.at)
    .map(({ text }) => text);
}

/** A label from its parts. */
function composed(person: Person, isTaken: boolean, short: string): string {
  const name = shownName(person.name ?? "");
  if (name === "") return short;
  return isTaken || isDeceiving(name) ? `${name}${SEPARATOR}${short}` : name;
}

/** The beginning of an id that none of the others has. */
function apart(id: string, others: readonly string[]): string {
  let length = SHORTEST_ID;
  for (const other of others) {
    while (length < id.length && other.startsWith(id.slice(0, length))) length++;
  }
  const ends = id.charAt(length - 1) === "-" ? length + 1 : length;
  return id.slice(0, ends);
}

/** One person or the choice between several. */
function among(found: readonly Person[], people: readonly Person[]): Resolution {
  const [first] = found;
  if (first !== undefined && found.length === 1) return { kind: "one", id: first.id };
  return { kind: "ambiguous", candidates: labelled(found, people) };
}

/** The labels of some among all. */
function labelled(some: readonly Person[], people: readonly Person[]): string[] {
  const all = labels(people);
  return some.map(({ id }) => all.get(id) ?? id);
}

/** A text made harmless, its white space single. */
function oneLine(text: string): string {
  return visible(text).replace(/\s+/gu, " ").trim();
}

/** How names are compared: as shown, in any case and any width. */
function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase().normalize("NFKC");
}

/** The comparable form of a person's name, "" without one. */
function nameKey(person: Person): string {
  return fold(shownName(person.name ?? ""));
}

/** What stands for everybody: in commands, in the prompt, in front of messages. */
const EVERYBODY = ["all", "public"];

/**
 * Whether a name could be taken for an id, a label, a command, for everybody or, letters of two scripts mixed, for
 * another name.
 */
function isDeceiving(name: string): boolean {
  const key = fold(name);
  if (ID_BEGUN.test(key) || /[·•‧∙⋅・･ꞏ]/u.test(name) || /^["'/@]/u.test(key)) return true;
  if (EVERYBODY.includes(key)) return true;
  const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];
  return scripts.filter((script) => script.test(key)).length > 1;
}
