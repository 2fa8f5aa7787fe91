/**
 * The line editor: keys in, one consistent screen out. Text that arrives is printed above the line being typed, which
 * keeps its text and cursor, wrapped or not.
 *
 * Keys are decoded by Deno's `node:readline`; the line is kept by {@linkcode EditBuffer} and laid out by
 * {@linkcode lineView}. Every change is one write, so nothing flickers. A paste of several lines stays one line, its
 * breaks shown as `⏎`, until the person presses Enter: nothing is sent by pasting.
 *
 * @module
 */

import { emitKeypressEvents } from "node:readline";
import { PassThrough } from "node:stream";
import { pastedText, PasteSplitter } from "./bracketed_paste.ts";
import { commonStart, inColumns } from "./candidates.ts";
import type { Completion } from "./completion.ts";
import { EditBuffer } from "./edit_buffer.ts";
import { History } from "./history.ts";
import { lineView, type WindowSize } from "./line_view.ts";
import type { Screen, ScreenEvents } from "./screen.ts";
import { rowsNow, statusRow } from "./status_line.ts";

/** What the editor needs of an input: `process.stdin`, or a stream in a test. */
export interface KeyInput extends NodeJS.ReadableStream {
  /** Switches echo and line mode of a terminal off and on; a pipe has none of it. */
  setRawMode?(raw: boolean): unknown;
}

/** What the editor needs of an output: `process.stdout`, or a stream in a test. */
export interface TerminalOutput {
  /** Width in cells; undefined where there is no terminal. */
  readonly columns?: number | undefined;
  /** Height in lines; undefined where there is no terminal. */
  readonly rows?: number | undefined;
  /** Writes text and escape sequences. */
  write(text: string): unknown;
  /** Calls back whenever the window has changed its size. */
  on(event: "resize", listener: () => void): unknown;
  /** Calls back no more. */
  off(event: "resize", listener: () => void): unknown;
}

/** What a line editor is made of. */
export interface LineEditorOptions {
  /** Where keys come from. */
  readonly input: KeyInput;
  /** The terminal that is drawn on. */
  readonly output: TerminalOutput;
  /** Hears finished lines, interrupts and the end. */
  readonly events: ScreenEvents;
  /** What stands before the line being typed. */
  readonly prompt: string;
  /** What Tab offers for the line up to the cursor. */
  complete(line: string): Completion;
  /** Lines of earlier runs, the oldest first. */
  readonly history?: readonly string[];
  /** Keeps the history; called with all lines after each new one. */
  saveHistory?(lines: readonly string[]): void;
}

/** A key as `node:readline` reports it. */
interface Key {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

const CLEAR_BELOW = "\x1b[J";
const CLEAR_SCREEN = "\x1b[2J\x1b[H";
const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";

/** A line editor on a terminal in raw mode. */
export class LineEditor implements Screen {
  readonly #options: LineEditorOptions;
  readonly #buffer = new EditBuffer();
  readonly #history: History;
  #prompt: string;
  #status: string | undefined;
  /** What is on the screen now, to find its first row again. */
  #painted: { status: string; prompt: string; text: string; cursor: number } | undefined;
  readonly #decoder = new TextDecoder();
  readonly #pastes = new PasteSplitter();
  /** What was typed and not pasted, for the key decoder. */
  readonly #keys = new PassThrough();
  #paintDue = false;
  #closed = false;

  /**
   * Takes the terminal over and shows the prompt.
   *
   * @param options Streams, listeners and what was typed before.
   */
  constructor(options: LineEditorOptions) {
    this.#options = options;
    this.#history = new History(options.history);
    this.#prompt = options.prompt;
    options.input.setRawMode?.(true);
    emitKeypressEvents(this.#keys);
    this.#keys.on("keypress", this.#onKey);
    options.input.on("data", this.#onData);
    options.input.on("end", this.#onEnd);
    options.input.resume();
    options.output.on("resize", this.#onResize);
    options.output.write(PASTE_ON);
    this.#paint();
  }

  /** The line being typed. */
  get line(): string {
    return this.#buffer.text;
  }

  print(text: string): void {
    if (this.#closed) return;
    this.#write(`${this.#erasure()}${text.replaceAll("\n", "\r\n")}\r\n${this.#drawing()}`);
  }

  setPrompt(prompt: string): void {
    if (prompt === this.#prompt) return;
    this.#prompt = prompt;
    this.#paint();
  }

  setStatus(status: string | undefined): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#paint();
  }

  close(): void {
    if (this.#closed) return;
    this.#write(`${this.#erasure()}${PASTE_OFF}`);
    this.#closed = true;
    const { input, output } = this.#options;
    this.#keys.destroy();
    input.off("data", this.#onData);
    input.off("end", this.#onEnd);
    output.off("resize", this.#onResize);
    input.setRawMode?.(false);
    input.pause();
  }

  readonly #onEnd = (): void => {
    if (!this.#closed) this.#options.events.end();
  };

  readonly #onResize = (): void => this.#paint();

  readonly #onData = (chunk: Uint8Array | string): void => {
    const text = typeof chunk === "string" ? chunk : this.#decoder.decode(chunk, { stream: true });
    for (const part of this.#pastes.split(text)) {
      if (part.kind === "paste") this.#buffer.insert(pastedText(part.text));
      // Emitted, not written: keys and pastes have to take effect in the order they came in.
      else this.#keys.emit("data", part.text);
    }
    this.#paintSoon();
  };

  readonly #onKey = (typed: string | undefined, key: Key): void => {
    if (!this.#closed) this.#press(typed, key);
  };

  #press(typed: string | undefined, key: Key): void {
    const chord = `${key.ctrl ? "C-" : ""}${key.meta ? "M-" : ""}${key.name ?? ""}`;
    const edit = Object.hasOwn(EDITS, chord) ? EDITS[chord] : undefined;
    if (edit !== undefined) return edit(this.#buffer);
    switch (chord) {
      case "return":
      case "enter":
        return this.#enter();
      case "up":
      case "C-p":
        return this.#recall(this.#history.older(this.#buffer.text));
      case "down":
      case "C-n":
        return this.#recall(this.#history.newer());
      case "tab":
        return this.#complete();
      case "C-c":
        if (this.#buffer.text === "") return this.#options.events.interrupt();
        return this.#buffer.killAll();
      case "C-d":
        if (this.#buffer.text === "") return this.#options.events.end();
        return this.#buffer.delete();
      case "C-l":
        return this.#write(`${CLEAR_SCREEN}${this.#drawing()}`);
    }
    if (typed !== undefined && !key.ctrl && !key.meta && !/\p{Cc}/u.test(typed)) {
      this.#buffer.insert(typed);
    }
  }

  #enter(): void {
    const line = this.#buffer.text;
    this.#buffer.set("");
    this.#paint();
    if (this.#history.add(line)) this.#options.saveHistory?.(this.#history.lines);
    this.#options.events.line(line);
  }

  #recall(line: string | undefined): void {
    if (line !== undefined) this.#buffer.set(line);
  }

  #complete(): void {
    const { text, cursor } = this.#buffer;
    const { from, candidates } = this.#options.complete(text.slice(0, cursor));
    const [first] = candidates;
    if (first === undefined) return;
    const common = commonStart(candidates);
    if (candidates.length === 1 || common.length > cursor - from) {
      this.#buffer.replace(from, common);
    } else {
      this.print(inColumns(candidates, this.#size().columns));
    }
  }

  /** Many keys of one chunk (typing ahead, a paste without brackets) are one repaint. */
  #paintSoon(): void {
    if (this.#paintDue) return;
    this.#paintDue = true;
    queueMicrotask(() => {
      this.#paintDue = false;
      this.#paint();
    });
  }

  #paint(): void {
    if (!this.#closed) this.#write(this.#erasure() + this.#drawing());
  }

  /** Clears from the status down, or from the prompt's first row. */
  #erasure(): string {
    if (this.#painted === undefined) return "";
    const { status, prompt, text, cursor } = this.#painted;
    // With the width of now: a terminal that was resized has wrapped the old lines anew.
    const size = this.#size();
    const { cursorRow } = lineView(prompt, text, cursor, below(status, size));
    const above = status === "" ? 0 : rowsNow(status, size.columns);
    return `${up(above + cursorRow)}\r${CLEAR_BELOW}`;
  }

  /** Status, prompt and line, and the cursor back to its place. */
  #drawing(): string {
    const { text, cursor } = this.#buffer;
    const size = this.#size();
    const status = this.#status === undefined ? "" : statusRow(this.#status, size);
    this.#painted = { status, prompt: this.#prompt, text, cursor };
    const view = lineView(this.#prompt, text, cursor, below(status, size));
    const wrap = view.full ? " " : "";
    const right = view.cursorColumn === 0 ? "" : `\x1b[${view.cursorColumn}C`;
    const above = status === "" ? "" : `${status}\r\n`;
    return `${above}${view.text}${wrap}${up(view.endRow - view.cursorRow)}\r${right}`;
  }

  #size(): WindowSize {
    const { columns, rows } = this.#options.output;
    return { columns: columns || 80, rows: rows || 24 };
  }

  #write(text: string): void {
    this.#options.output.write(text);
  }
}

/** Keys that only change the line. */
const EDITS: Readonly<Record<string, (buffer: EditBuffer) => void>> = {
  "left": (buffer) => buffer.left(),
  "C-b": (buffer) => buffer.left(),
  "right": (buffer) => buffer.right(),
  "C-f": (buffer) => buffer.right(),
  "home": (buffer) => buffer.home(),
  "C-a": (buffer) => buffer.home(),
  "end": (buffer) => buffer.end(),
  "C-e": (buffer) => buffer.end(),
  "C-left": (buffer) => buffer.wordLeft(),
  "M-left": (buffer) => buffer.wordLeft(),
  "M-b": (buffer) => buffer.wordLeft(),
  "C-right": (buffer) => buffer.wordRight(),
  "M-right": (buffer) => buffer.wordRight(),
  "M-f": (buffer) => buffer.wordRight(),
  "backspace": (buffer) => buffer.backspace(),
  "C-h": (buffer) => buffer.backspace(),
  "delete": (buffer) => buffer.delete(),
  "C-k": (buffer) => buffer.killToEnd(),
  "C-u": (buffer) => buffer.killToStart(),
  "C-w": (buffer) => buffer.killNonSpaceLeft(),
  "M-backspace": (buffer) => buffer.killWordLeft(),
  "M-d": (buffer) => buffer.killWordRight(),
  "M-return": (buffer) => buffer.insert("\n"),
  "C-y": (buffer) => buffer.yank(),
};

function up(rows: number): string {
  return rows <= 0 ? "" : `\x1b[${rows}A`;
}

/** The window that a status leaves to the prompt and the line. */
function below(status: string, { columns, rows }: WindowSize): WindowSize {
  return { columns, rows: status === "" ? rows : rows - 1 };
}
