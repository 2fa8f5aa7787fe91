/**
 * A client that remembers what it was to do with files.
 *
 * @module
 */

import { FileError, type FileSource } from "../../../lib/client/file_ports.ts";
import type { Transfer } from "../../../lib/client/transfer.ts";
import type { Id } from "../../../lib/protocol/ids.ts";
import type { FileClient } from "../../../lib/terminal/chat_files.ts";
import { type ExampleTransfer, outgoing } from "./transfer_examples.ts";

/** Stands in for a chat client. */
export class FileClientDouble implements FileClient {
  /** What was asked for. */
  readonly asked: string[] = [];
  /** The files there are. */
  readonly all: ExampleTransfer[] = [];
  /** Why nothing can be accepted. */
  refusal: string | undefined;

  offer(to: Id | "public", source: FileSource): Transfer {
    this.asked.push(`offer ${source.name} to ${to}`);
    const { name, size } = source;
    const transfer = outgoing({ number: this.all.length + 1, to, name, size });
    this.all.push(transfer);
    return transfer;
  }

  accept({ number }: Transfer): void {
    if (this.refusal !== undefined) throw new FileError(this.refusal);
    this.asked.push(`accept ${number}`);
  }

  reject({ number }: Transfer): void {
    this.asked.push(`reject ${number}`);
  }

  cancel({ number }: Transfer): void {
    this.asked.push(`cancel ${number}`);
  }

  transfers(): readonly Transfer[] {
    return this.all;
  }

  measured(): Promise<void> {
    return Promise.resolve();
  }

  secondsFor(bytes: number): number | undefined {
    return bytes / 31_000;
  }
}

/**
 * A file that can be offered, not on any disk.
 *
 * @param path Its base name is its name.
 * @param closed Called when it is let go.
 */
export function sourceDouble(path: string, closed: () => void = () => {}): FileSource {
  const name = path.split("/").at(-1) ?? "";
  const read = () => Promise.resolve(new Uint8Array());
  return { name, size: 1_240_000, sha256: new Uint8Array(32), read, close: closed };
}
