/**
 * What a chat is made of: a client, a clock, a look, and what it can do besides private texts.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { ChatClient } from "../client/chat_client.ts";
import type { FileSource } from "../client/file_ports.ts";
import type { FileClient } from "./chat_files.ts";
import type { Style } from "./style.ts";

/** What a chat does with files. */
export interface ChatFileParts {
  /** Offers them and takes them. */
  readonly client: FileClient;
  /** Opens a file that is to be offered. */
  open(path: string): Promise<FileSource>;
  /** The most bytes of a file that is taken without being asked; undefined takes none so. */
  readonly acceptUpTo?: number;
}

/** What a chat is made of. */
export interface ChatParts {
  /** A client that has not been started. */
  readonly client: ChatClient;
  /** The times that are shown, and the countdown to the next attempt. */
  readonly clock: Clock;
  /** How lines look. */
  readonly style: Style;
  /** The own display name. */
  readonly name: string | undefined;
  /** The address that is connected to, as given. */
  readonly url: string;
  /** Whether a person sits there who would rather wait than start again. */
  readonly interactive: boolean;
  /** Undefined where there is no place for files. */
  readonly files?: ChatFileParts;
}
