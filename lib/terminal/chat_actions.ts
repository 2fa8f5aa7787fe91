/**
 * What the chat commands ask of the program around them. The front end implements it over a ChatClient; tests over an
 * array.
 *
 * @module
 */

import type { Person } from "./people.ts";

/** Everything a command can do. Actions report their own outcome through what they print later. */
export interface ChatActions {
  /** Everybody who can be addressed: those who are here and those whose key is pinned. */
  people(): readonly Person[];
  /** Where a line without a command goes: a person's id or everybody; undefined if nobody was written to yet. */
  recipient(): string | "public" | undefined;
  /** Shows who is here. */
  list(): void | Promise<void>;
  /**
   * Sends a text, exactly as it is, and makes the person the recipient of lines without a command.
   *
   * @param id A user id from {@linkcode ChatActions.people}.
   * @param text At least one character.
   */
  tell(id: string, text: string): void | Promise<void>;
  /**
   * Sends a text to everybody, exactly as it is, and makes everybody the recipient of lines without a command.
   *
   * @param text At least one character.
   */
  all(text: string): void | Promise<void>;
  /**
   * Offers a file.
   *
   * @param to A user id from {@linkcode ChatActions.people}, or everybody.
   * @param path Where the file is.
   */
  file(to: string | "public", path: string): void | Promise<void>;
  /** Takes a file that was offered: the one of this number, or the only one. */
  accept(number: number | undefined): void | Promise<void>;
  /** Refuses a file that was offered: the one of this number, or the only one. */
  reject(number: number | undefined): void | Promise<void>;
  /** Calls a file off that is offered or on its way: the one of this number, or the only one. */
  cancel(number: number | undefined): void | Promise<void>;
  /** Shows the files of this run. */
  files(): void | Promise<void>;
  /** Accepts the changed key of a person. */
  trust(id: string): void | Promise<void>;
  /** Sends again what failed. */
  retry(): void | Promise<void>;
  /** Shows our own name, id and server. */
  whoAmI(): void | Promise<void>;
  /** Ends the program. */
  quit(): void | Promise<void>;
  /**
   * Shows lines of our own to the person at the keyboard.
   *
   * @param text One or several lines, already harmless.
   */
  print(text: string): void;
  /**
   * Shows why something typed was not done; a script ends with exit code 1 because of it.
   *
   * @param text One or several lines, already harmless.
   */
  complain(text: string): void;
}
