/**
 * A person of a simulated world at the client's own user interface: a chat on a screen that only remembers, or
 * a client that one of the other sub-commands will start.
 *
 * @module
 */

import { ChatClient } from "../../lib/client/chat_client.ts";
import { Chat } from "../../lib/terminal/chat.ts";
import type { ChatParts } from "../../lib/terminal/chat_parts.ts";
import type { ExitCode } from "../../lib/terminal/exit_codes.ts";
import type { Screen } from "../../lib/terminal/screen.ts";
import type { Person } from "./person.ts";

/** A screen that remembers what it was to show. */
export class ScreenDouble implements Screen {
  /** What was printed, each call its own text. */
  readonly printed: string[] = [];
  /** Every prompt, in order. */
  readonly prompts: string[] = [];
  /** What stands in place now. */
  status: string | undefined;
  closed = false;

  print(text: string): void {
    if (!this.closed) this.printed.push(text);
  }

  setPrompt(prompt: string): void {
    this.prompts.push(prompt);
  }

  setStatus(status: string | undefined): void {
    this.status = status;
  }

  close(): void {
    this.closed = true;
  }

  /** The prompt that stands there now. */
  get prompt(): string {
    return this.prompts.at(-1) ?? "";
  }
}

/**
 * A client of a person that has not been started.
 *
 * @param person Whose.
 * @param url Where it will connect.
 */
export function clientOf(person: Person, url: string): ChatClient {
  const { clock, crypto, entropy, network } = person.world;
  return new ChatClient({
    url,
    userId: person.id,
    keys: person.keys,
    name: person.name === "" ? undefined : person.name,
    keyBook: person.keyBook,
    client: "test",
    crypto,
    dial: network.dialAs(person.name),
    clock,
    entropy,
    log: (level, message, fields = {}) => void person.log.push({ level, message, fields }),
  });
}

/** Somebody in `client chat`, or a script in place of somebody. */
export class Chatter {
  readonly screen = new ScreenDouble();
  readonly chat: Chat;
  /** How the chat ended, once it has. */
  code: ExitCode | undefined;
  #shown = 0;

  /**
   * @param person Who.
   * @param url The server's address.
   * @param interactive Whether it is a person and not a script.
   * @param more What the chat can do besides.
   */
  constructor(
    readonly person: Person,
    url: string,
    interactive: boolean,
    more: Partial<ChatParts> = {},
  ) {
    const { clock } = person.world;
    const name = person.name === "" ? undefined : person.name;
    const style = { color: false, timestamps: "clock", timeZone: "UTC" } as const;
    const client = clientOf(person, url);
    const parts = { client, clock, style, name, url, interactive, ...more };
    this.chat = new Chat(parts, () => this.screen);
  }

  /** Starts. */
  async begins(): Promise<this> {
    void this.chat.run().then((code) => this.code = code);
    await this.person.world.settle();
    return this;
  }

  /** Types lines, and waits for what becomes of each. */
  async types(...lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      this.chat.line(line);
      await this.person.world.settle();
    }
  }

  /** What was printed since this was last asked, line by line. */
  news(): string[] {
    const { printed } = this.screen;
    const fresh = printed.slice(this.#shown);
    this.#shown = printed.length;
    return fresh.flatMap((text) => text.split("\n"));
  }
}

/** A person who chats. */
export function atTerminal(
  person: Person,
  url: string,
  more: Partial<ChatParts> = {},
): Promise<Chatter> {
  return new Chatter(person, url, true, more).begins();
}

/** A script that is piped into the chat: all its lines are there before the connection is. */
export async function scripted(person: Person, url: string, ...lines: string[]): Promise<Chatter> {
  const chatter = new Chatter(person, url, false);
  const begun = chatter.begins();
  for (const line of lines) chatter.chat.line(line);
  chatter.chat.end();
  return await begun;
}
