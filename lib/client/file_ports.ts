/**
 * What file transfers need of the world: files to read from, and a place where files land. A program gives
 * them; in a browser they are other ones than at a terminal.
 *
 * @module
 */

/** A file that cannot be read or written; the message is for the person who has it. */
export class FileError extends Error {
  /** The class, for logs. */
  override readonly name = "FileError";
}

/** A file that is offered to others. It was read once already, for its digest. */
export interface FileSource {
  /** Its base name. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of the whole, 32 bytes. */
  readonly sha256: Uint8Array;
  /**
   * Reads a piece.
   *
   * @param offset Where it begins, in bytes.
   * @param length How many bytes; they are all there.
   * @returns Exactly so many bytes.
   * @throws {FileError} If the file is not any more what it was when its digest was made, or cannot be read.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Lets go of the file. A second call does nothing. */
  close(): void;
}

/** A file that is being received: not under its final name yet. */
export interface FileSink {
  /**
   * Writes the next piece.
   *
   * @param bytes It.
   * @throws {FileError} If it cannot be written: the disk is full, say.
   */
  append(bytes: Uint8Array): Promise<void>;
  /**
   * Everything has come: gives the file its final name, if it is what was promised.
   *
   * @param sha256 The digest that was promised, 32 bytes.
   * @returns The path it has now.
   * @throws {FileError} If the digest is another, or the file cannot be named; it is gone then.
   */
  finish(sha256: Uint8Array): Promise<string>;
  /** Takes away what has come so far. A second call, or one after {@linkcode FileSink.finish}, does nothing. */
  discard(): Promise<void>;
}

/** A place where files land. */
export interface Landing {
  /**
   * Makes room for a file.
   *
   * @param name The name that its sender gave it: it may be anything.
   * @param size How many bytes it will have.
   * @returns Where to write it.
   * @throws {FileError} If there is no room for it, or it cannot be made.
   */
  create(name: string, size: number): Promise<FileSink>;
}
