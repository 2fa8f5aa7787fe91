/**
 * Every change of the schema, in order. A migration that has been released is never edited: a mistake
 * in one is mended by the next.
 *
 * @module
 */

import { firstTables } from "./0001_first_tables.ts";
import { givenUp } from "./0002_given_up.ts";
import { keyShares } from "./0003_key_shares.ts";

/** SQL that leads from schema version n (its index) to n + 1; `PRAGMA user_version` holds the version. */
export const MIGRATIONS: readonly string[] = [firstTables, givenUp, keyShares];
