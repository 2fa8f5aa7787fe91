/**
 * The one table of chat commands. Parser, `/help`, "did you mean", Tab and the README's section are made from it.
 *
 * @module
 */

import type { ChatActions } from "./chat_actions.ts";
import { firstWord, parseLine, typedPath } from "./command_line.ts";
import { nearest } from "../base/edit_distance.ts";
import { label, quoteLabel, resolve } from "./people.ts";
import { visible } from "./visible.ts";

/** People shown to choose from: anybody can join a thousand times under one name. */
const MOST_CHOICES = 10;

/** The word for everybody. A person of this name is reached by id. */
export const EVERYBODY = "public";

/** What a command's argument is, which decides what Tab offers. */
export type ArgumentKind = "user" | "recipient" | "text" | "command" | "path" | "number";

/** One command. */
export interface Command {
  /** Without the slash. */
  readonly name: string;
  /** The whole command as one types it. */
  readonly usage: string;
  /** One sentence without its full stop. */
  readonly summary: string;
  /** What it takes, in order. */
  readonly args: readonly ArgumentKind[];
  /**
   * Does it.
   *
   * @param rest What followed the name, exactly.
   * @param actions What it may ask for.
   */
  run(rest: string, actions: ChatActions): void | Promise<void>;
}

/** Every command, in the order `/help` shows them. */
export const COMMANDS: readonly Command[] = [
  {
    name: "list",
    usage: "/list",
    summary: "show who is here",
    args: [],
    run: (_rest, actions) => actions.list(),
  },
  {
    name: "tell",
    usage: "/tell <user> <text>",
    summary: "send a private text; lines without a command then go to the same person",
    args: ["user", "text"],
    run: (rest, actions) =>
      withUser("tell", rest, actions, (id, text) => {
        if (text.trim() !== "") return actions.tell(id, text);
        actions.complain(`Nothing to send. Usage: ${usageOf("tell")}`);
      }),
  },
  {
    name: "all",
    usage: "/all <text>",
    summary: "send a text to everybody; lines without a command then go to everybody too",
    args: ["text"],
    run: (rest, actions) => {
      if (rest.trim() !== "") return actions.all(rest);
      actions.complain(`Nothing to send. Usage: ${usageOf("all")}`);
    },
  },
  {
    name: "file",
    usage: "/file <user|public> <path>",
    summary: "offer a file to a person, or with the word public to everybody",
    args: ["recipient", "path"],
    run: (rest, actions) =>
      withRecipient("file", rest, actions, (to, typed) => {
        const path = typedPath(typed);
        if (path !== "") return actions.file(to, path);
        actions.complain(`Which file? Usage: ${usageOf("file")}`);
      }),
  },
  {
    name: "accept",
    usage: "/accept [number]",
    summary: "take a file that is offered; the number is needed if there are several",
    args: ["number"],
    run: (rest, actions) => withNumber("accept", rest, actions, (it) => actions.accept(it)),
  },
  {
    name: "reject",
    usage: "/reject [number]",
    summary: "refuse a file that is offered",
    args: ["number"],
    run: (rest, actions) => withNumber("reject", rest, actions, (it) => actions.reject(it)),
  },
  {
    name: "files",
    usage: "/files",
    summary: "show the files of this run and how far they are",
    args: [],
    run: (_rest, actions) => actions.files(),
  },
  {
    name: "cancel",
    usage: "/cancel [number]",
    summary: "call off a file that is offered or on its way",
    args: ["number"],
    run: (rest, actions) => withNumber("cancel", rest, actions, (it) => actions.cancel(it)),
  },
  {
    name: "trust",
    usage: "/trust <user>",
    summary: "accept a person's changed key",
    args: ["user"],
    run: (rest, actions) => withUser("trust", rest, actions, (id) => actions.trust(id)),
  },
  {
    name: "retry",
    usage: "/retry",
    summary: "send failed messages again",
    args: [],
    run: (_rest, actions) => actions.retry(),
  },
  {
    name: "whoami",
    usage: "/whoami",
    summary: "show your own name, id and server",
    args: [],
    run: (_rest, actions) => actions.whoAmI(),
  },
  {
    name: "help",
    usage: "/help [command]",
    summary: "show the commands, or how one of them is used",
    args: ["command"],
    run: (rest, actions) => help(rest.trim(), actions),
  },
  {
    name: "quit",
    usage: "/quit",
    summary: "leave",
    args: [],
    run: (_rest, actions) => actions.quit(),
  },
];

/**
 * Does what a typed line asks for.
 *
 * @param line The line; a pasted text of several lines is one text.
 * @param actions What commands may ask for; whatever is wrong with the line is printed through it.
 * @returns What the action returns.
 */
export function runLine(line: string, actions: ChatActions): void | Promise<void> {
  const typed = parseLine(line);
  if (typed.kind === "nothing") return;
  if (typed.kind === "command") {
    const command = commandNamed(typed.name);
    return command === undefined
      ? actions.complain(unknownCommand(typed.name))
      : command.run(typed.rest, actions);
  }
  const recipient = actions.recipient();
  if (recipient === EVERYBODY) return actions.all(typed.text);
  if (recipient !== undefined) return actions.tell(recipient, typed.text);
  actions.complain(
    `To whom? ${usageOf("tell")}, or ${usageOf("all")}; after that a plain line goes there too.`,
  );
}

/**
 * The commands as a Markdown table, for the README.
 *
 * @returns Lines without a trailing line break.
 */
export function commandReference(): string {
  // A bar ends a cell, even within code.
  const rows = COMMANDS.map(({ usage, summary }) =>
    `| \`${usage.replaceAll("|", "\\|")}\` | ${summary} |`
  );
  return [
    "| command | what it does |",
    "|---|---|",
    ...rows,
    "| `text` | goes where you wrote to last |",
    "| `//text` | sends a text that begins with a slash |",
  ].join("\n");
}

/** The row of a command. */
function commandNamed(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}

/** How a command is typed. */
function usageOf(name: string): string {
  return commandNamed(name)?.usage ?? `/${name}`;
}

/** "Did you mean" for a command that does not exist. */
function unknownCommand(name: string): string {
  const meant = nearest(name, COMMANDS.map((command) => command.name));
  const hint = meant.length === 0
    ? "/help shows them all"
    : `did you mean ${meant.map((one) => `/${one}`).join(" or ")}?`;
  return `There is no /${visible(name)}: ${hint}`;
}

/** Prints all commands or one. */
function help(name: string, actions: ChatActions): void {
  const wanted = name.replace(/^\//u, "").toLowerCase();
  if (wanted === "") {
    const wide = Math.max(...COMMANDS.map(({ usage }) => usage.length));
    const lines = COMMANDS.map(({ usage, summary }) => `  ${usage.padEnd(wide)}  ${summary}`);
    lines.push(`  ${"//text".padEnd(wide)}  send a text that begins with a slash`);
    lines.push('  A name with spaces goes in quotes: /tell "Bob Smith" hi. Tab completes names.');
    return actions.print(lines.join("\n"));
  }
  const command = commandNamed(wanted);
  if (command === undefined) return actions.complain(unknownCommand(wanted));
  actions.print(`${command.usage}: ${command.summary}`);
}

/** Runs an action on a person, or on everybody. */
function withRecipient(
  name: string,
  rest: string,
  actions: ChatActions,
  action: (to: string | "public", rest: string) => void | Promise<void>,
): void | Promise<void> {
  const first = firstWord(rest);
  if (first?.word.toLowerCase() === EVERYBODY) return action(EVERYBODY, first.rest);
  return withUser(name, rest, actions, action);
}

/** Runs an action on the file of a number, or on the one that is meant without. */
function withNumber(
  name: string,
  rest: string,
  actions: ChatActions,
  action: (number: number | undefined) => void | Promise<void>,
): void | Promise<void> {
  const typed = rest.trim();
  if (typed === "") return action(undefined);
  if (/^\d{1,9}$/u.test(typed)) return action(Number(typed));
  actions.complain(`Usage: ${usageOf(name)}; /files shows the numbers`);
}

/** Runs an action on the person whom the first argument means, or says why there is none. */
function withUser(
  name: string,
  rest: string,
  actions: ChatActions,
  action: (id: string, rest: string) => void | Promise<void>,
): void | Promise<void> {
  const first = firstWord(rest);
  if (first === undefined) return actions.complain(`Usage: ${usageOf(name)}`);
  const people = actions.people();
  const found = resolve(first.word, people);
  if (found.kind === "one") return action(found.id, first.rest);
  const shown = visible(first.word);
  if (found.kind === "ambiguous") {
    const choices = found.candidates.slice(0, MOST_CHOICES).map((one) =>
      `  /${name} ${quoteLabel(one)}`
    );
    const more = found.candidates.length - choices.length;
    if (more > 0) choices.push(`  and ${more} more; the beginning of an id is enough`);
    return actions.complain([`Which ${shown}?`, ...choices].join("\n"));
  }
  const hint = found.suggestions.length === 0
    ? `/list shows who is here${name === "tell" ? `, ${usageOf("all")} reaches everybody` : ""}`
    : `did you mean ${
      found.suggestions.slice(0, MOST_CHOICES).map((one) => `/${name} ${quoteLabel(one)}`).join(
        " or ",
      )
    }?`;
  actions.complain(`Nobody here is called ${shown}: ${hint}`);
}

/**
 * What the prompt says about where plain lines go.
 *
 * @example
 * ```ts
 * import { recipientLabel } from "./command_table.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(recipientLabel({ people: () => [], recipient: () => undefined }), "");
 * ```
 *
 * @param actions Who is known and who is written to.
 * @returns A label, or "" if nobody was written to yet.
 */
export function recipientLabel(actions: Pick<ChatActions, "people" | "recipient">): string {
  const id = actions.recipient();
  if (id === undefined) return "";
  if (id === EVERYBODY) return "all";
  const people = actions.people();
  return label(people.find((person) => person.id === id) ?? { id }, people);
}
