/**
 * Servers that are pinned and not dialled any more: nothing was heard of them for a day.
 *
 * @module
 */

/** The schema, from version 1 to 2. */
export const givenUp = `
ALTER TABLE servers ADD COLUMN dialled INTEGER NOT NULL DEFAULT 1 CHECK (dialled IN (0, 1));
`;
