/**
 * Files (§9.4). Servers route them unread.
 *
 * @module
 */

import * as v from "valibot";
import { ciphertext, signature } from "./fields.ts";

const fileId = v.pipe(v.string(), v.nonEmpty(), v.maxLength(128));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** `FILE_START`: what is coming. */
export const fileStart = v.object({
  file_id: fileId,
  name: v.pipe(v.string(), v.maxLength(1024)),
  size: count,
  sha256: v.pipe(v.string(), v.maxLength(128)),
  mode: v.picklist(["dm", "public"], 'expected mode "dm" or "public"'),
  content_sig: v.optional(signature),
});

/** `FILE_CHUNK`: a piece of it. */
export const fileChunk = v.object({
  file_id: fileId,
  index: count,
  ciphertext,
  content_sig: v.optional(signature),
  /** Which key of the channel opens it, if it goes to everybody (D23). */
  epoch: v.optional(count),
  /** Which run through the file it belongs to: whoever resumes begins a new one. Of ours only. */
  pass: v.optional(count),
});

/** `FILE_END`: that was all. */
export const fileEnd = v.object({ file_id: fileId });
