/**
 * Text in chunks, made into lines.
 *
 * @module
 */

/** Cuts a stream of text at its line breaks. */
export class TextLineStream extends TransformStream<string, string> {
  /** A stream that has seen nothing yet. */
  constructor() {
    let rest = "";
    super({
      transform(chunk, controller) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) controller.enqueue(line);
      },
      flush(controller) {
        if (rest !== "") controller.enqueue(rest);
      },
    });
  }
}
