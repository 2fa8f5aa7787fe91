/**
 * How much a server takes from one link, as options (THREATS 17).
 *
 * @module
 */

import type { LinkLimits } from "../link/link_limits.ts";
import type { OptionTable, Settings } from "./options.ts";
import { bytesOrNone, countAtOnce, countOrNone } from "./value_kinds.ts";

/** The options. What is over a limit waits, and nothing is dropped. */
export const LIMIT_OPTIONS = {
  "user-rate": {
    kind: countOrNone,
    placeholder: "frames",
    env: "SOCP_USER_RATE",
    default: "10",
    help: "frames a second that are taken from a user; 'none' takes all",
  },
  "user-burst": {
    kind: countAtOnce,
    placeholder: "frames",
    env: "SOCP_USER_BURST",
    default: "40",
    help: "frames that a user may send at once after a pause",
  },
  "user-bytes": {
    kind: bytesOrNone,
    placeholder: "size",
    env: "SOCP_USER_BYTES",
    default: "64KiB",
    help: "bytes a second that are taken from a user; 'none' takes all",
  },
  "file-bytes": {
    kind: bytesOrNone,
    placeholder: "size",
    env: "SOCP_FILE_BYTES",
    default: "256KiB",
    help: "the same while the user sends a file; 'none' takes all",
  },
  "server-rate": {
    kind: countOrNone,
    placeholder: "frames",
    env: "SOCP_SERVER_RATE",
    default: "500",
    help: "frames a second that are taken from another server; 'none' takes all",
  },
  "server-burst": {
    kind: countAtOnce,
    placeholder: "frames",
    env: "SOCP_SERVER_BURST",
    default: "2000",
    help: "frames that another server may send at once after a pause",
  },
} as const satisfies OptionTable;

/**
 * The limits that were set.
 *
 * @param settings The settings.
 * @returns They, frozen.
 */
export function limitsOf(settings: Settings<typeof LIMIT_OPTIONS>): LinkLimits {
  const rate = (perSecond: number, burst: number) => Object.freeze({ perSecond, burst });
  return Object.freeze({
    userFrames: rate(settings["user-rate"].value, settings["user-burst"].value),
    userBytes: settings["user-bytes"].value,
    fileBytes: settings["file-bytes"].value,
    serverFrames: rate(settings["server-rate"].value, settings["server-burst"].value),
  });
}

/**
 * The limits for a reader, by the names of their options.
 *
 * @param limits The limits.
 */
export function limitsText(limits: LinkLimits): Record<keyof typeof LIMIT_OPTIONS, string> {
  const { userFrames, userBytes, fileBytes, serverFrames } = limits;
  const text = (value: number) => value === Infinity ? "none" : String(value);
  const bytes = (value: number) => value % 1024 === 0 ? `${value / 1024}KiB` : text(value);
  return {
    "user-rate": text(userFrames.perSecond),
    "user-burst": text(userFrames.burst),
    "user-bytes": bytes(userBytes),
    "file-bytes": bytes(fileBytes),
    "server-rate": text(serverFrames.perSecond),
    "server-burst": text(serverFrames.burst),
  };
}
