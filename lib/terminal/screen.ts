/**
 * What the chat needs of the place it is shown on: a terminal with a line editor, or plain input and output.
 *
 * @module
 */

/** Where lines come from and where they are shown. */
export interface Screen {
  /**
   * Shows lines; what is being typed stays as it is.
   *
   * @param text One or several lines that are harmless already, ours the colours in them.
   */
  print(text: string): void;
  /**
   * Changes what stands before the line being typed.
   *
   * @param prompt With its trailing space; names in it may be anything.
   */
  setPrompt(prompt: string): void;
  /**
   * Shows one line that changes in place, above the line being typed; where there is no place, nothing.
   *
   * @param status What it says; it may hold anything. Undefined takes it away.
   */
  setStatus(status: string | undefined): void;
  /** Gives the terminal back as it was. Nothing is shown afterwards. */
  close(): void;
}

/** Whom a screen tells what the person did. */
export interface ScreenEvents {
  /** A line was entered; a paste of several lines comes as one, with line breaks. */
  line(text: string): void;
  /** Ctrl-C on an empty line: exit 130. */
  interrupt(): void;
  /** Ctrl-D on an empty line, or the end of the input: exit 0. */
  end(): void;
}
