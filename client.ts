/**
 * The client: `deno task client`, or the compiled `socp-client`. Puts the parts together and nothing
 * else.
 *
 * @module
 */

import process from "node:process";
import project from "./deno.json" with { type: "json" };
import { systemClock } from "./lib/base/clock.ts";
import { type Log, silentLog } from "./lib/base/log.ts";
import { ChatClient } from "./lib/client/chat_client.ts";
import {
  type ClientConfig,
  type ClientInvocation,
  loadClientInvocation,
} from "./lib/config/client_config.ts";
import { ConfigError } from "./lib/config/config_error.ts";
import { systemEntropy } from "./lib/crypto/entropy.ts";
import type { CryptoPort } from "./lib/crypto/port.ts";
import { OpenSslUnavailableError, selectCrypto } from "./lib/crypto/select.ts";
import { dialWebSocket } from "./lib/link/websocket.ts";
import { StoreError } from "./lib/store/port.ts";
import { Chat } from "./lib/terminal/chat.ts";
import type { ChatFileParts, ChatParts } from "./lib/terminal/chat_parts.ts";
import { openChannelKeys } from "./lib/terminal/channel_key_file.ts";
import { complete } from "./lib/terminal/completion.ts";
import { EXIT, type ExitCode } from "./lib/terminal/exit_codes.ts";
import { listFolder } from "./lib/terminal/folder_listing.ts";
import { LandingFolder } from "./lib/terminal/file_landing.ts";
import { openSource } from "./lib/terminal/file_source.ts";
import { identify } from "./lib/terminal/identify.ts";
import { LineEditor } from "./lib/terminal/line_editor.ts";
import { listenOn } from "./lib/terminal/listen.ts";
import { PlainScreen } from "./lib/terminal/plain_screen.ts";
import { openProfile, readHistory, writeHistory } from "./lib/terminal/profile_folder.ts";
import { sendOne } from "./lib/terminal/send.ts";
import { sendFile } from "./lib/terminal/send_file.ts";
import type { Style } from "./lib/terminal/style.ts";

const print = (line: string) => console.log(line);
const complain = (line: string) => console.error(`socp-client: ${line}`);

/** Opens the profile and makes the client of it, not started yet. */
async function makeClient(
  config: ClientConfig,
  crypto: CryptoPort,
  downloads = config.downloads,
) {
  const profile = await openProfile(config, crypto, systemEntropy, () => {
    complain(
      `making the RSA-4096 key of profile ${config.profile}, once: this takes some seconds …`,
    );
  });
  const channelKeys = await openChannelKeys(config.profileDir, crypto);
  const client = new ChatClient({
    ...profile,
    channelKeys,
    refusePlain: config.refusePlain,
    landing: new LandingFolder(downloads, { maxBytes: config.maxFile }),
    url: config.server,
    client: `socp-client/${project.version}`,
    crypto,
    dial: dialWebSocket,
    clock: systemClock,
    entropy: systemEntropy,
    log: silentLog,
  });
  return { client, name: profile.name };
}

/** `client chat`. */
async function chat(config: ClientConfig, crypto: CryptoPort): Promise<ExitCode> {
  const interactive = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  const parts = await partsOf(config, crypto, interactive);
  return await new Chat(parts, (chat) => {
    if (interactive) return editor(config, chat);
    const screen = plainScreen(chat);
    void screen.read(Deno.stdin.readable, chat);
    return screen;
  }).run();
}

async function partsOf(
  config: ClientConfig,
  crypto: CryptoPort,
  interactive: boolean,
  acceptFiles?: string,
): Promise<ChatParts & { readonly files: ChatFileParts }> {
  const { server: url, maxFile } = config;
  const { client, name } = await makeClient(config, crypto, acceptFiles);
  const style = styleOf(config);
  const accept = acceptFiles === undefined ? {} : { acceptUpTo: maxFile };
  const files = { client, open: openSource, ...accept };
  return { client, clock: systemClock, style, name, url, interactive, files };
}

function plainScreen(chat: Chat): PlainScreen {
  unreadable(() => chat.leave(EXIT.failed));
  return new PlainScreen((text) => process.stdout.write(text));
}

/** Hears when nobody reads the output any more, as in `client listen | head -1`; known when the next line is written. */
function unreadable(leave: () => void): void {
  process.stdout.on("error", leave);
}

function editor({ profileDir }: ClientConfig, chat: Chat): LineEditor {
  return new LineEditor({
    input: process.stdin,
    output: process.stdout,
    events: chat,
    prompt: "> ",
    complete: (line) =>
      complete(line, chat.people(), {
        listFolder,
        numbers: (command) => chat.fileNumbers(command),
      }),
    history: readHistory(profileDir),
    saveHistory: (lines) => writeHistory(profileDir, lines),
  });
}

/**
 * Hears when the person or the system ends this program, so that it can say good-bye.
 *
 * @param terminated The exit code where the system does.
 * @returns Resolves then, with the exit code.
 */
function stopSignal(terminated: ExitCode): Promise<ExitCode> {
  const { promise, resolve } = Promise.withResolvers<ExitCode>();
  Deno.addSignalListener("SIGINT", () => resolve(EXIT.interrupted));
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", () => resolve(terminated));
  }
  return promise;
}

/** `client listen`. */
async function listen(
  config: ClientConfig,
  crypto: CryptoPort,
  json: boolean,
  acceptFiles: string | undefined,
): Promise<ExitCode> {
  const stopped = Promise.withResolvers<ExitCode>();
  void stopSignal(EXIT.fine).then(stopped.resolve);
  const parts = await partsOf(config, crypto, false, acceptFiles);
  if (json) {
    // What nobody reads must not be taken from the server: others are told that it has arrived.
    unreadable(() => stopped.resolve(EXIT.failed));
    const write = (line: string) => void process.stdout.write(`${line}\n`);
    return await listenOn({ ...parts, print: write }, stopped.promise);
  }
  const chat = new Chat(parts, plainScreen);
  void stopped.promise.then((code) => chat.leave(code));
  return await chat.run();
}

function styleOf({ color, timestamps }: ClientConfig): Style {
  return {
    color: color && Deno.stdout.isTerminal(),
    timestamps: timestamps === "iso" ? "iso" : "clock",
  };
}

/** What is worth a line although nobody asked: a person who chats is told what would make it faster, a script is not. */
function noteworthy(kind: ClientInvocation["kind"]): Log {
  const isPerson = kind === "chat" && Deno.stdin.isTerminal();
  return (level, message) => {
    if (level === "warn" || level === "error" || (level === "info" && isPerson)) complain(message);
  };
}

async function run(invocation: ClientInvocation): Promise<ExitCode> {
  switch (invocation.kind) {
    case "help":
      print(invocation.text);
      return EXIT.fine;
    case "version":
      print(`socp-client ${project.version}`);
      return EXIT.fine;
    default: {
      const opened = await selectCrypto(invocation.config.crypto, noteworthy(invocation.kind));
      try {
        return await runWith(invocation, opened.crypto);
      } finally {
        await opened.close();
      }
    }
  }
}

async function runWith(
  invocation: Extract<ClientInvocation, { config: ClientConfig }>,
  crypto: CryptoPort,
): Promise<ExitCode> {
  switch (invocation.kind) {
    case "chat":
      return await chat(invocation.config, crypto);
    case "demo":
      return await identify({
        url: invocation.config.server,
        crypto,
        entropy: systemEntropy,
        dial: dialWebSocket,
        clock: systemClock,
        print,
      });
    case "send": {
      const { client } = await makeClient(invocation.config, crypto);
      const { user, text } = invocation;
      return await sendOne(client, { user, text, complain });
    }
    case "sendFile": {
      const { client } = await makeClient(invocation.config, crypto);
      const { user, file: path } = invocation;
      const { now } = systemClock;
      const task = { user, path, open: openSource, now, complain };
      return await sendFile({ client, files: client }, task, stopSignal(EXIT.failed));
    }
    case "listen": {
      const { config, json, acceptFiles } = invocation;
      return await listen(config, crypto, json, acceptFiles);
    }
  }
}

/** Mistakes of the person get one line; ours get their stack. */
function explain(error: unknown): ExitCode {
  if (error instanceof ConfigError || error instanceof OpenSslUnavailableError) {
    console.error(error.message);
    return EXIT.usage;
  }
  if (error instanceof StoreError || error instanceof Deno.errors.PermissionDenied) {
    complain(error.message);
    return EXIT.failed;
  }
  throw error;
}

/** @param args The command line. */
async function main(args: readonly string[]): Promise<ExitCode> {
  const stdinIsTerminal = Deno.stdin.isTerminal();
  const env = (name: string) => Deno.env.get(name);
  return await run(loadClientInvocation(args, env, { stdinIsTerminal }));
}

if (import.meta.main) Deno.exit(await main(Deno.args).catch(explain));
