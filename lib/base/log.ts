/**
 * The port through which everything reports what an operator may want to know. The core gets one as a
 * constructor argument and never writes anywhere by itself.
 *
 * @module
 */

/** Severities, the most talkative first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** How much an event matters. */
export type LogLevel = typeof LOG_LEVELS[number];

/** What belongs to an event: names chosen by us, values that may be chosen by an attacker. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Reports one event.
 *
 * @param level How much it matters.
 * @param message One calm sentence for a person.
 * @param fields What belongs to it; never a secret.
 */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** A log that keeps nothing, for those who do not listen. */
export const silentLog: Log = () => {};
