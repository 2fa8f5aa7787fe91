/**
 * `client chat`: a person at a terminal, or a script at the end of a pipe, and a chat client.
 *
 * @module
 */

import { TaskChain } from "../base/task_chain.ts";
import type { ClientEvent } from "../client/events.ts";
import type { Person as KnownPerson } from "../client/roster.ts";
import type { Transfer } from "../client/transfer.ts";
import { LinkError } from "../protocol/errors.ts";
import { type Id, toId } from "../protocol/ids.ts";
import type { ChatActions } from "./chat_actions.ts";
import { ChatFiles } from "./chat_files.ts";
import type { ChatFileParts, ChatParts } from "./chat_parts.ts";
import { recipientLabel, runLine } from "./command_table.ts";
import { DeliveryLines } from "./delivery_lines.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { Offline } from "./offline.ts";
import type { Person } from "./people.ts";
import { hereText, listText, namedOf, personsOf } from "./persons.ts";
import { type ChatEvent, EVERYBODY, type Named, Transcript } from "./render.ts";
import { shownEvent } from "./shown_event.ts";
import type { Screen, ScreenEvents } from "./screen.ts";
import { visible } from "./visible.ts";

/** How long a script that has said everything waits for a lost server, in ms. */
const SCRIPT_PATIENCE_MS = 120_000;

/** One chat from its start to its end. */
export class Chat implements ChatActions, ScreenEvents {
  readonly #parts: ChatParts;
  readonly #screen: Screen;
  readonly #lines: DeliveryLines;
  readonly #ended = Promise.withResolvers<ExitCode>();
  /** Whether something that was asked for was not done. */
  #failed = false;
  /** A script's commands wait for the connection and for each other; a person's do not. */
  readonly #script = new TaskChain((error) => this.#unanswered(error));
  readonly #ready = Promise.withResolvers<void>();
  readonly #files: ChatFiles | undefined;
  #recipient: Id | "public" | undefined;
  readonly #offline: Offline;
  #everConnected = false;
  #leaving = false;

  /**
   * A chat that shows nothing yet.
   *
   * @param parts What it is made of.
   * @param makeScreen Makes the place where it is shown, which hears the person for this chat.
   */
  constructor(parts: ChatParts, makeScreen: (chat: Chat) => Screen) {
    this.#parts = parts;
    const screen = makeScreen(this);
    this.#screen = screen;
    const { clock, style } = parts;
    this.#offline = new Offline(clock, parts.interactive, () => this.#prompt());
    const transcript = new Transcript(style, clock.now());
    this.#lines = new DeliveryLines({
      now: () => clock.now(),
      after: (delay, callback) => void clock.at(clock.now() + delay, callback),
      show: (event) => screen.print(transcript.next(event)),
    });
    this.#files = parts.files === undefined ? undefined : this.#makeFiles(parts.files);
    parts.client.listen((event) => this.#hear(event));
    this.#script.run(() => this.#ready.promise);
  }

  /**
   * Connects and lasts until the person leaves or the server refuses.
   *
   * @returns The exit code.
   */
  async run(): Promise<ExitCode> {
    this.#notice(`connecting to ${this.#parts.url} …`);
    this.#prompt();
    this.#parts.client.start();
    const code = await this.#ended.promise;
    this.#offline.over();
    const { client } = this.#parts;
    if (client.busy) this.#warn("not everything that was typed has arrived");
    if (this.#files?.busy) this.#warn("files were still on their way: they are broken off");
    await client.stop();
    this.#screen.close();
    return code;
  }

  /**
   * A line was typed.
   *
   * @param text The line.
   */
  line(text: string): void {
    // Behind a `/quit` there is nobody to do anything for.
    const command = () => this.#leaving ? undefined : runLine(text, this);
    if (this.#parts.interactive) new TaskChain((error) => this.#unanswered(error)).run(command);
    else this.#script.run(command);
  }

  /**
   * Ends the chat.
   *
   * @param code How.
   */
  leave(code: ExitCode): void {
    this.#ended.resolve(code);
  }

  /** Ctrl-C on an empty line. */
  interrupt(): void {
    this.leave(EXIT.interrupted);
  }

  /** The input is at its end: what was typed goes out first. */
  end(): void {
    if (this.#parts.interactive) this.quit();
    else this.#script.run(() => this.quit());
  }

  people(): readonly Person[] {
    return personsOf(this.#parts.client);
  }

  recipient(): Id | "public" | undefined {
    return this.#recipient;
  }

  async list(): Promise<void> {
    const { client } = this.#parts;
    this.print(listText(client, await client.list()));
  }

  tell(id: string, text: string): void {
    const to = toId(id);
    this.#recipient = to;
    this.#parts.client.tell(to, text);
    this.#prompt();
  }

  all(text: string): void {
    this.#recipient = "public";
    this.#parts.client.say(text);
    this.#prompt();
  }

  async file(to: string, path: string): Promise<void> {
    await this.#withFiles((files) => files.offer(to === "public" ? to : toId(to), path));
    this.#leaveWhenDone();
  }

  accept(number: number | undefined): void {
    this.#withFiles((files) => files.accept(number));
  }

  reject(number: number | undefined): void {
    this.#withFiles((files) => files.reject(number));
  }

  cancel(number: number | undefined): void {
    this.#withFiles((files) => files.cancel(number));
  }

  files(): void {
    this.#withFiles((files) => files.list());
  }

  /** The numbers of the files that a command can be about, for Tab. */
  fileNumbers(command: string): readonly number[] {
    return this.#files?.numbers(command) ?? [];
  }

  async trust(id: string): Promise<void> {
    const fingerprint = await this.#parts.client.trust(toId(id));
    const who = this.#labelOf(toId(id));
    this.#notice(
      fingerprint === undefined
        ? `${who} has no other key: there is nothing to trust`
        : `${who} is now known by ${fingerprint}; /retry sends what was held back`,
    );
  }

  retry(): void {
    if (this.#parts.client.retry().length === 0) this.#notice("nothing has failed");
  }

  whoAmI(): void {
    const { client, name, url } = this.#parts;
    const server = client.server?.server;
    const where = server === undefined ? `${url}, not connected` : `${url}, server ${server}`;
    this.print(`  ${visible(name ?? "no name")}  ${client.userId}\n  ${where}`);
  }

  quit(): void {
    this.#leaving = true;
    this.#leaveWhenDone();
  }

  print(text: string): void {
    this.#screen.print(text);
  }

  complain(text: string): void {
    this.#failed = true;
    this.#screen.print(text);
  }

  #hear(event: ClientEvent): void {
    switch (event.kind) {
      case "connected":
        this.#everConnected = true;
        this.#offline.over();
        if (event.firstSight) {
          this.#notice(`first visit to this server: its key ${event.fingerprint} is pinned`);
        }
        return this.#prompt();
      case "ready":
        this.#greet();
        this.#ready.resolve();
        return this.#leaveWhenDone();
      case "disconnected":
        return this.#disconnected(event.reason, event.retryAt);
      case "gaveUp":
        return this.#gaveUp(event);
      case "file":
        return this.#file(event.transfer);
      case "delivery":
        return this.#delivery(event.message);
      case "presence":
      case "message":
      case "refused":
      case "keyChanged":
      case "serverError": {
        const shown = shownEvent(this.#parts.client, event, this.#now());
        if (shown !== undefined) this.#show(shown);
      }
    }
  }

  #file(transfer: Transfer): void {
    this.#files?.hear(transfer);
    const { direction, state } = transfer;
    if (direction === "out" && (state === "failed" || state === "rejected")) this.#failed = true;
    this.#leaveWhenDone();
  }

  #makeFiles(parts: ChatFileParts): ChatFiles {
    const { clock, interactive: inPlace } = this.#parts;
    return new ChatFiles({
      ...parts,
      inPlace,
      now: () => clock.now(),
      whoOf: ({ direction, from, to }) =>
        visible(this.#nameOf(direction === "in" ? from : to).label),
      show: (kind, text) => this.#show({ kind, at: clock.now(), text }),
      print: (text) => this.print(text),
      complain: (text) => this.complain(text),
      setStatus: (status) => this.#screen.setStatus(status),
    });
  }

  #withFiles<T>(action: (files: ChatFiles) => T): T | undefined {
    if (this.#files !== undefined) return action(this.#files);
    this.complain("This client knows no files.");
    return undefined;
  }

  #unanswered(error: unknown): void {
    if (!(error instanceof LinkError)) throw error;
    this.#failed = true;
    this.#error(error.message);
  }

  #greet(): void {
    const { name, client } = this.#parts;
    this.#notice(`connected as ${name ?? client.userId.slice(0, 8)}; ${hereText(client)}`);
    if (name === undefined) {
      this.#notice("others see you by your id: start with --name <name> to be called by a name");
    }
    this.#prompt();
  }

  #disconnected(said: string, retryAt: number): void {
    const reason = visible(said);
    if (!this.#everConnected && !this.#parts.interactive) {
      this.#error(`cannot connect to ${this.#parts.url}: ${reason}`);
      return this.leave(EXIT.cannotConnect);
    }
    if (this.#offline.since === undefined) {
      this.#warn(`offline: ${reason}. What you type is kept and goes out when the server is back`);
    }
    const since = this.#offline.begins(retryAt);
    if (!this.#parts.interactive && this.#leaving && this.#now() - since > SCRIPT_PATIENCE_MS) {
      this.#error("the server does not come back: not everything that was typed has arrived");
      return this.leave(EXIT.failed);
    }
    this.#leaveWhenDone();
  }

  #gaveUp({ cause, reason }: Extract<ClientEvent, { kind: "gaveUp" }>): void {
    const hint = reason.startsWith("NAME_IN_USE")
      ? "\nIs this profile open in another window? --profile <name> makes another identity."
      : "";
    this.#error(visible(reason) + hint);
    this.leave(cause === "untrusted" ? EXIT.keyNotTrusted : EXIT.refused);
  }

  #delivery(message: Extract<ClientEvent, { kind: "delivery" }>["message"]): void {
    const key = String(message.id);
    const to = this.#nameOf(message.to);
    if (message.state === "sending") {
      this.#lines.sent(key, to, message.text);
    } else if (message.state === "taken") {
      this.#lines.settled(key, { state: "taken" });
    } else {
      this.#failed = true;
      this.#lines.settled(key, { state: "failed", why: message.why ?? "nobody said why" });
    }
    this.#leaveWhenDone();
  }

  /** A script that has said everything leaves when everything has arrived; so does `/quit`. */
  #leaveWhenDone(): void {
    if (!this.#leaving) return;
    // A person who leaves does not wait for files, which may take hours.
    const waitsForFiles = this.#files?.busy && !this.#parts.interactive;
    if (waitsForFiles) return;
    const waitsForServer = this.#parts.client.busy &&
      (this.#parts.client.server !== undefined || !this.#parts.interactive);
    if (!waitsForServer) this.leave(this.#failed && !this.#parts.interactive ? 1 : 0);
  }

  /** `[offline, retry in 8 s] bob> ` */
  #prompt(): void {
    this.#screen.setPrompt(`${this.#offline.text}${recipientLabel(this)}> `);
  }

  #label(person: KnownPerson): string {
    return this.#named(person).label;
  }

  #labelOf(id: Id): string {
    const person = this.#parts.client.person(id);
    return person === undefined ? id.slice(0, 8) : this.#label(person);
  }

  #nameOf(id: Id | "public"): Named {
    return id === "public" ? EVERYBODY : { id, label: this.#labelOf(id) };
  }

  #named(person: KnownPerson) {
    return namedOf(this.#parts.client, person);
  }

  #notice(text: string): void {
    this.#show({ kind: "notice", at: this.#now(), text });
  }

  #warn(text: string): void {
    this.#show({ kind: "warning", at: this.#now(), text });
  }

  #error(text: string): void {
    this.#show({ kind: "error", at: this.#now(), text });
  }

  #show(event: ChatEvent): void {
    this.#lines.show(event);
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}
