/**
 * The rule of the file's length: an idea that needs more lines is two ideas.
 *
 * @module
 */
import { placeOf } from "./place.ts";

/** The most lines that a file may have. */
const MOST_LINES = 400;

/** Refuses files that are too long; test vectors are data and may be. */
export const fileLength: Deno.lint.Rule = {
  create(context) {
    if (placeOf(context.filename).startsWith("tests/vectors/")) return {};
    return {
      Program() {
        const text = context.sourceCode.text;
        const lines = text.replace(/\r?\n$/, "").split("\n").length;
        if (lines <= MOST_LINES) return;
        context.report({
          range: [0, Math.max(0, text.indexOf("\n"))],
          message: `this file has ${lines} lines; ${MOST_LINES} is the most`,
          hint: "One idea a file: move one of its ideas into a file of its own.",
        });
      },
    };
  },
};
