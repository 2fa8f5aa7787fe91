/**
 * What two clients say to each other about a file: direct messages that no person sees (D25). So servers
 * route them unread like any other, and `content_sig` says who spoke.
 *
 * @module
 */

import * as v from "valibot";

/** A plaintext that begins with it is no text: nobody can type it, and whoever shows it shows nothing. */
const MARK = "\u0000";

const about = {
  socp: v.literal("file"),
  file_id: v.pipe(v.string(), v.nonEmpty(), v.maxLength(128)),
};
const have = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const why = v.pipe(v.string(), v.regex(/^[a-z]{1,16}$/));

const schema = v.variant("say", [
  v.object({ ...about, say: v.picklist(["offered", "done", "again"]) }),
  v.object({ ...about, say: v.picklist(["accept", "have"]), have }),
  v.object({ ...about, say: v.picklist(["reject", "failed", "cancel"]), why }),
]);

/** One word about a file. */
export type FileWord =
  & {
    /** Which file, in its sender's numbering. */
    readonly file_id: string;
  }
  & (
    | {
      /**
       * From who is offered a file: the offer is shown to a person; all of it has arrived and was right.
       * From who sends it: tell me what you have.
       */
      readonly say: "offered" | "done" | "again";
    }
    | {
      /** From who takes a file: send it, from this chunk on; all chunks before this one are written. */
      readonly say: "accept" | "have";
      /** The first chunk that is missing. */
      readonly have: number;
    }
    | {
      /** From who is offered a file: no; it went wrong here. From who sends it: nothing more will come. */
      readonly say: "reject" | "failed" | "cancel";
      /** A code word of {@link ./file_reasons.ts}. */
      readonly why: string;
    }
  );

/**
 * The plaintext of a word.
 *
 * @example
 * ```ts
 * import { fileWordText, readFileWord } from "./file_control.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const word = { file_id: "f", say: "accept", have: 0 } as const;
 * assertEquals(readFileWord(fileWordText(word)), word);
 * assertEquals(readFileWord("hello"), undefined);
 * ```
 *
 * @param word What to say.
 */
export function fileWordText(word: FileWord): string {
  return MARK + JSON.stringify({ socp: "file", ...word });
}

/**
 * Reads the plaintext of a direct message.
 *
 * @param text Any text.
 * @returns The word; undefined if it is none, but a text for a person.
 */
export function readFileWord(text: string): FileWord | undefined {
  if (!text.startsWith(MARK)) return undefined;
  const parsed = v.safeParse(schema, parseJson(text.slice(MARK.length)));
  if (!parsed.success) return undefined;
  const { socp: _, ...word } = parsed.output;
  return word;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
