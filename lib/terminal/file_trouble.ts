/**
 * What the file system says, as a sentence for the person who has the file.
 *
 * @module
 */

import { FileError } from "../client/file_ports.ts";

/** Codes that mean: no room. */
const FULL = ["ENOSPC", "EDQUOT"];

/**
 * Does something with a file, and says in words what went wrong.
 *
 * @param what What cannot be done, for example `"report.pdf" cannot be saved`.
 * @param work Does it.
 * @returns What the work gives.
 * @throws {FileError} If the file system refuses.
 */
export async function withWords<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof FileError || !(cause instanceof Error)) throw cause;
    throw new FileError(`${what}: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * Why the file system refuses.
 *
 * @example
 * ```ts
 * import { reasonOf } from "./file_trouble.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(reasonOf(new Deno.errors.NotFound("os error 2")), "there is no such file or folder");
 * ```
 *
 * @param error What it threw.
 * @returns A clause without its full stop.
 */
export function reasonOf(error: Error): string {
  if (FULL.includes(codeOf(error))) return "the disk is full";
  if (error instanceof Deno.errors.NotFound) return "there is no such file or folder";
  if (error instanceof Deno.errors.NotADirectory) return "a part of the path is not a folder";
  if (error instanceof Deno.errors.PermissionDenied) return "you have no permission";
  if (error instanceof Deno.errors.AlreadyExists) return "something else is in its place";
  // Deno keeps the system's own files from programs.
  if (error instanceof Deno.errors.NotCapable) return "this program may not open it";
  if (error instanceof Deno.errors.BadResource) return "it was closed";
  // Deno repeats the call and its paths behind a colon.
  return error.message.replace(/ \(os error.*$/su, "");
}

/** The system's own word for an error; "" if it has none. */
function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}
